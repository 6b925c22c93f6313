"""The pulls behind the manifests: one answer may have landed as many days."""

from __future__ import annotations

from rivage.landing.manifest import Manifest
from rivage.landing.store import Store
from rivage.streams.model import Stream

NEWEST = 5
"""Pulls that tell how many calls a request window takes."""


def pulls_of(store: Store, stream: Stream) -> dict[str, list[list[str]]]:
    """By account, each pull's manifest keys; pulls oldest first, their newest day first.

    One answer that covers several days has a manifest for each, all with the same types.
    """
    grouped: dict[str, dict[str, list[str]]] = {}
    for key in store.manifests(f"{stream.source}/{stream.name}"):
        _, _, account, _, name = key.split("/")
        stamp = name.partition("-")[0]
        account = account.removeprefix("account=")
        grouped.setdefault(account, {}).setdefault(stamp, []).append(key)
    return {
        account: [sorted(keys, reverse=True) for _, keys in sorted(by_stamp.items())]
        for account, by_stamp in sorted(grouped.items())
    }


def calls_per_window(store: Store, stream: Stream) -> dict[str, float]:
    """By account: calls that the newest pulls needed for one request window, on average.

    Counted by request ids, of which a manifest holds 100 at most; sources that send none
    are left out.
    """
    found: dict[str, float] = {}
    for account, pulls in pulls_of(store, stream).items():
        counts = [
            len(set(Manifest.from_json(store.read_text(keys[0])).request_ids))
            for keys in pulls[-NEWEST:]
        ]
        if any(counts):
            found[account] = sum(counts) / len(counts)
    return found
