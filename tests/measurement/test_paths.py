"""Paths are one canonical table whatever the rows looked like."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.measurement import Paths, from_text, markov, merged
from tests.measurement.drawn import Journey, journey_rows, paths_of


def same(one: Paths, other: Paths) -> bool:
    """Equal to the last bit."""
    arrays = ("offsets", "steps", "conversions", "values", "nulls")
    return one.channels == other.channels and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays
    )


@given(journey_rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_leaves_not_a_bit_changed(
    journeys: list[Journey], chance: random.Random
) -> None:
    shuffled = list(journeys)
    chance.shuffle(shuffled)
    assert same(paths_of(journeys), paths_of(shuffled))


@given(journey_rows())
def test_grouping_equal_paths_changes_nothing(journeys: list[Journey]) -> None:
    apart = [
        (text, 1, value / won, 0)
        for text, won, value, _ in journeys for _ in range(won)
    ] + [(text, 0, 0.0, 1) for text, _, _, lost in journeys for _ in range(lost)]  # fmt: skip
    one, other = paths_of([j for j in journeys if j[1] + j[3]]), paths_of(apart)
    assert one.channels == other.channels
    assert np.array_equal(one.steps, other.steps)
    assert np.array_equal(one.conversions, other.conversions)
    assert np.array_equal(one.nulls, other.nulls)
    assert np.allclose(one.values, other.values, rtol=1e-12)


@given(journey_rows())
def test_the_same_paths_come_back(journeys: list[Journey]) -> None:
    paths = paths_of(journeys)
    texts = [
        " > ".join(paths.channels[step] for step in paths.steps[start:end])
        for start, end in zip(paths.offsets[:-1], paths.offsets[1:], strict=True)
    ]
    wanted: dict[str, list[float]] = {}
    for text, *weights in journeys:
        sums = wanted.setdefault(text, [0.0, 0.0, 0.0])
        wanted[text] = [old + new for old, new in zip(sums, weights, strict=True)]
    assert sorted(texts) == sorted(wanted)
    for at, text in enumerate(texts):
        told = [paths.conversions[at], paths.values[at], paths.nulls[at]]
        assert told == pytest.approx(wanted[text])


def test_repeats_collapse_and_become_equal_to_others() -> None:
    paths = from_text(["A > A > B", "A > B", "A > B > A"], [1, 2, 4]).collapsed()
    assert paths.lengths.tolist() == [2, 3]
    assert paths.conversions.tolist() == [3, 4]


def test_repeats_at_the_border_of_two_paths_are_two_touches() -> None:
    paths = from_text(["A", "A > B"], [1, 1]).collapsed()
    assert paths.lengths.tolist() == [1, 2]


def test_long_paths_and_many_channels_need_more_than_one_word() -> None:
    names = [f"channel {n}" for n in range(300)]
    long = " > ".join(names)
    paths = from_text([long, long, names[7]], [1, 2, 3])
    assert paths.lengths.tolist() == [1, 300]
    assert paths.conversions.tolist() == [3, 3]


@settings(max_examples=20)
@given(journey_rows(), st.sampled_from([0.5, 3.0, 1000.0]))
def test_weights_in_another_unit_leave_shares_as_they_are(
    journeys: list[Journey], factor: float
) -> None:
    one = markov(paths_of(journeys))
    scaled = [(text, factor * won, value, factor * lost) for text, won, value, lost in journeys]
    other = markov(paths_of(scaled))  # type: ignore[arg-type]
    assert np.allclose(one.removal_effects, other.removal_effects, atol=1e-12)
    assert np.allclose(factor * one.conversions, other.conversions, rtol=1e-12)


@pytest.mark.parametrize(
    ("channels", "offsets", "steps", "counts", "told"),
    [
        (["A"], [0, 1], [0], [-1.0], "conversions of path 0 is -1.0"),
        (["A"], [0, 1], [0], [float("nan")], "conversions of path 0 is nan"),
        (["A"], [0, 1, 1], [0], [1.0, 1.0], "path 1 has no step"),
        (["A"], [0, 1], [1], [1.0], "outside the 1 channels"),
        (["A", "A"], [0, 1], [1], [1.0], "stands twice"),
        (["A"], [0, 2], [0], [1.0], "end with the number of steps"),
        (["A"], [0, 1], [0], [1.0, 2.0], "one number for each of the 1 paths"),
    ],
)
def test_what_is_no_table_of_paths_is_refused(
    channels: list[str], offsets: list[int], steps: list[int], counts: list[float], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        merged(channels, offsets, steps, counts)


@pytest.mark.parametrize("text", ["A >", "> A", "A > > B", "", " "])
def test_an_empty_step_is_named_by_its_path(text: str) -> None:
    with pytest.raises(ValueError, match="path 1 has an empty step"):
        from_text(["A > B", text], [1, 1])
