"""Rules of one journey: what holds for every journey, and where rules meet each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.measurement import (
    by_channel,
    equal_split,
    first,
    last,
    last_non_direct,
    linear,
    milestones,
    position,
    rule_credits,
    time_decay,
)
from rivage.measurement.models import RULES
from rivage.measurement.rules import FULL_PATH_REST, FULL_PATH_ROLES, NO_TOUCH
from tests.measurement.drawn import Journey, journey_rows, offsets_of_lengths, paths_of

ENDS = st.sampled_from([(0.4, 0.2, 0.4), (0.3, 0.2, 0.5), (0.0, 1.0, 0.0), (0.1, 0.8, 0.1)])
SEEDS = st.integers(0, 2**32 - 1)


def ages_of(offsets: np.ndarray, seed: int) -> np.ndarray:
    """Days from touch to conversion, the oldest first in every journey."""
    drawn = np.random.default_rng(seed).uniform(0, 30, offsets[-1])
    parts = np.split(drawn, offsets[1:-1])
    return np.concatenate([np.sort(part)[::-1] for part in parts])


def all_rules(offsets: np.ndarray, seed: int, ends: tuple[float, float, float]) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    roles = generator.integers(NO_TOUCH, np.diff(offsets)[:, None], (len(offsets) - 1, 3))
    full = generator.integers(NO_TOUCH, np.diff(offsets)[:, None], (len(offsets) - 1, 4))
    return [
        first(offsets), last(offsets), linear(offsets), position(offsets, ends),
        last_non_direct(offsets, generator.random(offsets[-1]) < 0.5),
        time_decay(offsets, ages_of(offsets, seed), 7.0),
        milestones(offsets, roles), milestones(offsets, full, FULL_PATH_ROLES, FULL_PATH_REST),
    ]  # fmt: skip


@given(offsets_of_lengths(), SEEDS, ENDS)
def test_weights_of_every_journey_make_one(
    offsets: np.ndarray, seed: int, ends: tuple[float, float, float]
) -> None:
    for weights in all_rules(offsets, seed, ends):
        assert (weights >= 0).all()
        assert np.allclose(np.add.reduceat(weights, offsets[:-1]), 1, rtol=0, atol=1e-12)


@given(SEEDS, ENDS)
def test_a_single_touch_gets_all_in_every_rule(seed: int, ends: tuple[float, float, float]) -> None:
    for weights in all_rules(np.array([0, 1, 2]), seed, ends):
        assert weights.tolist() == [1.0, 1.0]


@given(st.floats(0.0, 0.5))
def test_two_touches_share_alike_when_the_ends_weigh_alike(end: float) -> None:
    offsets = np.array([0, 2])
    assert np.allclose(position(offsets, (end, 1 - 2 * end, end)), linear(offsets), atol=1e-12)


@given(offsets_of_lengths())
def test_position_becomes_first_and_last_at_its_extremes(offsets: np.ndarray) -> None:
    assert np.array_equal(position(offsets, (1.0, 0.0, 0.0)), first(offsets))
    assert np.array_equal(position(offsets, (0.0, 0.0, 1.0)), last(offsets))


@given(offsets_of_lengths(), SEEDS)
def test_decay_is_linear_for_a_long_half_life_and_last_for_a_short_one(
    offsets: np.ndarray, seed: int
) -> None:
    ages = ages_of(offsets, seed)
    assert np.allclose(time_decay(offsets, ages, 1e15), linear(offsets), atol=1e-12)
    apart = np.concatenate([np.arange(size)[::-1] for size in np.diff(offsets)]).astype(float)
    assert np.allclose(time_decay(offsets, apart, 1e-3), last(offsets), atol=1e-12)


@given(offsets_of_lengths(), SEEDS, st.floats(0, 1e4))
def test_decay_does_not_care_how_long_after_the_last_touch_the_order_came(
    offsets: np.ndarray, seed: int, later: float
) -> None:
    ages = ages_of(offsets, seed)
    weights = time_decay(offsets, ages, 7.0)
    assert np.allclose(time_decay(offsets, ages + later, 7.0), weights, atol=1e-9)


def test_decay_of_very_old_journeys_does_not_underflow() -> None:
    # Two half-lives apart, 20,000 half-lives ago: 1 to 4.
    weights = time_decay(np.array([0, 2]), np.array([20_002.0, 20_000.0]), 1.0)
    assert weights == pytest.approx([0.2, 0.8])


@given(journey_rows())
def test_reversing_paths_swaps_first_and_last_and_leaves_the_symmetric_rules(
    journeys: list[Journey],
) -> None:
    turned = [(" > ".join(j[0].split(" > ")[::-1]), *j[1:]) for j in journeys]
    one = {c.model: c for c in rule_credits(paths_of(journeys))}
    other = {c.model: c for c in rule_credits(paths_of(turned))}  # type: ignore[arg-type]
    twins = {"first": "last", "last": "first", "linear": "linear", "position": "position",
             "equal_split": "equal_split"}  # fmt: skip
    for model, twin in twins.items():
        assert np.allclose(one[model].conversions, other[twin].conversions, atol=1e-9), model
        assert np.allclose(one[model].values, other[twin].values, atol=1e-9), model


@given(journey_rows())
def test_credits_of_every_rule_make_all_conversions_and_value(journeys: list[Journey]) -> None:
    paths = paths_of(journeys)
    for credit in rule_credits(paths):
        assert credit.conversions.sum() == pytest.approx(paths.conversions.sum(), rel=1e-12)
        assert credit.values.sum() == pytest.approx(paths.values.sum(), rel=1e-12)


@given(journey_rows())
def test_merging_two_channels_adds_their_credit_where_a_touch_is_a_touch(
    journeys: list[Journey],
) -> None:
    merged = [(j[0].replace("B", "A"), *j[1:]) for j in journeys]
    paths, joined = paths_of(journeys), paths_of(merged)  # type: ignore[arg-type]
    together = {name: "A" if name == "B" else name for name in paths.channels}
    for one, other in zip(
        rule_credits(paths, RULES[:5]), rule_credits(joined, RULES[:5]), strict=True
    ):
        sums = dict.fromkeys(joined.channels, 0.0)
        for name, amount in zip(paths.channels, one.conversions, strict=True):
            sums[together[name]] += amount
        assert np.allclose(list(sums.values()), other.conversions, atol=1e-9), one.model


def test_last_non_direct_passes_over_direct_and_takes_it_where_it_is_alone() -> None:
    offsets = np.array([0, 3, 5, 6])
    direct = np.array([False, True, True, True, True, False])
    assert last_non_direct(offsets, direct).tolist() == [1, 0, 0, 0, 1, 1]


def test_position_of_no_end_weight_halves_two_touches_and_spreads_the_rest() -> None:
    weights = position(np.array([0, 2, 6]), (0.0, 1.0, 0.0))
    assert weights.tolist() == [0.5, 0.5, 0, 0.5, 0.5, 0]


def test_w_shape_gives_a_touch_all_its_roles_and_shares_out_what_is_missing() -> None:
    # Five touches: first 0, lead 1, opportunity 3; two others share the tenth.
    whole = milestones(np.array([0, 5]), np.array([[0, 1, 3]]))
    assert whole == pytest.approx([0.3, 0.3, 0.05, 0.3, 0.05])
    # Three touches: first and lead are one, no opportunity; .6 and .1 make 1: 6/7, 1/14, 1/14.
    partial = milestones(np.array([0, 3]), np.array([[0, 0, NO_TOUCH]]))
    assert partial == pytest.approx([6 / 7, 1 / 14, 1 / 14])
    # Every touch has a role: the tenth is shared in proportion.
    assert milestones(np.array([0, 2]), np.array([[0, 0, 1]])) == pytest.approx([2 / 3, 1 / 3])


def test_equal_split_counts_channels_and_not_touches() -> None:
    paths = paths_of([("A > A > B", 6, 0.0, 0)])
    assert equal_split(paths) == pytest.approx([0.25, 0.25, 0.5])
    assert by_channel(paths, equal_split(paths), paths.conversions) == pytest.approx([3, 3])


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (-0.1, 0.6, 0.5), (float("nan"), 0.5, 0.5)])
def test_shares_that_are_none_are_refused(shares: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="share"):
        position(np.array([0, 1]), shares)


def test_ages_and_half_lives_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="half-life"):
        time_decay(np.array([0, 1]), np.array([1.0]), 0.0)
    with pytest.raises(ValueError, match="after the conversion"):
        time_decay(np.array([0, 1]), np.array([-1.0]), 7.0)
    with pytest.raises(ValueError, match="outside its journey"):
        milestones(np.array([0, 1]), np.array([[0, 1, 0]]))
