"""Difference in differences: the known coefficient, an exact test, an interval that inverts it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rivage.measurement.bad_data import BadData
from rivage.measurement.did import bootstrap, difference_in_differences
from rivage.measurement.panel import Panel
from rivage.measurement.set_test import contrasts, same_size_sets, set_test
from tests.measurement.geo_panels import counts, panel

SIZES = np.array([40, 27, 20, 20, 19, 18, 17, 13, 11, 10, 9, 8, 2.0])
SEEDS = st.integers(0, 10**6)


def twfe(table: Panel) -> float:
    """Coefficient of "treated and in the test" beside one dummy per geo and per day."""
    geos, length = table.values.shape
    on = np.outer(table.treated, np.arange(length) >= table.start).astype(float)
    geo = np.kron(np.eye(geos), np.ones((length, 1)))
    day = np.kron(np.ones((geos, 1)), np.eye(length))[:, 1:]
    design = np.column_stack([on.ravel(), geo, day])
    return float(np.linalg.lstsq(design, table.values.ravel(), rcond=None)[0][0])


def test_a_small_panel_worked_out_by_hand() -> None:
    # Changes of the mean: 19 - 11 = 8 treated; 7 - 6 = 1, 10 - 8 = 2, 8 - 5 = 3 controls, mean 2.
    # Effect 8 - 2 = 6 a day, 12 in two days; without it 38 - 12 = 26 would have been sold.
    # Each other geo on paper: 1 - 13/3, 2 - 12/3, 3 - 11/3, all smaller: p = 1/4.
    table = panel([[10, 12, 20, 18], [5, 7, 6, 8], [8, 8, 9, 11], [4, 6, 5, 11]], [0], 2)
    found = difference_in_differences(table)
    assert found.att == pytest.approx(6, abs=1e-12)
    assert found.incremental == pytest.approx(12, abs=1e-12)
    assert found.lift == pytest.approx(12 / 26, abs=1e-12)
    assert found.p_value == found.smallest_p == 0.25
    assert (found.ci_low, found.ci_high) == (None, None)
    assert any("Only 4 sets" in note for note in found.notes)


def test_growth_worked_out_by_hand() -> None:
    # Controls grow from 40 to 50, by 1.25; the treated 20 would have become 25, and became 31.
    table = panel([[10, 10, 15, 16], [5, 5, 6, 6], [8, 12, 13, 12], [4, 6, 6, 7]], [0], 2)
    found = difference_in_differences(table, effect="relative")
    assert found.incremental == pytest.approx(6, abs=1e-12)
    assert found.lift == pytest.approx(6 / 25, abs=1e-12)
    assert found.observed[2:].sum() - found.counterfactual[2:].sum() == pytest.approx(6)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(3, 8), st.integers(1, 6), st.integers(1, 6))
def test_the_level_effect_is_the_two_way_fixed_effects_coefficient(
    seed: int, geos: int, before: int, after: int
) -> None:
    rng = np.random.default_rng(seed)
    treated = rng.permutation(geos)[: rng.integers(1, geos - 1)].tolist()
    table = panel(rng.normal(0, 1, (geos, before + after)), treated, before)
    assert difference_in_differences(table).att == pytest.approx(twfe(table), abs=1e-12)


def by_brute_force(amounts: np.ndarray, weights: np.ndarray, actual: np.ndarray) -> float:
    """p over all sets of the size, each contrast computed anew."""

    def size_of(rows: np.ndarray) -> float:
        inside, outside = weights[rows].sum(), weights[~rows].sum()
        d = amounts[rows].sum() / inside - amounts[~rows].sum() / outside
        return float(abs(d) / np.sqrt(1 / inside + 1 / outside))

    numbers = np.arange(len(amounts))
    sets = [np.isin(numbers, s) for s in combinations(numbers.tolist(), int(actual.sum()))]
    own = size_of(actual)
    return sum(size_of(rows) >= own * (1 - 1e-9) - 1e-12 for rows in sets) / len(sets)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(4, 8), st.sampled_from([0.05, 0.1, 0.2, 0.5]))
def test_the_interval_inverts_the_test(seed: int, units: int, alpha: float) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.choice([1.0, 1.0, 2.0, 7.0], units)
    amounts = rng.normal(1, 1, units) * weights
    actual = np.isin(np.arange(units), rng.permutation(units)[: rng.integers(1, units - 1)])
    test = set_test(amounts, weights, actual, alpha=alpha)
    for effect in [0.0, test.estimate, *rng.normal(0, 3, 6).tolist()]:
        p = by_brute_force(amounts - effect * weights * actual, weights, actual)
        assert test.p_at(effect) == pytest.approx(p, abs=1e-12)
        assert (test.low <= effect <= test.high) == (p > alpha + 1e-12)
    assert test.p_at(test.estimate) == 1.0
    assert test.p_value >= test.smallest_p


def test_all_sets_are_compared_when_few_and_drawn_by_a_seed_when_many() -> None:
    actual = np.arange(13) < 4
    every, exact = same_size_sets(actual)
    assert exact
    assert len(every) == 715 == len({tuple(row) for row in every.tolist()})
    assert every[0].tolist() == [0, 1, 2, 3]
    many, exact = same_size_sets(np.arange(40) < 10, most=500)
    again, _ = same_size_sets(np.arange(40) < 10, most=500)
    assert not exact
    assert len(many) == 501
    assert np.array_equal(many, again)
    assert all(len(set(row)) == 10 for row in many.tolist())


def test_a_set_and_its_complement_tie() -> None:
    # Two of four: each split appears twice, so p can't fall below 2/6.
    amounts = np.array([0.1 + 0.2, 5.3, 1.7, 2.9])
    test = set_test(amounts, np.ones(4), np.array([True, True, False, False]))
    assert test.p_value * 6 == pytest.approx(round(test.p_value * 6))
    assert test.p_value >= 2 / 6
    d, _ = contrasts(amounts, np.ones(4), np.array([[0, 1], [2, 3]]))
    assert d[0] == pytest.approx(-d[1])


@pytest.mark.parametrize("effect", ["level", "relative"])
def test_without_a_treatment_p_is_uniform(effect) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(5)
    seen = []
    for _ in range(300):
        treated = rng.permutation(13)[:4].tolist()
        found = difference_in_differences(panel(counts(rng, SIZES, 30), treated, 16), effect=effect)
        seen.append(found.p_value - rng.uniform() * found.smallest_p)
    assert stats.kstest(seen, "uniform").pvalue > 0.05
    assert 0.03 <= np.mean(np.array(seen) <= 0.05) <= 0.075


def test_the_interval_of_growth_covers_a_planted_effect_95_times_in_100() -> None:
    # The treatment adds 30 % to four geos of unlike size; the truth is what it added.
    rng, inside, runs = np.random.default_rng(6), 0, 500
    for _ in range(runs):
        base, treated = counts(rng, SIZES, 30), rng.permutation(13)[:4]
        added = rng.poisson(0.3 * SIZES[treated, None], (4, 14))
        base[treated, 16:] += added
        table = panel(base, treated.tolist(), 16)
        found = difference_in_differences(table, effect="relative")
        assert found.incremental_low is not None
        assert found.incremental_high is not None
        inside += found.incremental_low <= added.sum() <= found.incremental_high
    assert 0.93 <= inside / runs <= 0.97


def test_geos_of_unlike_size_are_named_for_levels_only() -> None:
    table = panel(counts(np.random.default_rng(2), SIZES, 30), [0, 3], 16)
    assert any("compares growth" in note for note in difference_in_differences(table).notes)
    assert not difference_in_differences(table, effect="relative").notes


def test_growth_needs_something_to_grow_from() -> None:
    with pytest.raises(BadData, match="treated geos sold nothing"):
        difference_in_differences(panel([[0, 1], [1, 2], [2, 3]], [0], 1), effect="relative")
    with pytest.raises(BadData, match="less than 0"):
        difference_in_differences(panel([[3, 1], [-1, 2], [2, 3]], [0], 1), effect="relative")
    # One empty control is no obstacle: its later sales count as growth of the controls together.
    found = difference_in_differences(
        panel([[4, 8], [0, 2], [2, 3], [2, 3]], [0], 1), effect="relative"
    )
    assert found.incremental == pytest.approx(8 - 4 * 8 / 4)


def test_an_effect_added_by_hand_is_taken_back_exactly() -> None:
    table = panel(counts(np.random.default_rng(3), SIZES, 30), [1, 5, 8], 16)
    lifted = table.values.copy()
    lifted[np.ix_([1, 5, 8], range(16, 30))] += 2.5
    before = difference_in_differences(table)
    after = difference_in_differences(panel(lifted, [1, 5, 8], 16))
    assert after.att - before.att == pytest.approx(2.5, abs=1e-12)
    assert after.ci_low is not None
    assert before.ci_low is not None
    assert after.ci_low - before.ci_low == pytest.approx(2.5, abs=1e-9)


@pytest.mark.parametrize("effect", ["level", "relative"])
def test_drawing_geos_anew_tells_about_the_same(effect) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(7)
    table = panel(counts(rng, rng.uniform(20, 60, 60), 30), list(range(25)), 16)
    drawn = bootstrap(table, effect=effect)
    found = difference_in_differences(table, effect=effect, most=4_000)
    assert drawn is not None
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert drawn[0] < found.att < drawn[1]
    assert drawn[1] - drawn[0] == pytest.approx(found.ci_high - found.ci_low, rel=0.15)
    assert bootstrap(panel(table.values, [3], 16), effect=effect) is None
