"""Intervals of credits and disagreement of models."""

from __future__ import annotations

import numpy as np
import pytest

from rivage.measurement import disagreement, from_text, interval, markov, shapley
from rivage.measurement.bootstrap import game, game_inside, removal, removal_inside
from rivage.measurement.models import data_driven_credits, with_bounds

PATHS = from_text(
    ["A > B", "B", "A", "C > A", "C"], [60, 30, 20, 10, 5], None, [100, 300, 250, 80, 400]
)
LARGER = PATHS.weighing(100 * PATHS.conversions, PATHS.values, 100 * PATHS.nulls)


@pytest.mark.parametrize("fit", [removal, removal_inside, game, game_inside])
def test_bounds_hold_the_credit_and_narrow_with_data(fit) -> None:  # type: ignore[no-untyped-def]
    models = {removal: "markov", removal_inside: "markov_per_order", game: "shapley",
              game_inside: "shapley_per_order"}  # fmt: skip
    (credit,) = data_driven_credits(PATHS, [models[fit]])
    found, of_more = interval(PATHS, fit, seed=1), interval(LARGER, fit, seed=1)
    assert (found.lower <= credit.conversions).all()
    assert (credit.conversions <= found.upper).all()
    # A hundred times the journeys: a tenth of the width, relative to what is credited.
    width, narrow = (found.upper - found.lower).sum(), (of_more.upper - of_more.lower).sum() / 100
    assert narrow / width == pytest.approx(0.1, abs=0.03)


def test_the_bounds_are_as_wide_as_chance_makes_them() -> None:
    # One channel a journey: A's share of conversions is binomial, sd = sqrt(.25 / 400) = .025.
    paths = from_text(["A", "B"], [200, 200], None, [0, 0])
    found = interval(paths, removal, draws=1_000, seed=2)
    assert (found.upper - found.lower) / 400 == pytest.approx([2 * 1.96 * 0.025] * 2, rel=0.1)


def test_the_same_seed_gives_the_same_bounds() -> None:
    one, other = interval(PATHS, seed=4, draws=20), interval(PATHS, seed=4, draws=20)
    assert np.array_equal(one.lower, other.lower)
    assert not np.array_equal(one.lower, interval(PATHS, seed=5, draws=20).lower)


def test_rules_have_no_bounds_and_data_driven_models_do() -> None:
    credits = [with_bounds(credit, PATHS) for credit in data_driven_credits(PATHS)]
    assert [credit.bounds is not None for credit in credits] == [True] * 4
    assert markov(PATHS).conversions.sum() == pytest.approx(shapley(PATHS).conversions.sum())


def test_nothing_to_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="no path converts"):
        interval(from_text(["A"], [0], None, [1]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        interval(PATHS, level=1.0)


def test_models_that_agree_score_zero_in_any_unit() -> None:
    assert disagreement([[1, 3], [10, 30]]).tolist() == [0, 0]


def test_disagreement_is_the_mean_distance_from_the_mean_share() -> None:
    # Shares of A: .2, .4, .6; mean .4, distances .2, 0, .2: mean .1333, a third of .4.
    found = disagreement([[2, 8, 0], [4, 6, 0], [6, 4, 0]])
    assert found[0] == pytest.approx(1 / 3)
    assert found[1] == pytest.approx((0.2 + 0 + 0.2) / 3 / 0.6)
    assert np.isnan(found[2])
    assert disagreement([[1, 0], [0, 1]]).tolist() == [1, 1]  # 2 (1 - 1/2), the most there is


def test_a_model_without_credit_has_no_shares() -> None:
    with pytest.raises(ValueError, match="credits nothing"):
        disagreement([[1, 1], [0, 0]])
