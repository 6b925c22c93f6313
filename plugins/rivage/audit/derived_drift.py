"""Derived rules that compare the candidate with the published version.

Published days stay, settled days keep what they had, a new day is like the same weekdays before.
`steady` in a mart's yml names the total that settled days keep (its first additive column when
not named; false switches all of these off), `totals` the key totals of which a gross break
holds the release.
"""

from __future__ import annotations

from rivage.audit import weekday_band
from rivage.audit.rules import Rule, query
from rivage.audit.weekday_band import GROSS, WIDE
from rivage.warehouse.marts import Mart

SETTLED_AFTER_DAYS = 4
BAND = 0.3
"""How far the total of a settled day may move between two releases without a word."""
SMALL = 100
"""Totals up to this move, or go, by chance alone."""
LEAST_ROWS, LEAST_COUNT, LEAST_AMOUNT, LEAST_MINOR = 30, 20, 50, 100
"""Usual rows, key counts, key amounts and other totals below which a day is not judged: few
events make it."""


def expectations(mart: Mart) -> list[Rule]:
    """The rules against the published version; none of them runs before the first release."""
    rules = [_disappeared(mart), _steady(mart), _shrunk(mart), *_like_its_weekdays(mart)]
    return [rule for rule in rules if rule]


def steady_column(mart: Mart) -> str | None:
    """The total that says how much a day holds; None where rows alone do."""
    column = mart.audit.get("steady")
    if column is None:
        added = [c.name for c in mart.columns if c.is_number and c.additivity == "additive"]
        column = added[0] if added else None
    return column or None


def _disappeared(mart: Mart) -> Rule | None:
    day = mart.day
    if day is None or mart.audit.get("may_lose_days"):
        return None
    told, section = "no published day disappears", "a-published-day-disappeared"
    lost = f"from published.main.{mart.name} where {day} not in (select {day} from {{batch}})"
    if not mart.audit.get("may_skip_days"):
        return query(mart, "critical", told, section, f"select distinct {day} {lost}",
                     needs="published", needs_columns=[day],
                     expected="every day that BI sees now")  # fmt: skip
    # Where a day may be empty, its only order may have been cancelled since.
    column = steady_column(mart)
    total = f"coalesce(sum({column}), 0)" if column else "count(*)"
    sql = (
        f"select {day}, {total} as published, sum(published) over () as published_in_all "
        f"{lost} group by {day}"
    )
    return query(mart, "info", told, section, sql, needs="published",
                 needs_columns=[day, *filter(None, [column])],
                 critical_where=f"abs(published_in_all) > {SMALL}",
                 expected=f"every day that BI sees now; critical when those lost held more than "
                          f"{SMALL} {column or 'rows'}")  # fmt: skip


def _steady(mart: Mart) -> Rule | None:
    day, column = mart.day, steady_column(mart)
    if day is None or column is None:
        return None
    total = f"select {day}, sum({column}) as total from {{0}} group by all"
    sql = (
        f"with now as ({total.format('{batch}')}), "
        f"before as ({total.format(f'published.main.{mart.name}')}) "
        f"select before.{day}, before.total as published, coalesce(now.total, 0) as candidate "
        f"from before left join now on before.{day} = now.{day} "
        f"where before.{day} < (select max({day}) from before) - {SETTLED_AFTER_DAYS} "
        f"and abs(before.total) > {SMALL} "
        f"and abs(coalesce(now.total, 0) - before.total) > {BAND} * abs(before.total)"
    )
    told = f"settled days keep their {column} within {BAND:.0%} of the last release"
    return query(mart, "warning", told, "a-settled-day-changed-a-lot", sql,
                 needs="published", needs_columns=[day, column],
                 critical_where=f"abs(candidate) > {GROSS} * abs(published) "
                                f"or abs(candidate) * {GROSS} < abs(published)",
                 expected=f"{1 - BAND:.0%} to {1 + BAND:.0%} of what BI sees now")  # fmt: skip


def _shrunk(mart: Mart) -> Rule | None:
    """For marts without days: half of the rows gone is worth a look."""
    if mart.day is not None or mart.audit.get("steady") is False:
        return None
    sql = (
        f"select before.n as published, now.n as candidate "
        f"from (select count(*) as n from published.main.{mart.name}) as before, "
        "(select count(*) as n from {batch}) as now "
        "where before.n >= 10 and now.n < before.n / 2"
    )
    return query(mart, "warning", "at least half of the published rows are still there",
                 "many-rows-disappeared", sql, needs="published",
                 value="select count(*) as value from {batch}",
                 expected="at least half of the rows that BI sees now")  # fmt: skip


def _like_its_weekdays(mart: Mart) -> list[Rule]:
    """Row count and totals of days that are new or still settling.

    Key totals warn outside the band and hold the release when the break is gross. Of all else
    only a gross break warns: comments, leads and posts come in clumps.
    """
    day = mart.daily
    if day is None or mart.audit.get("steady") is False:
        return []
    key = list(mart.audit.get("totals", ()))
    steady = steady_column(mart)
    columns = key if steady is None or steady in key else [steady, *key]
    rules = [_band(mart, day, "rows", "count(*)", LEAST_ROWS, WIDE if key else GROSS)]
    for name in columns:
        column = mart.column(name)
        is_count = column is not None and column.data_type == "bigint"
        least, narrowest = LEAST_COUNT if is_count else LEAST_AMOUNT, WIDE
        if name not in key:
            least, narrowest = LEAST_MINOR, GROSS
        rule = _band(mart, day, name, f"sum({name})", least, narrowest)
        rule["meta"]["needs_columns"].append(name)
        rule["meta"] |= {"critical_where": weekday_band.IS_GROSS} if name in key else {}
        rules.append(rule)
    return rules


def _band(mart: Mart, day: str, what: str, total: str, least: int, narrowest: int) -> Rule:
    band = weekday_band.sql(mart.name, day, total, SETTLED_AFTER_DAYS, least, narrowest)
    return query(
        mart, "warning", f"{what} of a new day as on the same weekdays",
        "a-new-day-is-unlike-its-weekdays",
        f"select * from ({band}) where value not between low and high order by {day}",
        needs="published", needs_columns=[day], column=what,
        value=f"select value, low, high from ({band}) order by {day} desc limit 1",
    )  # fmt: skip
