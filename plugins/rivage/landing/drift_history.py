"""Drift as landing shows it: read from manifests each time, stored nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from rivage.duck import connect, literal
from rivage.landing.drift import Drift, drifts
from rivage.landing.manifest import Manifest
from rivage.landing.pulls import pulls_of
from rivage.landing.store import Store
from rivage.streams.model import Stream

REMEMBERED = 60
"""Pulls of a stream and account that an audit looks back on."""
STILL_NEWS = timedelta(days=1)
"""How long before the newest pull a warning may have begun to be told again."""
_SHORT_NUMBER = re.compile(r"-?\d{1,6}([.]\d{1,6})?")
_WORD = re.compile(r"[A-Z]+(_[A-Z0-9]+)*")
_MANY = 3
"""Records that must share an upper-case word before it is taken for a code, not a name."""


def history(store: Store, streams: Iterable[Stream], newest: int | None = None) -> list[Drift]:
    """Every drift of the streams, oldest first.

    Args:
        newest: how many pulls of each account to look at; all by default.
    """
    found: list[Drift] = []
    for stream in streams:
        for pulls in pulls_of(store, stream).values():
            manifests = [_read(store, keys[0]) for keys in pulls[-newest if newest else None :]]
            by_key = {keys[0]: keys for keys in pulls}
            for drift in drifts(stream, manifests):
                unknown = drift.what == "new" and drift.severity == "warning"
                sample = _sample(store, by_key[drift.manifest], drift.field) if unknown else ""
                found.append(replace(drift, sample=sample))
    return sorted(found, key=lambda d: (d.pulled_at, d.stream, d.account_id, d.field))


def unresolved(store: Store, streams: Iterable[Stream]) -> list[Drift]:
    """Critical drifts that last, and warnings of an account's newest day of pulls."""
    found: list[Drift] = []
    for stream in streams:
        newest = {
            account: _read(store, pulls[-1][0]).pulled_at
            for account, pulls in pulls_of(store, stream).items()
        }
        for drift in history(store, [stream], REMEMBERED):
            fresh = newest[drift.account_id] - drift.pulled_at <= STILL_NEWS
            if drift.ended_at is None and (drift.severity == "critical" or fresh):
                found.append(drift)
    return found


def _read(store: Store, key: str) -> Manifest:
    return Manifest.from_json(store.read_text(key))


def _sample(store: Store, keys: list[str], field: str) -> str:
    """The commonest value of an undeclared field, if it can be shown; else its shape."""
    path = literal("$" + "".join(f'."{part}"' for part in field.split(".", 1)))
    for key in keys:
        manifest = _read(store, key)
        if manifest.object is None:
            continue
        with connect(memory_limit="256MB") as db:
            row = db.execute(
                f"select json_extract_string(_extra, {path}) as value, "
                f"json_type(_extra, {path}) as kind, count(*) as records "
                f"from read_parquet({literal(str(store.fetch(manifest.object)))}) "
                f"where coalesce(json_type(_extra, {path}), 'NULL') <> 'NULL' "
                "group by all order by records desc, value limit 1"
            ).fetchone()
        if row:
            return shown(str(row[0]), str(row[1]), int(row[2]))
    return ""


def shown(value: str, kind: str, records: int) -> str:
    """A value as a warning may show it: numbers, yes or no, codes; anything else may be
    somebody's name or number and is only measured.

    Args:
        records: how many records hold this very value.
    """
    if kind == "BOOLEAN" or _SHORT_NUMBER.fullmatch(value):
        return value
    if kind == "VARCHAR" and records >= _MANY and len(value) <= 40 and _WORD.fullmatch(value):
        return value
    if kind in ("OBJECT", "ARRAY"):
        return f"({kind.lower()})"
    told = "text" if kind == "VARCHAR" else "number"
    return f"({told} of {len(value)} characters)"
