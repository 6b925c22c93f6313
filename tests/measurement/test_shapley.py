"""Shapley values of the chain game: the axioms, and the sampled values beside the exact ones."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.measurement import chain, from_text, markov, shapley
from rivage.measurement.absorption import chances
from rivage.measurement.shapley import exact_values, sampled_values
from tests.measurement.drawn import Journey, journey_rows, paths_of

ORDERS = st.integers(1, 2)


@given(journey_rows(), ORDERS)
def test_values_make_the_conversion_rate_and_none_is_negative(
    journeys: list[Journey], order: int
) -> None:
    paths = paths_of(journeys)
    found = shapley(paths, order)
    rate = paths.conversions.sum() / (paths.conversions.sum() + paths.nulls.sum())
    assert found.phi.sum() == pytest.approx(rate, abs=1e-12)
    assert (found.phi >= 0).all()
    assert found.conversions.sum() == pytest.approx(paths.conversions.sum(), rel=1e-12)
    assert found.standard_error is None


@settings(max_examples=25)
@given(journey_rows(most=6))
def test_values_are_the_mean_over_all_orders_of_channels(journeys: list[Journey]) -> None:
    links = chain(paths_of(journeys))
    count = len(links.channels)
    mean = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        members = np.zeros((len(links.states), count + 1), dtype=bool)
        for size in range(1, count + 1):
            outside = [at for at in range(count) if at not in order[:size]]
            members[:, size] = ~links.holds[:, outside].any(axis=1)
        gained = np.diff(chances(links, members, links.converts))
        mean[list(order)] += gained / len(orders)
    assert np.allclose(exact_values(links), mean, atol=1e-12)


@given(journey_rows())
def test_channels_that_swap_without_a_trace_get_the_same(journeys: list[Journey]) -> None:
    swapped = [(j[0].translate(str.maketrans("AB", "BA")), *j[1:]) for j in journeys]
    paths = paths_of([*journeys, *swapped])  # type: ignore[list-item]
    found = dict(zip(paths.channels, shapley(paths).phi, strict=True))
    assert found.get("A", 0.0) == pytest.approx(found.get("B", 0.0), abs=1e-12)


@given(journey_rows())
def test_a_channel_without_which_nothing_changes_gets_nothing(journeys: list[Journey]) -> None:
    paths = paths_of([*journeys, ("Z", 0, 0.0, 3)])
    assert shapley(paths).phi[paths.channels.index("Z")] == pytest.approx(0, abs=1e-15)


def test_worth_of_journeys_apart_adds_up() -> None:
    # No channel in common: each market's values are its own, weighed by its part of the journeys.
    one, other = [("A > B", 2, 0.0, 3), ("B", 1, 0.0, 4)], [("C > D", 3, 0.0, 5), ("C", 0, 0.0, 2)]
    together = shapley(paths_of([*one, *other])).phi
    apart = np.concatenate([shapley(paths_of(one)).phi / 2, shapley(paths_of(other)).phi / 2])
    assert np.allclose(together, apart, atol=1e-12)


@settings(max_examples=20)
@given(journey_rows())
def test_the_last_marginal_of_the_game_is_the_removal_effect(journeys: list[Journey]) -> None:
    paths = paths_of(journeys)
    links = chain(paths)
    found = markov(paths)
    without = chances(links, ~links.holds, links.converts)
    base = found.base_conversion_probability
    assert np.allclose(1 - without / base, found.removal_effects, atol=1e-12)


def test_merging_channels_is_not_adding_their_values() -> None:
    apart = from_text(["A > B", "C", "A"], [1, 1, 0], None, [0, 0, 1])
    together = from_text(["A", "C", "A"], [1, 1, 0], None, [0, 0, 1])
    phi = dict(zip(apart.channels, shapley(apart).phi, strict=True))
    joined = dict(zip(together.channels, shapley(together).phi, strict=True))
    assert phi["A"] + phi["B"] == pytest.approx(joined["A"])  # C shares no journey with them
    chained = from_text(["A > B", "B > C", "C > A"], [3, 2, 1], None, [1, 2, 3])
    merged = from_text(["A", "A > C", "C > A"], [3, 2, 1], None, [1, 2, 3])
    phi = dict(zip(chained.channels, shapley(chained).phi, strict=True))
    joined = dict(zip(merged.channels, shapley(merged).phi, strict=True))
    assert phi["A"] + phi["B"] != pytest.approx(joined["A"])


def many_channels(count: int) -> list[Journey]:
    generator = np.random.default_rng(count)
    names = [f"c{n:02}" for n in range(count)]
    return [
        (" > ".join(generator.choice(names, generator.integers(1, 6))), int(won), 0.0, int(lost))
        for won, lost in zip(
            generator.integers(0, 3, 400), generator.integers(0, 9, 400), strict=True
        )
    ]


def test_every_draw_hands_out_exactly_what_there_is() -> None:
    links = chain(paths_of(many_channels(14)))
    sampled = sampled_values(links, 40, seed=3)
    rate = float(links.converted.sum() / links.start.sum())
    assert np.allclose(sampled.sum(axis=1), rate, rtol=0, atol=1e-12)


def test_sampled_values_lie_within_three_errors_of_the_exact_ones() -> None:
    paths = paths_of(many_channels(10))
    exact, sampled = shapley(paths), shapley(paths, exact_to=5, pairs=200, seed=1)
    assert sampled.draws == 400
    assert sampled.standard_error is not None
    assert (sampled.standard_error > 0).all()
    assert (np.abs(sampled.phi - exact.phi) <= 3 * sampled.standard_error + 1e-12).all()


def test_the_same_seed_draws_the_same_values() -> None:
    paths = paths_of(many_channels(13))
    one, other = shapley(paths, pairs=10, seed=5), shapley(paths, pairs=10, seed=5)
    assert np.array_equal(one.phi, other.phi)
    assert not np.array_equal(one.phi, shapley(paths, pairs=10, seed=6).phi)


def test_what_has_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="no path converts"):
        shapley(from_text(["A"], [0], None, [1]))
    with pytest.raises(ValueError, match="at least 2 pairs"):
        shapley(from_text(["A"], [1]), exact_to=0, pairs=1)
