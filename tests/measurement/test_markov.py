"""Chains of touches: identities that hold exactly, whatever the journeys."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.measurement import (
    absorption,
    best_order,
    by_channel,
    by_effect,
    chain,
    from_text,
    markov,
    order_fits,
    transitions,
)
from rivage.measurement.absorption import chances
from rivage.measurement.markov import removal_effects
from tests.measurement.drawn import Journey, journey_rows, paths_of

ORDERS = st.integers(1, 4)
LONGEST = 7


@given(journey_rows(), ORDERS)
def test_the_chain_converts_as_often_as_the_journeys_did(
    journeys: list[Journey], order: int
) -> None:
    paths = paths_of(journeys)
    rate = paths.conversions.sum() / (paths.conversions.sum() + paths.nulls.sum())
    assert markov(paths, order).base_conversion_probability == pytest.approx(rate, abs=1e-12)


@given(journey_rows(), ORDERS)
def test_the_chain_earns_as_much_as_the_journeys_did(journeys: list[Journey], order: int) -> None:
    paths = paths_of(journeys)
    links = chain(paths, order)
    mean = paths.values.sum() / (paths.conversions.sum() + paths.nulls.sum())
    assert removal_effects(links, links.earns)[0] == pytest.approx(mean, abs=1e-9)


@given(journey_rows(), ORDERS)
def test_effects_lie_within_0_and_1_and_credits_make_the_totals(
    journeys: list[Journey], order: int
) -> None:
    paths = paths_of(journeys)
    found = markov(paths, order)
    assert ((found.removal_effects >= 0) & (found.removal_effects <= 1)).all()
    assert found.conversions.sum() == pytest.approx(paths.conversions.sum(), rel=1e-12)
    assert found.values.sum() == pytest.approx(paths.values.sum(), rel=1e-12)


@given(journey_rows())
def test_repeats_of_a_channel_do_not_matter_at_order_one(journeys: list[Journey]) -> None:
    paths = paths_of(journeys)
    one, other = markov(paths), markov(paths.collapsed())
    assert np.allclose(one.removal_effects, other.removal_effects, atol=1e-12)


@given(journey_rows())
def test_a_chain_as_long_as_the_longest_path_gives_the_any_touch_share(
    journeys: list[Journey],
) -> None:
    paths = paths_of(journeys)
    touched = np.zeros((len(paths), len(paths.channels)))
    touched[paths.path_of_step, paths.steps] = 1
    share = paths.conversions @ touched / paths.conversions.sum()
    assert np.allclose(markov(paths, LONGEST).removal_effects, share, atol=1e-12)


@settings(max_examples=40)
@given(journey_rows(), ORDERS)
def test_all_ways_to_solve_agree(journeys: list[Journey], order: int) -> None:
    paths = paths_of(journeys)
    links = chain(paths, order)
    kept = np.column_stack([np.ones(len(links.states), dtype=bool), ~links.holds])
    ways = [
        links.starts @ absorption._direct(links.moves, kept, links.converts),
        links.starts @ absorption._repeated(links.moves, kept, links.converts),
        links.starts @ np.column_stack(
            [absorption._factored(links.moves, one, links.converts) for one in kept.T]
        ),
    ]  # fmt: skip
    base, effects = removal_effects(links, links.converts)
    closed = base * np.concatenate([[1.0], 1 - effects])
    for way in ways:
        assert np.allclose(way, closed, rtol=0, atol=1e-12)


@given(journey_rows(), ORDERS)
def test_nobody_converts_when_every_channel_is_removed(journeys: list[Journey], order: int) -> None:
    links = chain(paths_of(journeys), order)
    nothing = np.zeros((len(links.states), 1), dtype=bool)
    assert chances(links, nothing, links.converts).tolist() == [0.0]


@given(journey_rows(), ORDERS)
def test_probabilities_of_every_origin_make_one(journeys: list[Journey], order: int) -> None:
    arrows = transitions(chain(paths_of(journeys), order))
    sums = np.bincount(arrows.origin, arrows.probability)
    assert np.allclose(sums[np.unique(arrows.origin)], 1, atol=1e-12)


@given(journey_rows(), ORDERS)
def test_a_channel_that_only_others_journeys_touched_has_no_effect(
    journeys: list[Journey], order: int
) -> None:
    paths = paths_of([*journeys, ("Z", 0, 0.0, 3), ("Z > Z", 0, 0.0, 1)])
    found = markov(paths, order)
    at = paths.channels.index("Z")
    told = [found.removal_effects[at], found.conversions[at], found.values[at]]
    assert told == pytest.approx([0, 0, 0], rel=0, abs=1e-12)


@given(journey_rows(), ORDERS)
def test_renaming_channels_renames_results(journeys: list[Journey], order: int) -> None:
    renamed = [(j[0].translate(str.maketrans("ABCDE", "TSRQP")), *j[1:]) for j in journeys]
    one, other = markov(paths_of(journeys), order), markov(paths_of(renamed), order)  # type: ignore[arg-type]
    assert np.allclose(one.removal_effects, other.removal_effects[::-1], atol=1e-12)


def test_merging_channels_is_not_adding_their_effects() -> None:
    # A > B converts: without A or without B nothing does, so each has 1 and together they have 1.
    apart, together = from_text(["A > B"], [1]), from_text(["A > A"], [1])
    assert markov(apart).removal_effects.tolist() == [1, 1]
    assert markov(together).removal_effects.tolist() == [1]


def test_value_follows_the_state_a_journey_ended_in() -> None:
    # 3 of 4 journeys end at A with 10 each, one at B with 70: 100 in all, nothing is shared.
    paths = from_text(["A", "B"], [3, 1], [30, 70])
    found = markov(paths)
    assert found.conversions == pytest.approx([3, 1])
    assert found.values == pytest.approx([30, 70])


def test_refunds_larger_than_sales_fall_back_to_plain_effects() -> None:
    found = markov(from_text(["A", "B"], [3, 1], [30, -5]))
    assert np.array_equal(found.value_effects, found.removal_effects)
    assert found.values.sum() == pytest.approx(25)


def test_a_chain_that_walks_in_circles_for_long_is_solved_too() -> None:
    # 40,000 times round before one in two converts: repeating alone would need a million rounds.
    circles = " > ".join(["A", "B", "C"] * 200)
    links = chain(from_text([circles], [1], None, [1]), 1)
    kept = np.ones((3, 1), dtype=bool)
    assert links.starts @ absorption._repeated(links.moves, kept, links.converts) == pytest.approx(
        0.5, abs=1e-12
    )


def test_many_states_are_solved_without_a_dense_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    texts = [" > ".join(row) for row in generator.choice([*"ABCDEFGHIJ"], (3_000, 6))]
    paths = from_text(texts, generator.integers(0, 2, 3_000), None, np.ones(3_000))
    exact = markov(paths, 3)
    monkeypatch.setattr(absorption, "_FEW_STATES", 10_000)
    small = from_text(texts[:60], np.ones(60), None, np.ones(60))
    direct = markov(small, 3).removal_effects
    monkeypatch.setattr(absorption, "_FEW_STATES", 0)
    assert np.allclose(markov(small, 3).removal_effects, direct, atol=1e-13)
    rate = paths.conversions.sum() / (paths.conversions.sum() + paths.nulls.sum())
    assert exact.base_conversion_probability == pytest.approx(rate, abs=1e-12)


def test_credit_inside_paths_stays_with_the_channels_they_touched() -> None:
    paths = from_text(["A > B", "C"], [1, 1], None, [3, 0])
    found = markov(paths)
    inside = by_effect(paths, found.removal_effects)
    credit = by_channel(paths, inside.weights, paths.conversions)
    assert credit == pytest.approx([0.5, 0.5, 1.0])
    assert found.conversions != pytest.approx(credit)
    assert inside.fallbacks == 0


def test_a_path_without_any_effect_is_linear_and_counted() -> None:
    paths = from_text(["A > B", "C"], [1, 1])
    inside = by_effect(paths, np.array([0.0, 0.0, 1.0]))
    assert inside.weights.tolist() == [1.0, 0.5, 0.5]  # the path of one touch comes first
    assert inside.fallbacks == 1


@settings(max_examples=30)
@given(journey_rows())
def test_a_higher_order_never_tells_less(journeys: list[Journey]) -> None:
    fits = order_fits(paths_of(journeys), (1, 2, 3))
    told = [fit.log_likelihood for fit in fits]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(told))


def test_the_order_that_made_the_paths_is_chosen() -> None:
    generator = np.random.default_rng(7)
    # After every touch the journey ends with the same chance, so nothing before it tells more.
    lengths = generator.geometric(0.4, 4_000)
    first = [" > ".join(generator.choice([*"ABCD"], length)) for length in lengths]
    assert best_order(order_fits(from_text(first, np.ones(4_000)))) == 1
    # After B comes what was before it: the channel itself can't tell.
    second = ["A > B > A" if heads else "C > B > C" for heads in generator.random(500) < 0.5]
    assert best_order(order_fits(from_text(second, np.ones(500)))) == 2


@pytest.mark.parametrize(
    ("conversions", "order", "told"), [(0, 1, "no path converts"), (1, 0, "1 or more")]
)
def test_what_has_no_answer_is_refused(conversions: int, order: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        markov(from_text(["A > B"], [conversions], None, [1]), order)
