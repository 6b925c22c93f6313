"""The select that reads landed objects with the declared columns and types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rivage.duck import literal
from rivage.errors import LandingBroken
from rivage.landing.store import Store
from rivage.streams.model import Column, Stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def read(db: DuckDBPyConnection, store: Store, stream: Stream, objects: dict[str, str]) -> str:
    """The select over some objects (key -> sha256).

    A column declared after an object was landed is read from its `_extra`, where the
    field was kept meanwhile.

    Raises:
        LandingBroken: an object is gone or is not what its manifest says.
    """
    paths = [literal(_verified(store, *item)) for item in sorted(objects.items())]
    listed = ", ".join(paths)
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


def _verified(store: Store, key: str, sha256: str | None) -> str:
    """Local path of an object whose bytes are what its manifest says."""
    if not store.intact(key, sha256):
        raise LandingBroken(f"landing/{key} is gone or does not match its manifest's checksum.")
    return str(store.fetch(key))
