"""Holdouts and ratios: published intervals, p that agrees with them, and money."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.measurement.bad_data import BadData
from rivage.measurement.holdout import Arm, holdout, newcombe, wilson
from rivage.measurement.ratio_interval import bootstrap_ratio, fieller


def test_newcombes_own_examples() -> None:
    # Newcombe (1998), table II, method 10: 56/70 - 48/80 and 9/10 - 3/10.
    assert newcombe(Arm(70, 56), Arm(80, 48), 0.05) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(Arm(10, 9), Arm(10, 3), 0.05) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_wilson_holds_at_the_edge() -> None:
    low, high = wilson(0, 20, 1.959964)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(0.1611, abs=5e-5)  # 1.96^2 / (20 + 1.96^2)


def test_a_holdout_worked_out_by_hand() -> None:
    # 3 % of 40,000 against 2.4 % of 10,000: 0.6 points, 1,200 - 240 * 4 = 240 conversions.
    # 12,000 spent: 50 each. A quarter saw an ad: 2.4 points among them.
    # Revenue 60,000 - 11,400 * 4 = 14,400: iROAS 1.2.
    found = holdout(
        Arm(40_000, 1_200, 60_000.0), Arm(10_000, 240, 11_400.0), exposed=10_000, spend=12_000.0
    )
    assert found.itt == pytest.approx(0.006)
    assert found.incremental == pytest.approx(240)
    assert found.lift == pytest.approx(0.25)
    assert found.att == pytest.approx(0.024)
    assert found.icpa == pytest.approx(50)
    assert found.incremental_revenue == pytest.approx(14_400)
    assert found.iroas == pytest.approx(1.2)
    assert found.icpa_high is not None
    assert found.icpa_high * found.incremental_low == pytest.approx(12_000)
    assert found.icpa_low is not None
    assert found.icpa_low * found.incremental_high == pytest.approx(12_000)
    assert found.p_value < 0.01


def test_a_cost_per_conversion_has_no_upper_end_when_there_may_be_none() -> None:
    found = holdout(Arm(1_000, 33), Arm(1_000, 30), spend=300.0)
    assert found.itt_low < 0
    assert found.icpa == pytest.approx(100)
    assert found.icpa_high is None
    none = holdout(Arm(1_000, 20), Arm(1_000, 30), spend=300.0)
    assert none.icpa is None


def test_the_spread_of_revenue_widens_its_interval() -> None:
    known = holdout(Arm(5_000, 150, 9_000.0, 12.0), Arm(5_000, 120, 7_000.0, 11.0), spend=1_000.0)
    plain = holdout(Arm(5_000, 150, 9_000.0), Arm(5_000, 120, 7_000.0), spend=1_000.0)
    # 1.96 * sqrt(5,000 * 144 + 5,000 * 121)
    assert known.revenue_high is not None
    assert known.revenue_high - 2_000 == pytest.approx(1.959964 * np.sqrt(5_000 * 265), rel=1e-6)
    assert known.revenue_basis == "revenue per person"
    assert plain.revenue_basis == "conversions at their mean value"
    assert plain.iroas == known.iroas == pytest.approx(2.0)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 3_000), st.integers(1, 3_000), st.floats(0, 1), st.floats(0, 1),
    st.sampled_from([0.01, 0.05, 0.2]),
)  # fmt: skip
def test_p_and_interval_agree(n: int, m: int, one: float, other: float, alpha: float) -> None:
    found = holdout(Arm(n, round(n * one)), Arm(m, round(m * other)), alpha=alpha)
    assert 0 <= found.p_value <= 1
    if abs(found.p_value - alpha) > 1e-6:
        assert (found.itt_low <= 0 <= found.itt_high) == (found.p_value > alpha)
    assert found.itt_low <= found.itt <= found.itt_high


@pytest.mark.parametrize(
    ("treated", "control", "exposed", "told"),
    [
        (Arm(0, 0), Arm(10, 1), None, "treated group has no people"),
        (Arm(10, 1), Arm(10, 11), None, "11 conversions of 10 people"),
        (Arm(10, -1), Arm(10, 1), None, "-1 conversions"),
        (Arm(10, 1), Arm(10, 1), 11, "11 of 10 treated people"),
    ],
)
def test_groups_that_can_not_be_are_refused(
    treated: Arm, control: Arm, exposed: int | None, told: str
) -> None:
    with pytest.raises(BadData, match=told):
        holdout(treated, control, exposed=exposed)


def test_fieller_holds_exactly_the_ratios_that_are_not_refused() -> None:
    found = fieller(10.0, 5.0, 1.0, 0.25, 0.1)
    assert found is not None
    for end in found:  # at an end, z = 1.96
        spread = 1.0 + end**2 * 0.25 - 2 * end * 0.1
        assert abs(10 - end * 5) / np.sqrt(spread) == pytest.approx(1.959964, abs=1e-6)
    assert fieller(10.0, 1.0, 1.0, 1.0) is None
    assert fieller(10.0, 5.0, 4.0, 0.0) == pytest.approx((2 - 1.96 * 0.4, 2 + 1.96 * 0.4), abs=1e-4)


def test_a_bootstrapped_ratio_is_near_fiellers_and_repeats() -> None:
    rng = np.random.default_rng(1)
    spend = rng.gamma(4, 5, 400)
    revenue = 2 * spend + rng.normal(0, 10, 400)
    drawn = bootstrap_ratio(revenue, spend, draws=1_000)
    assert drawn == bootstrap_ratio(revenue, spend, draws=1_000)
    covariance = np.cov(revenue, spend) * 400
    exact = fieller(revenue.sum(), spend.sum(), covariance[0, 0], covariance[1, 1],
                    covariance[0, 1])  # fmt: skip
    assert drawn == pytest.approx(exact, abs=0.01)
