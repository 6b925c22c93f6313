"""The selects that read landed objects with the declared columns and types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rivage.duck import literal
from rivage.errors import LandingBroken
from rivage.landing.store import Store
from rivage.streams.model import Column, Stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 32
"""Objects that one statement reads at most,"""
BYTES_AT_ONCE = 64 << 20
"""and how large they are together, unless one alone is larger."""


def read(
    db: DuckDBPyConnection, store: Store, stream: Stream, objects: dict[str, str]
) -> Iterator[str]:
    """Selects that together read all of some objects (key -> sha256), in the order of their keys.

    A statement keeps pages of every file it reads: one over all days of a long history would
    need memory that grows with it.

    Raises:
        LandingBroken: an object is gone or is not what its manifest says.
    """
    group: list[Path] = []
    size = 0
    for key, digest in sorted(objects.items()):
        path = _verified(store, key, digest)
        more = path.stat().st_size
        if group and (len(group) == AT_ONCE or size + more > BYTES_AT_ONCE):
            yield _select(db, stream, group)
            group, size = [], 0
        group.append(path)
        size += more
    if group:
        yield _select(db, stream, group)


def _select(db: DuckDBPyConnection, stream: Stream, paths: list[Path]) -> str:
    """One select over some files.

    A column declared after an object was landed is read from its `_extra`, where the
    field was kept meanwhile.
    """
    listed = ", ".join(literal(str(path)) for path in paths)
    holding = dict(
        db.execute(
            f"select name, count(distinct file_name) from parquet_schema([{listed}]) group by name"
        ).fetchall()
    )
    values = ", ".join(
        f"cast({_value(c, holding.get(c.name, 0), len(paths))} as {c.type}) as {c.name}"
        for c in stream.columns
    )
    return (
        f"select {values}, _extra, _pull_id, _pulled_at, _account_id, _window_start "
        f"from read_parquet([{listed}], union_by_name = true)"
    )


def _value(column: Column, holding: int, files: int) -> str:
    if not holding:
        return _kept(column)
    return column.name if holding == files else f"coalesce({column.name}, {_kept(column)})"


def _kept(column: Column) -> str:
    path = literal("$" + "".join(f'."{part}"' for part in column.source.split(".")))
    read = "json_extract" if column.type == "JSON" else "json_extract_string"
    return f"{read}(_extra::json, {path})"


def _verified(store: Store, key: str, sha256: str | None) -> Path:
    """Local path of an object whose bytes are what its manifest says."""
    if not store.intact(key, sha256):
        raise LandingBroken(f"landing/{key} is gone or does not match its manifest's checksum.")
    return store.fetch(key)
