"""What the newest pulls of a stream brought, window by window: names and manifests, no rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from rivage.landing.manifest import Manifest
from rivage.landing.store import Store
from rivage.streams.model import Changes, Stream

READ = 50
"""Windows of an account of which the manifest is read: two weeks and the five before them."""


@dataclass(frozen=True)
class Seen:
    """One window as its newest pull left it."""

    day: date
    rows: int
    content: str
    pulled_at: datetime
    is_open: bool = False
    """Its pull ended with it, and of a stream of changes it holds all that came later too."""


@dataclass(frozen=True)
class Recent:
    """The newest windows of one stream and account, oldest first, and every day that landed."""

    stream: Stream
    account_id: str
    windows: tuple[Seen, ...]
    days: frozenset[date]


def recent(store: Store, stream: Stream) -> list[Recent]:
    """By account, what landing last heard of the stream."""
    newest: dict[str, dict[str, str]] = {}
    for key in store.manifests(f"{stream.source}/{stream.name}"):
        _, _, account, window, name = key.split("/")
        windows = newest.setdefault(account.removeprefix("account="), {})
        day = window.removeprefix("window=")
        if name > windows.get(day, "").rpartition("/")[2]:
            windows[day] = key
    return [
        Recent(
            stream,
            account,
            tuple(_marked(stream, [_seen(store, windows[d]) for d in sorted(windows)[-READ:]])),
            frozenset(date.fromisoformat(day) for day in windows),
        )
        for account, windows in sorted(newest.items())
    ]


def _seen(store: Store, key: str) -> Seen:
    manifest = Manifest.from_json(store.read_text(key))
    return Seen(manifest.window_start, manifest.rows, manifest.content, manifest.pulled_at)


def _marked(stream: Stream, windows: list[Seen]) -> list[Seen]:
    if not isinstance(stream.window, Changes):
        return windows
    last = {seen.pulled_at: seen.day for seen in windows}
    return [replace(seen, is_open=last[seen.pulled_at] == seen.day) for seen in windows]
