"""Where a goal stands: sums, ratios and stocks, days that are missing, and the seed behind them."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from rivage.inputs.metrics import METRICS
from rivage.measurement.goal_progress import RATIO, STOCK, SUM, Goal, Level, progress
from rivage.settings import REPO

START = date(2026, 9, 7)  # a Monday


def known(first: date, *amounts: float) -> dict[date, tuple[float, ...]]:
    return {first + timedelta(n): (amount,) for n, amount in enumerate(amounts)}


def week(target: float, kind: str = SUM, **more: bool) -> Goal:
    return Goal("g", kind, target, START, START + timedelta(6), **more)


def test_what_is_due_follows_the_metrics_own_weekdays() -> None:
    # Two weeks of history, weekends bring double: 9 units a week, Monday to Friday 5 of them.
    history = known(START - timedelta(14), *([10, 10, 10, 10, 10, 20, 20] * 2))
    now = START + timedelta(4)
    told = progress(week(180), history | known(START, *[10] * 5), now)
    assert (told.measured_days, told.missing_days, told.actual) == (5, 0, 50)
    assert told.expected == pytest.approx(100)
    assert told.expected_basis == "weekdays of up to 56 days"
    # No noise at all: 50 + 2 x 20 is certain, and short of 180.
    assert (told.forecast, told.forecast_lower, told.forecast_upper) == pytest.approx((90, 90, 90))
    assert told.probability == 0


def test_a_late_source_owes_days_and_is_not_judged_by_them() -> None:
    told = progress(week(70), known(START - timedelta(14), *[10] * 17), START + timedelta(4))
    assert (told.measured_days, told.missing_days) == (3, 2)
    assert told.measured_to == START + timedelta(2)
    assert (told.actual, told.expected) == (30, pytest.approx(30))
    assert told.forecast == pytest.approx(70)


def test_after_the_end_the_forecast_is_what_happened() -> None:
    told = progress(week(70), known(START, *range(8, 15)), START + timedelta(9))
    assert (told.actual, told.forecast, told.forecast_lower, told.forecast_upper) == (77,) * 4
    assert told.probability == 1


def test_a_ceiling_is_missed_from_above() -> None:
    told = progress(week(70, lower_is_better=True), known(START, *[11] * 7), START + timedelta(6))
    assert told.probability == 0


def test_a_ratio_is_of_the_sums_not_of_the_days() -> None:
    days = {START: (100.0, 10.0), START + timedelta(1): (0.0, 90.0)}
    told = progress(week(2, RATIO), days, START + timedelta(1))
    assert (told.actual, told.numerator, told.denominator) == (1.0, 100.0, 100.0)
    assert told.expected == 2
    assert told.forecast is None
    assert told.note is not None
    assert "too few" in told.note


def test_a_ratio_over_nothing_is_unknown() -> None:
    told = progress(week(2, RATIO), {START: (5.0, 0.0)}, START)
    assert told.actual is None


def test_a_stock_is_read_back_from_its_newest_level() -> None:
    # 1 000 followers on Wednesday, 10 a day since Monday: 970 before the goal. Due: 970 + 3/7 x 70.
    moved = known(START - timedelta(21), *[10] * 24)
    goal = week(1040, STOCK, may_fall=True)
    told = progress(goal, moved, START + timedelta(2), Level(START + timedelta(2), 1000))
    assert told.actual == 1000
    assert told.expected == pytest.approx(1000)
    assert told.forecast == pytest.approx(1040)


def test_a_stock_knows_days_whose_movement_is_late() -> None:
    # The level is of Wednesday, the movement of Tuesday and Wednesday has not been served.
    moved = known(START - timedelta(21), *[10] * 22)
    goal = week(1040, STOCK, may_fall=True)
    told = progress(goal, moved, START + timedelta(2), Level(START + timedelta(2), 1000))
    assert (told.measured_days, told.missing_days, told.actual) == (3, 0, 1000)
    assert told.forecast == pytest.approx(1040)


def test_a_stock_grows_also_before_its_goal_begins() -> None:
    moved = known(START - timedelta(28), *[10] * 21)
    goal = week(1040, STOCK, may_fall=True)
    told = progress(goal, moved, START - timedelta(8), Level(START - timedelta(8), 1000))
    assert (told.measured_days, told.missing_days) == (0, 0)
    assert told.forecast == pytest.approx(1140)


def test_a_stock_without_a_level_is_unknown() -> None:
    told = progress(week(1040, STOCK), known(START - timedelta(21), *[10] * 24), START)
    assert told.actual is None
    assert told.forecast is None
    assert told.note is not None


def test_a_goal_to_come_has_a_forecast_and_nothing_measured() -> None:
    told = progress(week(70), known(START - timedelta(28), *[10] * 28), START - timedelta(1))
    assert (told.measured_days, told.actual, told.expected) == (0, None, None)
    assert told.forecast == pytest.approx(70)


def test_every_metric_a_goal_may_name_is_a_key_figure_in_the_same_unit() -> None:
    path = REPO / "dbt_project" / "seeds" / "key_figures.csv"
    figures = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    named = {f["figure"]: f["unit"] for f in figures if f["is_goal_metric"] == "true"}
    assert named == METRICS


def test_ratios_are_made_of_sums() -> None:
    path = REPO / "dbt_project" / "seeds" / "key_figures.csv"
    figures = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    sums = {f["figure"] for f in figures if f["kind"] == "sum"}
    for figure in figures:
        if figure["kind"] == "sum":
            assert figure["streams"], figure["figure"]
        else:
            assert figure["numerator"] in sums, figure["figure"]
        if figure["kind"] == "ratio":
            assert figure["denominator"] in sums, figure["figure"]
