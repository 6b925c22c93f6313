"""The audit that every mart has without anyone writing it: rules that follow from its yml.

Keys are whole and unique, counts and amounts are not negative, rates lie in 0..1, every day up
to the horizon has rows; `derived_drift` adds what the last published version leads to expect.
meta.audit of the yml tunes them: `min_rows`, `filled` (never null), `rates` and `rates_where`
(rows with enough to have a rate), `ranges`, `may_be_negative`, `may_skip_days`, `lag_days`, and
for drift `steady` and `totals`.
"""

from __future__ import annotations

from rivage.audit import derived_drift
from rivage.audit.derived_drift import steady_column
from rivage.audit.masks import BROKEN
from rivage.audit.rules import COVERED_FROM, HORIZON, Rule, query, rule
from rivage.duck import literal
from rivage.warehouse.marts import Mart

LOOKED_BACK_DAYS = 28
"""Days before the horizon in which a missing day is looked for."""
BY_CHANCE = 0.002
"""A gap as probable as this, by how often other days are missing, is none."""
NEARLY_EMPTY, SHORT_GAP = 10, 2
"""Where another day's total is as small, a gap of so many days may still be chance."""


def expectations(mart: Mart) -> tuple[Rule, ...]:
    """The rules that follow from a mart's yml, as Great Expectations configurations."""
    rules = [_has_rows(mart), *_keys(mart), _filled(mart), _not_negative(mart), _rates(mart)]
    rules += [_ranges(mart), _reaches_horizon(mart), _not_in_the_future(mart)]
    rules += derived_drift.expectations(mart)
    return tuple(found for found in rules if found)


def _has_rows(mart: Mart) -> Rule | None:
    least = mart.audit.get("min_rows")
    if not least:
        return None
    kind = "expect_table_row_count_to_be_between"
    return rule(mart, kind, "critical", "the table has rows", "the-table-is-empty",
                min_value=least, meta={"asks": mart.needs})  # fmt: skip


def _keys(mart: Mart) -> list[Rule]:
    if not mart.grain:
        return []
    told, section = ", ".join(mart.grain), "a-key-appears-twice-or-is-empty"
    empty = " or ".join(f"{column} is null" for column in mart.grain)
    return [
        query(mart, "critical", f"{told} appears once", section,
              f"select {told}, count(*) as copies from {{batch}} group by all having count(*) > 1",
              expected="each key once"),
        query(mart, "critical", f"{told} is never empty", section,
              f"select * from {{batch}} where {empty}", expected="a value in every row"),
    ]  # fmt: skip


def _filled(mart: Mart) -> Rule | None:
    columns = list(mart.audit.get("filled", ()))
    if not columns:
        return None
    return query(mart, "critical", "what is never empty has a value", "a-value-is-missing",
                 _outside(columns, "{0} is null"), expected="a value in every row")  # fmt: skip


def _amounts(mart: Mart) -> list[str]:
    free = set(mart.audit.get("may_be_negative", ()))
    return [
        column.name
        for column in mart.columns
        if column.is_number
        and column.additivity in ("additive", "semi")
        and column.name not in free
    ]


def _outside(columns: list[str], *breaks: str) -> str:
    """Rows where any of the columns breaks; `broken` names them, so the sample stays narrow.

    Args:
        breaks: one condition for all columns, or one for each; {0} is the column.
    """
    each = [
        (column, breaks[number % len(breaks)].format(column))
        for number, column in enumerate(columns)
    ]
    named = ", ".join(
        f"case when {wrong} then '{column} = ' || coalesce({column}::varchar, 'null') end"
        for column, wrong in each
    )
    wrong = " or ".join(wrong for _, wrong in each)
    return f"select *, concat_ws(', ', {named}) as {BROKEN} from {{batch}} where {wrong}"


def _not_negative(mart: Mart) -> Rule | None:
    columns = _amounts(mart)
    if not columns:
        return None
    return query(mart, "critical", "counts and amounts are not negative",
                 "a-count-or-amount-is-negative", _outside(columns, "{0} < 0"),
                 expected="0 or more")  # fmt: skip


