"""A new day against the same weekdays: what the band lets through, and what it can't."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.audit.weekday_band import IS_GROSS, sql

MONDAY = date(2026, 9, 28)
WEEK = (100.0, 110.0, 90.0, 100.0, 120.0, 300.0, 240.0)
"""From Monday on: a shop that lives by its weekends."""


@cache
def database() -> duckdb.DuckDBPyConnection:
    """A candidate in memory, with a published version beside it."""
    db = duckdb.connect()
    db.execute("attach ':memory:' as published")
    db.execute(
        "create table ops_freshness as select date '2026-06-01' as covered_from_date, "
        "true as is_required"
    )
    return db


def judged(
    past: Sequence[float | None], new: float | None, least: int = 20
) -> tuple[float, float, float, int, str, bool] | None:
    """usual, low, high, samples, basis of a Monday after these days; whether it is outside."""
    days = [(MONDAY - timedelta(days=back + 1), value) for back, value in enumerate(past)]
    for table, rows in (("published.main.m", days), ("m", [*days, (MONDAY, new)])):
        told = [f"(date '{day}', {'null' if total is None else total})" for day, total in rows]
        source = f"values {', '.join(told)}" if told else "select null, null limit 0"
        database().execute(
            f"create or replace table {table} as select day::date as report_date, "
            f"total::double as total from ({source}) as t(day, total)"
        )
    query = sql("m", "report_date", "sum(total)", 0, least).replace("{batch}", "m")
    outside = f"value not between low and high or {IS_GROSS}"
    return (
        database()
        .execute(f"select usual, low, high, samples, basis, {outside} from ({query})")
        .fetchone()
    )  # type: ignore[return-value]


def weeks(number: int) -> list[float]:
    """Days before the Monday, the newest first."""
    return [WEEK[(6 - back) % 7] for back in range(7 * number)]


def test_a_monday_is_held_against_mondays() -> None:
    # Eight Mondays of 100: median 100, no deviation, so a third to three times. The lowest day
    # of those weeks was 90 and the highest 300, both inside already.
    assert judged(weeks(9), 100) == (100, 33.33, 300, 8, "same weekdays", False)


def test_with_two_mondays_all_days_are_asked() -> None:
    # 90, 100, 100, 110, 120, 240, 300 twice: median 110. Logarithms deviate from their median by
    # 0.20, 0.10, 0.10, 0, 0.09, 0.78, 1.00: their median is 0.0953, times 5 * 1.4826 is 0.707,
    # and exp(0.707) = 2.03 is narrower than 3.
    assert judged(weeks(2), 100) == (110, 36.67, 330, 14, "all days", False)


@pytest.mark.parametrize("past", [weeks(1)[:6], [], [10.0] * 60, [None] * 60])
def test_few_days_and_few_events_are_not_judged(past: list[float | None]) -> None:
    assert judged(past, 0) is None


def test_days_before_all_streams_cover_are_no_samples() -> None:
    database().execute("update ops_freshness set covered_from_date = date '2026-09-20'")
    try:
        found = judged([*weeks(1), 100, *[1.0] * 40], 100)  # eight days are covered
    finally:
        database().execute("update ops_freshness set covered_from_date = date '2026-06-01'")
    assert found is not None
    assert found[3:5] == (8, "all days")


def test_an_unknown_total_is_not_judged() -> None:
    assert judged(weeks(9), None) is None


@pytest.mark.parametrize("new", [1000, 10_000, 10, 1, 0])
def test_another_unit_or_an_empty_source_is_always_outside(new: float) -> None:
    assert judged(weeks(9), new)[-1] is True  # type: ignore[index]


def test_what_happened_before_is_not_unusual() -> None:
    promotion = weeks(9)
    promotion[20] = 700  # one day of the last three weeks sold seven times as much
    assert judged(promotion, 690)[-1] is False  # type: ignore[index]
    promotion[20] = 5000  # an error that was let through does not let ten times through for ever
    assert judged(promotion, 1000)[-1] is True  # type: ignore[index]


@settings(max_examples=30)
@given(st.lists(st.floats(60, 160), min_size=56, max_size=56), st.floats(60, 160))
def test_an_ordinary_day_is_never_outside(past: list[float], new: float) -> None:
    assert judged(past, new)[-1] is False  # type: ignore[index]


@settings(max_examples=30)
@given(st.lists(st.floats(60, 160), min_size=56, max_size=56))
def test_ten_times_is_outside_whatever_the_past(past: list[float]) -> None:
    found = judged(past, 10)
    assert found is not None
    assert judged(past, 10 * found[0])[-1] is True  # type: ignore[index]
    assert judged(past, found[0] / 10)[-1] is True  # type: ignore[index]
