"""The audit that every mart has without anyone writing it: rules that follow from its yml.

Keys are whole and unique, counts and amounts are not negative, rates lie in 0..1, nothing
published disappears, and settled days keep what they had. meta.audit of the yml tunes them:
`min_rows`, `rates`, `may_be_negative`, `steady` (false switches that rule off).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rivage.settings import REPO
from rivage.warehouse.marts import Mart

RUNBOOKS = REPO / "expectations" / "runbooks"
SETTLED_AFTER_DAYS = 4
BAND = 0.3
"""How far the total of a settled day may move between two releases without a word."""
SMALL = 100
"""Totals up to this move by chance alone."""


def expectations(mart: Mart) -> tuple[dict[str, Any], ...]:
    """The rules that follow from a mart's yml, as Great Expectations configurations."""
    rules = [_has_rows(mart), *_keys(mart), _not_negative(mart), _rates(mart)]
    rules += [_disappeared(mart), _steady(mart), _shrunk(mart)]
    return tuple(rule for rule in rules if rule)


@cache
def sections(page: str) -> frozenset[str]:
    """The anchors of a runbook, as a Markdown viewer makes them of its headings."""
    path = RUNBOOKS / page
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    heads = (line.lstrip("# ").lower() for line in lines if line.startswith("#"))
    return frozenset(re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in heads)


def _rule(
    mart: Mart, kind: str, severity: str, rule: str, section: str, **more: Any
) -> dict[str, Any]:
    own = f"{mart.name}.md"
    page = own if section in sections(own) else "any_mart.md"
    meta = {"rule": rule, "owner": mart.owner, "runbook": f"{page}#{section}"}
    return {
        "type": kind,
        "severity": severity,
        "meta": meta | more.pop("meta", {}),
        "kwargs": more,
    }


def _query(mart: Mart, severity: str, rule: str, section: str, sql: str, **meta: Any) -> Any:
    kind = "unexpected_rows_expectation"
    return _rule(mart, kind, severity, rule, section, unexpected_rows_query=sql, meta=meta)


def _has_rows(mart: Mart) -> Any:
    if not mart.audit.get("min_rows"):
        return None
    kind = "expect_table_row_count_to_be_between"
    least = mart.audit["min_rows"]
    return _rule(
        mart, kind, "critical", "the table has rows", "the-table-is-empty", min_value=least
    )


def _keys(mart: Mart) -> list[Any]:
    if not mart.grain:
        return []
    told, section = ", ".join(mart.grain), "a-key-appears-twice-or-is-empty"
    single = len(mart.grain) == 1
    kind = "expect_column_values_to_be_unique" if single else "expect_compound_columns_to_be_unique"
    which: dict[str, Any] = (
        {"column": mart.grain[0]} if single else {"column_list": list(mart.grain)}
    )
    empty = " or ".join(f"{column} is null" for column in mart.grain)
    return [
        _rule(mart, kind, "critical", f"{told} appears once", section, **which),
        _query(mart, "critical", f"{told} is never empty", section,
               f"select * from {{batch}} where {empty}"),
    ]  # fmt: skip


def _amounts(mart: Mart) -> list[str]:
    free = set(mart.audit.get("may_be_negative", ()))
    return [
        column.name
        for column in mart.columns
        if column.is_number
        and column.additivity in ("additive", "semi")
        and column.name not in free
    ]


def _outside(mart: Mart, columns: list[str], breaks: str) -> str:
    """Rows where any of the columns breaks; `broken` names them, so the sample stays narrow."""
    named = ", ".join(
        f"case when {breaks.format(c)} then '{c} = ' || {c}::varchar end" for c in columns
    )
    keys = ", ".join(mart.grain) + ", " if mart.grain else ""
    wrong = " or ".join(breaks.format(c) for c in columns)
    return f"select {keys}concat_ws(', ', {named}) as broken from {{batch}} where {wrong}"


def _not_negative(mart: Mart) -> Any:
    columns = _amounts(mart)
    if not columns:
        return None
    return _query(mart, "critical", "counts and amounts are not negative",
                  "a-count-or-amount-is-negative", _outside(mart, columns, "{0} < 0"))  # fmt: skip


def _rates(mart: Mart) -> Any:
    columns = list(mart.audit.get("rates", ()))
    if not columns:
        return None
    return _query(mart, "warning", "rates lie between 0 and 1", "a-rate-is-outside-0-to-1",
                  _outside(mart, columns, "({0} < 0 or {0} > 1)"))  # fmt: skip


def _disappeared(mart: Mart) -> Any:
    day = mart.day
    if day is None:
        return None
    sql = (
        f"select distinct {day} from published.main.{mart.name} "
        f"where {day} not in (select {day} from {{batch}})"
    )
    return _query(mart, "critical", "no published day disappears", "a-published-day-disappeared",
                  sql, needs="published", needs_columns=[day])  # fmt: skip


def _steady(mart: Mart) -> Any:
    day, column = mart.day, mart.audit.get("steady")
    if column is None:
        added = [c.name for c in mart.columns if c.is_number and c.additivity == "additive"]
        column = added[0] if added else None
    if day is None or not column:
        return None
    total = f"select {day} as day, sum({column}) as total from {{0}} group by all"
    sql = (
        f"with now as ({total.format('{batch}')}), "
        f"before as ({total.format(f'published.main.{mart.name}')}) "
        f"select before.day, before.total as published, now.total as candidate "
        "from before left join now on before.day = now.day "
        f"where before.day < (select max(day) from before) - {SETTLED_AFTER_DAYS} "
        f"and abs(before.total) > {SMALL} "
        f"and abs(coalesce(now.total, 0) - before.total) > {BAND} * abs(before.total)"
    )
    rule = f"settled days keep their {column} within {BAND:.0%} of the last release"
    return _query(mart, "warning", rule, "a-settled-day-changed-a-lot", sql,
                  needs="published", needs_columns=[day, column])  # fmt: skip


def _shrunk(mart: Mart) -> Any:
    """For marts without days: half of the rows gone is worth a look."""
    if mart.day is not None or mart.audit.get("steady") is False:
        return None
    sql = (
        f"select before.n as published, now.n as candidate "
        f"from (select count(*) as n from published.main.{mart.name}) as before, "
        "(select count(*) as n from {batch}) as now "
        "where before.n >= 10 and now.n < before.n / 2"
    )
    rule = "at least half of the published rows are still there"
    return _query(mart, "warning", rule, "many-rows-disappeared", sql, needs="published")
