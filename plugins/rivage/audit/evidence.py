"""What to show of a broken rule: sample rows, where most of them are, the number it looks at.

Only broken rules are asked for rows, so that a sound candidate costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rivage.audit.masks import BROKEN, shown
from rivage.duck import literal

Ask = Callable[[str], list[dict[str, Any]]]
"""Runs a query on the candidate; rows by column."""
SAMPLE_ROWS = 5
MOST_AFFECTED = 3
ACCOUNTS = ("advertiser_id", "account_id", "property_id", "business_id", "shop_id")
CAMPAIGNS = ("campaign_name", "campaign_id", "campaign")


def offending(kind: str, kwargs: Mapping[str, Any], mart: str) -> str | None:
    """The query of the rows that break an expectation; None where it has no rows."""
    if query := kwargs.get("unexpected_rows_query"):
        return str(query).replace("{batch}", mart)
    column = kwargs.get("column")
    wrong = None
    if kind == "expect_column_values_to_not_be_null":
        wrong = f"where {column} is null"
    elif kind == "expect_column_values_to_be_in_set":
        known = ", ".join(literal(str(value)) for value in kwargs["value_set"])
        wrong = f"where {column}::varchar not in ({known})"
    elif kind == "expect_column_values_to_be_between":
        low, high = kwargs.get("min_value"), kwargs.get("max_value")
        outside = [f"{column} < {low}"] if low is not None else []
        outside += [f"{column} > {high}"] if high is not None else []
        wrong = f"where {' or '.join(outside) or 'false'}"
    return f"select * from {mart} {wrong}" if wrong else None


def narrowed(
    rows: Sequence[Mapping[str, Any]], told: str, grain: Sequence[str]
) -> list[dict[str, str]]:
    """At most five of the rows, cut down to key columns and those the rule names, masked.

    Args:
        told: the rule's own text, which names the columns it looks at.
    """
    named = {BROKEN} if rows and BROKEN in rows[0] else set(re.findall(r"\w+", told))
    return [
        {name: shown(name, value) for name, value in row.items() if name in named or name in grain}
        for row in rows[:SAMPLE_ROWS]
    ]


def where(ask: Ask, query: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The days, accounts and campaigns that most of the rows belong to."""
    days = [name for name in columns if name.endswith("_date") or name == "month_start"]
    asked = [next((name for name in kind if name in columns), None)
             for kind in (days, ACCOUNTS, CAMPAIGNS)]  # fmt: skip
    found: list[dict[str, Any]] = []
    for column in filter(None, asked):
        rows = ask(
            f"select {column} as value, count(*) as n from ({query}) "
            f"where {column} is not null group by all order by n desc, value desc "
            f"limit {MOST_AFFECTED}"
        )
        found += [
            {"column": column, "value": shown(column, row["value"]), "rows": int(row["n"])}
            for row in rows
        ]
    return found


def measured(ask: Ask, query: str) -> tuple[float | None, tuple[float, float] | None]:
    """The number a rule looks at, and its usual range when the query has `low` and `high`."""
    rows = ask(query)
    if not rows or rows[0].get("value") is None:
        return None, None
    row = rows[0]
    if row.get("low") is None or row.get("high") is None:
        return float(row["value"]), None
    return float(row["value"]), (float(row["low"]), float(row["high"]))