def _rates(mart: Mart) -> Rule | None:
    columns = list(mart.audit.get("rates", ()))
    if not columns:
        return None
    wrong, expected = "({0} < 0 or {0} > 1)", "0 to 1"
    if enough := mart.audit.get("rates_where"):
        wrong, expected = f"({wrong} and {enough})", f"{expected} where {enough}"
    return query(mart, "warning", "rates lie between 0 and 1", "a-rate-is-outside-0-to-1",
                 _outside(columns, wrong), expected=expected)  # fmt: skip


def _ranges(mart: Mart) -> Rule | None:
    """`ranges: {score: [-1, 1], frequency: [1, null]}`; null leaves a side open."""
    ranges: dict[str, list[float | None]] = mart.audit.get("ranges", {})
    if not ranges:
        return None
    breaks, told = [], []
    for column, (low, high) in ranges.items():
        sides = [f"{{0}} < {low}"] if low is not None else []
        sides += [f"{{0}} > {high}"] if high is not None else []
        breaks.append(f"({' or '.join(sides)})")
        told.append(
            f"{column} {low if low is not None else '..'} to {'..' if high is None else high}"
        )
    return query(mart, "warning", "values lie in their range", "a-value-is-outside-its-range",
                 _outside(list(ranges), *breaks), expected=", ".join(told))  # fmt: skip


def _reaches_horizon(mart: Mart) -> Rule | None:
    """A day that the streams cover has rows; only marts where nothing may happen are excused.

    A small brand has days on which nothing happens. Missing days are told when so long a gap is
    improbable by how often other days are missing, and hold the release when no other day is
    nearly empty.
    """
    day = mart.daily
    if day is None or mart.audit.get("may_skip_days"):
        return None
    lag = int(mart.audit.get("lag_days", 0))
    column = steady_column(mart)
    total = f"abs(sum({column}))" if column else "count(*)"
    sql = (
        f"with known as (select {day} as day, {total} as total from {{batch}} group by all), "
        f"bounds as (select greatest(min(day), {COVERED_FROM}, {HORIZON} - {LOOKED_BACK_DAYS}) "
        f"as first, least({HORIZON} - {lag}, {_last_days(mart)}) as last, max(day) as newest "
        "from known), "
        "days as (select wanted.day::date as day, newest, total, "
        "count(known.day) over (order by wanted.day) as gap "
        "from bounds, generate_series(bounds.first, bounds.last, interval 1 day) as wanted(day) "
        "left join known on wanted.day::date = known.day), "
        "counted as (select *, count(*) over () as days, count(*) filter (where total is null) "
        "over () as missing, min(total) over () as least_total, "
        "count(*) filter (where total is null) over (partition by gap) as gap_days from days) "
        f"select day as {day}, newest as newest_date, gap_days, least_total from counted "
        "where total is null and (days = gap_days or "
        f"pow((missing - gap_days) / (days - gap_days), gap_days) < {BY_CHANCE})"
    )
    value = (
        f"select least({HORIZON}, {_last_days(mart)}) - max({day}) as value, 0 as low, "
        f"{lag} as high from {{batch}}"
    )
    worse = {"critical_where": f"least_total > {NEARLY_EMPTY} or gap_days > {SHORT_GAP}"}
    return query(mart, "warning", "every day up to the horizon has rows", "a-day-is-missing", sql,
                 value=value, expected=f"rows on every day up to {_before(lag)}", asks=mart.needs,
                 **worse if mart.audit.get("min_rows") else {})  # fmt: skip


def _last_days(mart: Mart) -> str:
    """The last days that the mart's own streams cover, for least(): a source that is not
    configured any more goes no further, and the days it has stay as they are."""
    return ", ".join(
        [HORIZON]
        + [
            "(select max(covered_to_date) from ops_freshness "
            f"where stream in ({', '.join(map(literal, group))}))"
            for group in mart.needs
        ]
    )


def _before(lag: int) -> str:
    return f"{lag} days before the horizon" if lag else "the horizon of ops_freshness"


def _not_in_the_future(mart: Mart) -> Rule | None:
    day = mart.daily
    if day is None:
        return None
    return query(mart, "critical", "no day lies after the horizon", "a-day-lies-in-the-future",
                 f"select * from {{batch}} where {day} > {HORIZON}",
                 expected="days up to the horizon of ops_freshness")  # fmt: skip
