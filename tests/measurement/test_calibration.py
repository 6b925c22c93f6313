"""Evidence grades and calibration factors: stated rules, golden numbers, and what never happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.measurement.bad_data import BadData
from rivage.measurement.calibration import LEVELS, Prior, calibrate, combine, factor_of
from rivage.measurement.evidence import detectable, grade

ONE = np.zeros(1, dtype=np.int64)


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


@pytest.mark.parametrize(
    ("changed", "letter"),
    [
        ({}, "A"),
        ({"randomised": False}, "B"),
        ({"p_value": 0.4, "lift_low": -0.01, "lift_high": 0.02}, "A"),
        ({"p_value": 0.4, "lift_low": -0.3, "lift_high": 0.4}, "B"),
        ({"p_value": 0.4, "lift_low": None, "lift_high": None}, "B"),
        ({"p_value": 0.4, "lift_low": -0.3, "lift_high": 0.4, "randomised": False}, "C"),
        ({"pre_drift": 0.2}, "B"),
        ({"pre_drift": 0.02}, "A"),
        ({"pre_days": 7, "test_days": 14}, "B"),
        ({"pre_drift": -0.9, "randomised": False, "p_value": 0.4, "lift_low": -0.5}, "C"),
        ({"design": "before_after"}, "D"),
        ({"design": "switchback", "switches": 1}, "D"),
        ({"design": "switchback", "switches": 11}, "A"),
    ],
)
def test_grades_follow_the_table(changed: dict, letter: str) -> None:  # type: ignore[type-arg]
    usual = {"design": "geo", "randomised": True, "p_value": 0.01, "alpha": 0.05,
             "lift_low": 0.02, "lift_high": 0.2}  # fmt: skip
    found = grade(**(usual | changed))
    assert found.grade == letter
    assert found.reasons


def test_the_detectable_effect_is_2_8_standard_errors() -> None:
    # Half the 95 % width is 1.96 errors; 80 % power needs 1.96 + 0.8416.
    assert detectable(-1.96, 1.96, 0.05) == pytest.approx(2.8016, abs=1e-3)
    assert detectable(None, 1.0, 0.05) is None


def test_a_factor_is_incremental_over_credited() -> None:
    factor, sd = factor_of(array(60, 30), array(12, 15), array(120, 60))
    assert factor.tolist() == [0.5, 0.5]
    assert sd.tolist() == [0.1, 0.25]
    with pytest.raises(BadData, match="credits nothing"):
        factor_of(array(1), array(1), array(0))


def test_two_experiments_and_a_prior_worked_out_by_hand() -> None:
    # Precisions: 0.5 with sd 0.1 -> 100; 0.6 with sd 0.2, one half-life old on half the scope:
    # variance 0.04 * 2 / 0.5 = 0.16 -> 6.25; prior 1 with sd 0.5 -> 4. They agree: no spread added.
    # (100 * 0.5 + 6.25 * 0.6 + 4 * 1) / 110.25 = 57.75 / 110.25
    found = combine(
        np.zeros(2, dtype=np.int64), array(0.5, 0.6), array(0.1, 0.2), array(0, 180),
        array(1, 0.5), channels=1,
    )  # fmt: skip
    assert found.factor[0] == pytest.approx(57.75 / 110.25, abs=1e-12)
    assert found.sd[0] == pytest.approx(110.25**-0.5, abs=1e-12)
    assert found.prior_weight[0] == pytest.approx(4 / 110.25)
    assert found.weight.sum() + found.prior_weight[0] == pytest.approx(1)
    assert found.disagreement[0] == 0


def test_experiments_that_disagree_are_trusted_less() -> None:
    # 0.2 and 1.0 with sd 0.1 each: Q = 2 * 0.4^2 / 0.01 = 32 on one degree; room 200 - 100.
    # Between-variance (32 - 1) / 100 = 0.31, so that each has variance 0.32.
    found = combine(
        np.zeros(2, dtype=np.int64), array(0.2, 1.0), array(0.1, 0.1), array(0, 0), array(1, 1),
        channels=1, prior=Prior(0.6, 10.0),
    )  # fmt: skip
    assert found.disagreement[0] == pytest.approx(0.31, abs=1e-12)
    assert found.factor[0] == pytest.approx(0.6)
    assert found.sd[0] == pytest.approx(0.4, abs=1e-3)


def test_a_channel_without_an_experiment_gets_the_prior() -> None:
    found = combine(ONE + 1, array(0.4), array(0.1), array(0), array(1), channels=3)
    assert (found.factor[0], found.sd[0]) == (1.0, 0.5)
    assert found.experiments.tolist() == [0, 1, 0]
    assert found.prior_weight[[0, 2]].tolist() == [1.0, 1.0]


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 3), st.floats(0.05, 2), st.floats(0, 2_000), st.floats(0.05, 1))
def test_age_and_scope_only_ever_pull_towards_the_prior(
    factor: float, sd: float, age: float, overlap: float
) -> None:
    def one(days: float, share: float) -> tuple[float, float]:
        found = combine(ONE, array(factor), array(sd), array(days), array(share), channels=1)
        return abs(float(found.factor[0]) - 1.0), float(found.sd[0])

    fresh, aged = one(0, 1), one(age, overlap)
    assert aged[0] <= fresh[0] + 1e-12
    assert fresh[1] <= aged[1] + 1e-12
    assert aged[1] <= 0.5 + 1e-12


def test_a_factor_below_its_level_is_applied_and_flagged() -> None:
    campaign, ad = LEVELS.index("campaign"), LEVELS.index("ad")
    credits, flagged = calibrate(
        array(10, 10, 10), np.array([0, 0, 1]), np.array([campaign, ad, campaign]),
        np.array([campaign, -1]), array(0.5, 1.0),
    )  # fmt: skip
    assert credits.tolist() == [5, 5, 10]
    assert flagged.tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("sd", "age", "overlap", "told"),
    [(0, 0, 1, "not above 0"), (1, -1, 1, "future"), (1, 0, 0, "overlap"), (1, 0, 1.5, "overlap")],
)
def test_experiments_that_can_not_be_are_refused(
    sd: float, age: float, overlap: float, told: str
) -> None:
    with pytest.raises(BadData, match=told):
        combine(ONE, array(1), array(sd), array(age), array(overlap), channels=1)
