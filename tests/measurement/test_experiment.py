"""Experiments as rows: worked examples, signs, costs, and why there is no result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.measurement.bad_data import BadData
from rivage.measurement.before_after import before_after
from rivage.measurement.experiment import EVERYWHERE, Estimate, Experiment, Known, effect_on
from rivage.measurement.experiment_outcome import extra_spend, outcome
from rivage.measurement.holdout import Arm

FIRST = date(2026, 9, 1)
PLACES = ("A", "B", "C", "D")


def day(number: int) -> date:
    return FIRST + timedelta(number)


SPLIT = Experiment("e", "geo_split", day(2), day(3), FIRST, ("A",), ("B", "C", "D"))
ON_OFF = Experiment("o", "on_off", day(14), day(20), FIRST)
KNOWN = Known(FIRST, day(60), PLACES)
# A grows from 10 to 15 a day; the others, of unlike size, from 10, 20 and 30 by a fifth.
ORDERS = {
    (place, day(n)): float(before if n < 2 else after)
    for place, before, after in (("A", 10, 15), ("B", 10, 12), ("C", 20, 24), ("D", 30, 36))
    for n in range(4)
}
NOISE = (0, 2, -1, 1, -2, 1, -1)


def every_day(change: float, length: int = 21, days: range = range(14, 21)) -> dict:  # type: ignore[type-arg]
    return {
        (EVERYWHERE, day(n)): 50.0 + NOISE[n % 7] + (change if n in days else 0)
        for n in range(length)
    }


def test_a_split_compares_growth_with_that_of_the_control_places() -> None:
    # Without the test A would have sold 2 x 10 x 1.2 = 24; it sold 30.
    effect = effect_on(SPLIT, KNOWN, ORDERS)
    assert effect.incremental.value == pytest.approx(6)
    assert effect.lift.value == pytest.approx(0.25)
    # One of four places is never rarer than 1 in 4.
    assert effect.p_value == 0.25
    assert (effect.incremental.low, effect.evidence.grade) == (None, "C")


def test_days_without_a_row_are_days_without_orders() -> None:
    thin = {cell: amount for cell, amount in ORDERS.items() if cell != ("A", day(3))}
    assert effect_on(SPLIT, KNOWN, thin).incremental.value == pytest.approx(15 - 24)


def test_days_before_orders_are_known_are_no_pre_period() -> None:
    later = effect_on(SPLIT, replace(KNOWN, first=day(1)), ORDERS | {("A", FIRST): 999.0})
    assert later.incremental.value == pytest.approx(30 - 2 * 12)


def test_extra_spend_is_measured_from_the_mean_day_before() -> None:
    # 40 a day before, then 100 and 90: 190 - 80.
    spend = {FIRST: 80.0, day(2): 100.0, day(3): 90.0}
    assert extra_spend(SPLIT, KNOWN, spend) == pytest.approx(110)
    assert extra_spend(SPLIT, KNOWN, None) is None
    row = outcome(SPLIT, KNOWN, ORDERS, {cell: 20 * n for cell, n in ORDERS.items()}, spend)
    assert (row.status, row.direction) == ("measured", "more spend")
    assert row.cost_per_incremental_order == pytest.approx(110 / 6)
    assert row.cost_per_incremental_order_high is None
    assert row.iroas == pytest.approx(6 * 20 / 110)


def test_withdrawn_spend_tells_what_it_had_brought() -> None:
    # 7 days without: 5 orders a day fewer for 10 less spend a day.
    spend = {day(n): 10.0 for n in range(14)}
    row = outcome(ON_OFF, KNOWN, every_day(-5), every_day(-5), spend)
    assert (row.direction, row.extra_spend) == ("less spend", 70)
    assert row.incremental_orders == pytest.approx(35)
    assert row.cost_per_incremental_order == pytest.approx(2)
    assert row.incremental_orders_low is not None
    assert row.incremental_orders_high is not None
    assert 0 < row.incremental_orders_low < 35 < row.incremental_orders_high


def test_before_and_after_proves_least() -> None:
    effect = effect_on(ON_OFF, KNOWN, every_day(4))
    assert (effect.method, effect.evidence.grade) == ("before_after", "D")
    assert effect.incremental.value == pytest.approx(28)


def test_several_stretches_of_one_scope_are_a_switchback() -> None:
    # 4 more a day in two stretches of 7 days, each row over its own days.
    stretches = ((day(14), day(20)), (day(28), day(34)))
    twice = every_day(4, 35, [*range(14, 21), *range(28, 35)])  # type: ignore[arg-type]
    effect = effect_on(replace(ON_OFF, stretches=stretches), KNOWN, twice)
    assert effect.method == "switchback"
    assert effect.incremental.value == pytest.approx(28)
    # A stretch that is still to come does not count.
    early = replace(KNOWN, last=day(30))
    assert effect_on(replace(ON_OFF, stretches=stretches), early, twice).method == "before_after"


def test_a_holdout_is_read_from_the_counts_of_its_groups() -> None:
    # 300 of 10,000 against 100 of 5,000: 1 % of 10,000 people, for 20 days of 30.
    arms = Arm(10_000, 300, 9_000.0), Arm(5_000, 100, 3_000.0)
    held = replace(SPLIT, kind="holdout", pre_start=None, end=day(21), arms=arms)
    row = outcome(held, KNOWN, {}, {}, {day(n): 30.0 for n in range(2, 22)})
    assert (row.status, row.method, row.evidence_grade) == ("measured", "holdout", "A")
    assert (row.incremental_orders, row.lift) == pytest.approx((100, 0.5))
    assert row.incremental_gross_revenue == pytest.approx(3_000)
    assert (row.extra_spend, row.cost_per_incremental_order, row.iroas) == pytest.approx(
        (600, 6, 5)
    )
    assert row.p_value is not None
    assert row.p_value < 0.001


@pytest.mark.parametrize(
    ("experiment", "known", "status", "reason"),
    [
        (replace(SPLIT, pre_start=None), KNOWN, "cannot be measured", "no pre_period_start"),
        (SPLIT, replace(KNOWN, first=day(2)), "cannot be measured", "no pre-period"),
        (SPLIT, replace(KNOWN, last=day(2)), "not over", "known up to 2026-09-03"),
        (SPLIT, replace(KNOWN, places=("A", "B")), "cannot be measured", "for C, D"),
        (replace(SPLIT, kind="holdout"), KNOWN, "no outcome given", "Fill treated_people"),
        (SPLIT, replace(KNOWN, missing=[day(1)]), "cannot be measured", "1 days are missing"),
        (replace(SPLIT, control=("B",)), KNOWN, "cannot be measured", "too few controls"),
        (replace(ON_OFF, pre_start=day(10)), KNOWN, "cannot be measured", "too few to compare"),
    ],
)
def test_what_can_not_be_measured_says_why(
    experiment: Experiment, known: Known, status: str, reason: str
) -> None:
    row = outcome(experiment, known, ORDERS | every_day(0), ORDERS, {})
    assert row.status == status
    assert reason in (row.reason or "")
    assert row.incremental_orders is None
    if status == "cannot be measured":
        with pytest.raises(BadData):
            effect_on(experiment, known, ORDERS | every_day(0))


def test_an_estimate_turned_round_keeps_its_ends_in_order() -> None:
    assert Estimate(2, 1, None).times(-1) == Estimate(-2, None, -1)
    assert Estimate(2, 1, 4).over(0) == Estimate(None, None, None)


@given(
    st.lists(st.integers(-20, 20), min_size=7, max_size=20),
    st.lists(st.integers(-20, 20), min_size=7, max_size=20),
)
def test_p_and_interval_of_before_and_after_agree(before: list[int], after: list[int]) -> None:
    sides = np.array(before, dtype=float), np.array(after, dtype=float)
    try:
        found = before_after(*sides)
    except BadData:
        assert min(sides[0].std(), sides[1].std()) < 1e-9
        return
    assert found.estimate == pytest.approx(sides[1].mean() - sides[0].mean())
    assert found.incremental == pytest.approx(sides[1].sum() - len(after) * sides[0].mean())
    if abs(found.p_value - 0.05) > 1e-9:
        assert (found.ci_low <= 0 <= found.ci_high) == (found.p_value > 0.05)
