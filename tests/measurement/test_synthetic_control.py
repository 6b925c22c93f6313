"""Synthetic control and its augmented form: exact weights, honest ranks, the known limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

from rivage.measurement.augmented import (
    augmented_synthetic_control,
    augmented_weights,
    choose_penalty,
)
from rivage.measurement.bad_data import BadData
from rivage.measurement.conformal import invert, shift_p
from rivage.measurement.synthetic_control import series, simplex_weights, synthetic_control
from tests.measurement.geo_panels import counts, panel

SEEDS = st.integers(0, 10**6)
SIZES = np.linspace(20, 60, 12)


def misfit(target: np.ndarray, donors: np.ndarray, weights: np.ndarray) -> float:
    return float(np.linalg.norm(target - weights @ donors))


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(2, 15), st.integers(3, 20), st.sampled_from([1e-3, 1.0, 1e5]))
def test_weights_are_a_mixture_and_no_mixture_fits_better(
    seed: int, donors: int, days: int, unit: float
) -> None:
    rng = np.random.default_rng(seed)
    pool = unit * (100 + 10 * rng.normal(0, 1, (donors, days)))
    target = unit * (rng.uniform(80, 120) + 10 * rng.normal(0, 1, days))
    weights = simplex_weights(target, pool)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-9)
    # First-order conditions of the convex problem: no donor pulls more than those in use.
    pull = pool @ (weights @ pool - target)
    assert (pull - weights @ pull).min() >= -1e-9 * np.abs(pool).max() ** 2 * days
    others = rng.dirichlet(np.ones(donors), 20)
    best = min(misfit(target, pool, other) for other in others)
    assert misfit(target, pool, weights) <= best * (1 + 1e-12)


def test_a_general_solver_finds_nothing_better() -> None:
    rng = np.random.default_rng(4)
    for _ in range(5):
        pool, target = rng.normal(50, 5, (8, 30)), rng.normal(51, 5, 30)
        peer = minimize(
            lambda w, p=pool, t=target: float(((t - w @ p) ** 2).sum()), np.full(8, 1 / 8),
            bounds=[(0, 1)] * 8, constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
        )  # fmt: skip
        # It leaves the simplex by some 1e-9, which alone would make it look better.
        found = misfit(target, pool, peer.x / peer.x.sum())
        assert misfit(target, pool, simplex_weights(target, pool)) <= found * (1 + 1e-9)


def test_a_mixture_of_donors_is_found_exactly() -> None:
    pool = np.random.default_rng(1).normal(50, 5, (6, 40))
    mixture = np.array([0.5, 0.0, 0.2, 0.0, 0.3, 0.0])
    assert simplex_weights(mixture @ pool, pool) == pytest.approx(mixture, abs=1e-12)


def test_a_treated_geo_like_a_control_gets_that_control() -> None:
    rows = counts(np.random.default_rng(2), SIZES, 20)
    rows[0] = rows[5]
    rows[0, 14:] += 7
    found = synthetic_control(panel(rows, [0], 14))
    assert found.att == pytest.approx(7, abs=1e-9)
    assert found.weights["g05"] == pytest.approx(1, abs=1e-9)
    assert found.pre_rmspe == pytest.approx(0, abs=1e-9)
    assert found.p_value == found.smallest_p == 1 / 12


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.booleans(), st.sampled_from([0.1, 0.2, 0.4]))
def test_the_placebo_interval_inverts_the_placebo_rank(
    seed: int, fixed: bool, alpha: float
) -> None:
    rows = counts(np.random.default_rng(seed), SIZES, 24)
    found = synthetic_control(panel(rows, [0, 4], 16), fixed_effects=fixed, alpha=alpha)
    assert found.p_value >= 1 / 11
    if found.ci_low is None or found.ci_high is None:
        assert found.p_value <= alpha
        return
    assert (found.ci_low <= 0 <= found.ci_high) == (found.p_value > alpha)
    middle, reach = (found.ci_low + found.ci_high) / 2, (found.ci_high - found.ci_low) / 2
    for effect in (middle, middle + 0.999 * reach, middle - 1.001 * reach):
        lessened = rows.copy()
        lessened[np.ix_([0, 4], range(16, 24))] -= effect
        again = synthetic_control(panel(lessened, [0, 4], 16), fixed_effects=fixed, alpha=alpha)
        assert (again.p_value > alpha) == (found.ci_low <= effect <= found.ci_high)


def test_too_few_controls_bound_nothing_and_say_so() -> None:
    found = synthetic_control(panel(counts(np.random.default_rng(3), SIZES, 20), [0], 14))
    assert found.smallest_p > found.alpha
    assert (found.ci_low, found.ci_high) == (None, None)
    assert "11 control geos" in found.notes[0]


def test_one_treated_geo_gives_uniform_p_and_several_a_warning() -> None:
    rng, seen = np.random.default_rng(12), []
    for _ in range(100):
        rows = counts(rng, SIZES, 28)
        found = synthetic_control(panel(rows, [int(rng.integers(12))], 18), fixed_effects=True)
        seen.append(found.p_value - rng.uniform() * found.smallest_p)
    assert stats.kstest(seen, "uniform").pvalue > 0.01
    several = synthetic_control(panel(counts(rng, SIZES, 28), [0, 1, 2], 18))
    assert "p too small" in several.notes[0]


def test_fixed_effects_allow_another_height() -> None:
    rows = counts(np.random.default_rng(2), SIZES, 20)
    rows[0] = rows[5] + 1_000
    assert synthetic_control(panel(rows, [0], 14)).pre_rmspe > 900
    found = synthetic_control(panel(rows, [0], 14), fixed_effects=True)
    assert found.pre_rmspe == pytest.approx(0, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(3, 12), st.integers(4, 20), st.floats(1e-3, 1e6))
def test_augmented_weights_are_the_formula_and_sum_to_one(
    seed: int, donors: int, days: int, penalty: float
) -> None:
    rng = np.random.default_rng(seed)
    pool, target = rng.normal(50, 5, (donors, days)), rng.normal(55, 5, days)
    synthetic = simplex_weights(target, pool)
    weights = augmented_weights(target, pool, synthetic, penalty)
    assert weights.sum() == pytest.approx(1, abs=1e-9)
    middle = pool.mean(axis=0)
    outer, aim = pool - middle, target - middle
    inverse = np.linalg.inv(outer.T @ outer + penalty * np.eye(days))
    formula = synthetic + (aim - synthetic @ outer) @ inverse @ outer.T
    assert weights == pytest.approx(formula, abs=1e-6)
    assert misfit(target, pool, weights) <= misfit(target, pool, synthetic) * (1 + 1e-9)


def test_augmented_weights_become_synthetic_control_as_the_penalty_grows() -> None:
    rng = np.random.default_rng(8)
    pool, target = rng.normal(50, 5, (9, 30)), rng.normal(60, 5, 30)
    synthetic = simplex_weights(target, pool)
    apart = [
        np.abs(augmented_weights(target, pool, synthetic, 10.0**power) - synthetic).max()
        for power in (0, 2, 4, 6, 8, 14)
    ]
    assert apart == sorted(apart, reverse=True)
    assert apart[-1] < 1e-9
    table = panel(counts(rng, SIZES, 30), [2], 20)
    one = augmented_synthetic_control(table, penalty=1e15)
    assert one.att == pytest.approx(synthetic_control(table, fixed_effects=True).att, abs=1e-9)


def test_the_one_se_rule_never_extrapolates_more_than_the_least_error() -> None:
    rng = np.random.default_rng(9)
    for _ in range(5):
        target, pool = series(panel(counts(rng, SIZES, 25), [1], 18), fixed_effects=True)
        least = choose_penalty(target[:18], pool[:, :18], choice="least")
        assert choose_penalty(target[:18], pool[:, :18]) >= least


def test_shift_p_counts_all_cyclic_shifts() -> None:
    residuals = np.array([1.0, -2.0, 0.5, 0.5, 3.0, 1.0])
    # Sums of two neighbours, around the end: 1, 1.5, 1, 3.5, 4 (the test days), 2.
    assert shift_p(residuals, 2) == 1 / 6
    sums = [abs(np.roll(residuals, n)[-3:].sum()) for n in range(6)]
    assert shift_p(residuals, 3) == np.mean(np.array(sums) >= sums[0])


def test_an_inverted_interval_ends_where_p_falls_to_alpha() -> None:
    low, high = invert(lambda t: max(0.0, 1 - abs(t - 5) / 10), 4.0, 1.0, 0.2)
    assert (low, high) == pytest.approx((-3, 13), abs=1e-6)
    assert np.isnan(invert(lambda t: 0.01, 4.0, 1.0, 0.05)).all()
    assert invert(lambda t: 0.5, 4.0, 1.0, 0.05) == (-np.inf, np.inf)


def test_conformal_p_and_interval_come_from_one_test() -> None:
    rng = np.random.default_rng(10)
    for _ in range(6):
        rows = counts(rng, SIZES, 40)
        found = augmented_synthetic_control(panel(rows, [3, 8], 30), alpha=0.1)
        assert found.ci_low is not None
        assert found.ci_high is not None
        assert (found.ci_low <= 0 <= found.ci_high) == (found.p_value > 0.1)
        for effect in (0.99 * found.ci_high, 1.01 * found.ci_high + 0.01):
            lessened = rows.copy()
            lessened[np.ix_([3, 8], range(30, 40))] -= effect
            # An alpha no p can reach: the interval is not looked for.
            again = augmented_synthetic_control(panel(lessened, [3, 8], 30), alpha=0.01)
            assert (again.p_value > 0.1) == (effect <= found.ci_high)


def test_without_a_treatment_conformal_p_is_uniform() -> None:
    # By the test above an interval covers a planted effect as often as this p exceeds alpha.
    rng, seen = np.random.default_rng(11), []
    for _ in range(80):
        table = panel(counts(rng, SIZES, 40), [3, 8], 30)
        found = augmented_synthetic_control(table, alpha=0.01)
        assert found.p_value >= found.smallest_p == 1 / 40
        seen.append(found.p_value - rng.uniform() / 40)
    assert stats.kstest(seen, "uniform").pvalue > 0.01
    assert np.mean(np.array(seen) <= 0.1) <= 0.2


def test_weights_need_a_history() -> None:
    with pytest.raises(BadData, match="too few to fit"):
        synthetic_control(panel(counts(np.random.default_rng(1), SIZES, 8), [0], 2))
