"""Published versions, and what one changed against the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rivage.duck import connect, literal
from rivage.publish.diff import APART, Total
from rivage.publish.releases import Release, current, releases
from rivage.publish.versions import file_of
from rivage.settings import Settings
from rivage.warehouse.marts import Mart, marts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEY_TOTALS = 3
"""Totals compared per mart: the first ones its yml lists, which are the ones it is about."""


@dataclass(frozen=True)
class Version:
    """One release as the list shows it."""

    release: Release
    is_live: bool
    is_kept: bool
    rows: int
    before: Release | None
    """The release that readers had before it was published."""
    rows_before: int | None


@dataclass(frozen=True)
class TableChange:
    """One table in two versions; None where a version lacks it."""

    table: str
    rows_before: int | None
    rows_after: int | None
    columns: tuple[str, ...]
    """Changes of the schema in words."""
    totals: tuple[Total, ...]
    """Key totals that differ over the closed days."""


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side."""

    before: Release
    after: Release
    closed_to: date | None
    """Totals are of the days through this one, which both versions hold."""
    changed: tuple[TableChange, ...]
    same: int
    """Tables in which nothing differs."""


def versions(settings: Settings) -> list[Version]:
    """All releases, newest first."""
    known, live = releases(settings), current(settings)
    found = []
    for before, release in zip([None, *known], known, strict=False):
        found.append(
            Version(
                release=release,
                is_live=live is not None and live.version == release.version,
                is_kept=file_of(settings, release.version).exists(),
                rows=sum(release.tables.values()),
                before=before,
                rows_before=sum(before.tables.values()) if before else None,
            )
        )
    return found[::-1]


def compare(settings: Settings, before: Release, after: Release) -> Comparison | None:
    """Two versions side by side, or None when a file is no longer kept."""
    files = [file_of(settings, release.version) for release in (before, after)]
    if not all(file.exists() for file in files):
        return None
    horizons = [release.horizon for release in (before, after) if release.horizon]
    closed_to = min(horizons) if len(horizons) == 2 else None
    changes = [
        TableChange(name, before.tables.get(name), after.tables.get(name), columns, totals)
        for name, columns, totals in _changes(
            *files, closed_to, settings.memory_limit, settings.threads
        )
    ]
    changed = tuple(change for change in changes if _differs(change))
    return Comparison(before, after, closed_to, changed, len(changes) - len(changed))


def _differs(change: TableChange) -> bool:
    return bool(change.rows_before != change.rows_after or change.columns or change.totals)


@lru_cache(maxsize=32)
def _changes(
    before: Path, after: Path, closed_to: date | None, memory: str, threads: int
) -> tuple[tuple[str, tuple[str, ...], tuple[Total, ...]], ...]:
    """Per table what its schema and its key totals changed. Version files never change, so each
    pair is compared once."""
    declared = {mart.name: mart for mart in marts()}
    with connect(memory_limit=memory, threads=threads) as db:
        for name, path in (("older", before), ("newer", after)):
            db.execute(f"attach {literal(str(path))} as {name} (read_only)")
        held = {side: _schema(db, side) for side in ("older", "newer")}
        return tuple(
            (
                name,
                _columns(held["older"].get(name), held["newer"].get(name)),
                _totals(db, declared[name], held, closed_to) if name in declared else (),
            )
            for name in sorted(held["older"].keys() | held["newer"].keys())
        )


def _schema(db: DuckDBPyConnection, side: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in db.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name = 'main' order by table_name, column_index",
        [side],
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _columns(before: dict[str, str] | None, after: dict[str, str] | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ("the table is new",) if before is None else ("the table is gone",)
    told = [f"{name} is new ({kind})" for name, kind in after.items() if name not in before]
    told += [f"{name} is gone" for name in before if name not in after]
    told += [
        f"{name} was {before[name]}, is {kind}"
        for name, kind in after.items()
        if name in before and before[name] != kind
    ]
    return tuple(told)


def _totals(
    db: DuckDBPyConnection, mart: Mart, held: dict[str, dict[str, dict[str, str]]],
    closed_to: date | None,
) -> tuple[Total, ...]:  # fmt: skip
    columns = [tables.get(mart.name, {}) for tables in held.values()]
    both = [name for name in columns[0] if name in columns[1]]
    names = [c.name for c in mart.columns if c.is_number and c.additivity == "additive"]
    names = [name for name in names if name in both][:KEY_TOTALS]
    if not names:
        return ()
    apart = [name for name in APART if name in mart.grain and name in both]
    told = " || ' / ' || ".join(apart) or "''"
    sums = ", ".join(f"sum({name})::decimal(38, 6)" for name in names)
    closed = f" where {mart.day} <= ?" if mart.day in both and closed_to else ""
    seen: dict[str, list[Sequence[object]]] = {}
    for place, side in enumerate(held):
        query = f"select {told} as told, {sums} from {side}.main.{mart.name}{closed} group by told"
        for of, *totals in db.execute(query, [closed_to] if closed else []).fetchall():
            seen.setdefault(str(of), [[None] * len(names)] * 2)[place] = totals
    found = [
        Total(of, name, pair[0][place], pair[1][place])  # type: ignore[arg-type]
        for of, pair in sorted(seen.items())
        for place, name in enumerate(names)
    ]
    return tuple(total for total in found if total.before != total.after)
