"""What a rule expects, in plain words."""

from __future__ import annotations

from typing import Any

Usual = tuple[float, float] | None

_WORDS = {
    "expect_column_values_to_not_be_null": "a value in every row",
    "expect_column_values_to_be_unique": "each value once",
    "expect_compound_columns_to_be_unique": "each key once",
    "expect_column_values_to_be_in_set": "one of {known}",
    "expect_column_values_to_be_between": "{range}",
    "expect_table_row_count_to_be_between": "{range} rows",
}


def expected(kind: str, kwargs: dict[str, Any], meta: dict[str, Any], usual: Usual = None) -> str:
    """The rule's own words (`meta.expected`), or words for what its arguments say."""
    if "expected" in meta:
        return str(meta["expected"])
    if usual:
        return f"{number(usual[0])} to {number(usual[1])}"
    known = ", ".join(str(value) for value in kwargs.get("value_set", ()))
    return _WORDS.get(kind, "no such row").format(known=known, range=_range(kwargs))


def number(value: float) -> str:
    """A number for people: grouped thousands, at most two decimals."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def _range(kwargs: dict[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"
