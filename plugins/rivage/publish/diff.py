"""What changed in a closed period between two published versions.

Every version is kept as a file for a while. Two of them are opened read-only side by side, and
each mart's days of the period are compared: rows that came or went, and the totals of what its
yml calls additive. Where lines of a mart are alternatives or sides that nobody may add up
(`model`, `scope`, `side`), totals are kept apart by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from rivage.duck import connect, literal
from rivage.errors import OptionInvalid
from rivage.publish.releases import Release, current, releases
from rivage.publish.versions import file_of
from rivage.settings import Settings
from rivage.warehouse.marts import Mart, marts
from rivage.windows import Window

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

APART = ("model", "scope", "side")


@dataclass(frozen=True)
class Total:
    """One additive column over the period; a side is None where the version lacks it."""

    of: str
    """Values of the columns that keep totals apart, "" without such."""
    metric: str
    before: Decimal | None
    after: Decimal | None

    @property
    def delta(self) -> Decimal:
        return (self.after or Decimal()) - (self.before or Decimal())


@dataclass(frozen=True)
class Change:
    """One mart over the period; `added` and `removed` count rows that only one side has, so a
    row whose values changed is one of each."""

    table: str
    rows_before: int
    rows_after: int
    added: int
    removed: int
    totals: tuple[Total, ...]

    @property
    def is_changed(self) -> bool:
        return bool(self.added or self.removed)


def chosen(settings: Settings, wanted: str | None, newer: Release | None = None) -> Release:
    """The release meant by a version's name or by a day: what readers saw at its end (UTC).

    Args:
        wanted: version, YYYY-MM-DD, or None for the live version; with `newer`, for the
            newest kept one before that.

    Raises:
        OptionInvalid: there is none such, or its file is no longer kept.
    """
    kept = [r for r in releases(settings) if file_of(settings, r.version).exists()]
    if wanted is None:
        live = current(settings)
        fitting = [r for r in kept if newer and r.published_at < newer.published_at]
        if newer is None and live and live in kept:
            return live
        if fitting:
            return fitting[-1]
        told = "There is no earlier version" if newer else "Nothing is published"
        raise OptionInvalid(f"{told} to compare with.")
    for release in releases(settings):
        if release.version == wanted:
            return _kept(release, kept, wanted)
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        raise OptionInvalid(f"{wanted!r} is neither a version nor a day.") from None
    seen = [r for r in releases(settings) if r.published_at.astimezone(UTC).date() <= day]
    if not seen:
        raise OptionInvalid(f"Nothing had been published by the end of {day}.")
    return _kept(seen[-1], kept, wanted)


def _kept(release: Release, kept: Sequence[Release], wanted: str) -> Release:
    if release not in kept:
        raise OptionInvalid(f"The file of {release.version} ({wanted}) is no longer kept.")
    return release


def diff(
    settings: Settings, period: Window, before: Release, after: Release, table: str | None = None
) -> list[Change]:
    """Compare the marts' days of a period; marts without days have no period and are left out.

    Raises:
        OptionInvalid: `table` is no mart with days, or neither version holds it.
        OptionInvalid: both sides are one version.
    """
    if before.version == after.version:
        raise OptionInvalid(f"Both sides are {after.version}: nothing can differ.")
    dated = {mart.name: mart for mart in marts() if mart.day}
    if table and table not in dated:
        raise OptionInvalid(
            f"{table!r} is no mart with days.", do=f"Take one of {', '.join(dated)}."
        )
    with connect(memory_limit=settings.memory_limit, threads=settings.threads) as db:
        for name, release in (("older", before), ("newer", after)):
            path = literal(str(file_of(settings, release.version)))
            db.execute(f"attach {path} as {name} (read_only)")
        wanted = [dated[table]] if table else list(dated.values())
        found = [_change(db, mart, period) for mart in wanted]
    if table and found == [None]:
        raise OptionInvalid(f"Neither version holds {table!r}.")
    return [change for change in found if change]


def _change(db: DuckDBPyConnection, mart: Mart, period: Window) -> Change | None:
    held = {side: _columns(db, side, mart.name) for side in ("older", "newer")}
    if not any(held.values()):
        return None
    both = [
        name for name in held["newer"] or held["older"] if all(name in c for c in held.values())
    ]
    within = (
        f"{mart.day} between date {literal(str(period.start))} and date {literal(str(period.end))}"
    )

    def rows(side: str) -> str:
        if not held[side]:
            side = next(other for other in held if held[other])
            return f"(select * from {side}.main.{mart.name} where false)"
        return f"(select * from {side}.main.{mart.name} where {within})"

    def count(query: str) -> int:
        row = db.execute(f"select count(*) from {query}").fetchone()
        return int(row[0]) if row else 0

    listed = ", ".join(both) or "*"
    old, new = (f"(select {listed} from {rows(side)})" for side in ("older", "newer"))
    return Change(
        table=mart.name,
        rows_before=count(rows("older")),
        rows_after=count(rows("newer")),
        added=count(f"(from {new} except all from {old})"),
        removed=count(f"(from {old} except all from {new})"),
        totals=tuple(_totals(db, mart, held, rows("older"), rows("newer"))),
    )


def _columns(db: DuckDBPyConnection, catalog: str, table: str) -> list[str]:
    found = db.execute(
        "select column_name from duckdb_columns() where database_name = ? and table_name = ? "
        "order by column_index",
        [catalog, table],
    ).fetchall()
    return [str(name) for (name,) in found]


def _totals(
    db: DuckDBPyConnection, mart: Mart, held: dict[str, list[str]], old: str, new: str
) -> list[Total]:
    """Totals that differ, in the yml's order of columns."""
    names = [c.name for c in mart.columns if c.is_number and c.additivity == "additive"]
    sums: dict[tuple[str, str], list[Decimal | None]] = {}
    for side, rows in enumerate((old, new)):
        columns = held["newer" if side else "older"]
        apart = [name for name in APART if name in mart.grain and name in columns]
        told = " || ' / ' || ".join(apart) or "''"
        for name in names:
            if name not in columns:
                continue
            query = f"select {told} as told, sum({name})::decimal(38, 6) from {rows} group by all"
            for of, total in db.execute(query).fetchall():
                sums.setdefault((name, str(of)), [None, None])[side] = total
    order = {name: number for number, name in enumerate(names)}
    totals = [Total(of, name, *pair) for (name, of), pair in sums.items()]
    totals.sort(key=lambda total: (order[total.metric], total.of))
    return [total for total in totals if total.before != total.after]


def as_json(found: Sequence[Change]) -> list[dict[str, object]]:
    """Changes as plain values; amounts as text, so that no cent is lost."""
    return [
        {
            "table": change.table, "rows_before": change.rows_before,
            "rows_after": change.rows_after, "rows_added": change.added,
            "rows_removed": change.removed,
            "totals": [
                {"of": t.of, "metric": t.metric, "before": shown(t.before), "after": shown(t.after),
                 "delta": shown(t.delta)}
                for t in change.totals
            ],
        }
        for change in found
    ]  # fmt: skip


def shown(amount: Decimal | None) -> str | None:
    """An amount without trailing zeros."""
    return None if amount is None else f"{amount.normalize():f}" if amount else "0"


def told_at(release: Release) -> str:
    """When a version was published, for people."""
    at: datetime = release.published_at.astimezone(UTC)
    return f"{release.version} of {at:%Y-%m-%d %H:%M} UTC"
