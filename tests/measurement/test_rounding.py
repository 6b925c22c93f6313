"""Cents: nothing lost, nothing added, nobody moved by more than one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.measurement import linear, position, rounded, to_cents
from tests.measurement.drawn import offsets_of_lengths


@given(offsets_of_lengths(), st.integers(0, 2**32 - 1))
def test_cents_of_every_order_make_its_amount(offsets: np.ndarray, seed: int) -> None:
    generator = np.random.default_rng(seed)
    orders = len(offsets) - 1
    cents = generator.integers(-(10**12), 10**12, orders)
    raw = generator.random(offsets[-1]) * generator.integers(0, 2, offsets[-1]) + 1e-9
    weights = raw / np.repeat(np.add.reduceat(raw, offsets[:-1]), np.diff(offsets))
    split = to_cents(offsets, cents, weights)
    assert np.array_equal(np.add.reduceat(split, offsets[:-1]), cents)
    exact = weights * np.repeat(cents, np.diff(offsets))
    assert (np.abs(split - exact) < 1 + 1e-3).all()


@given(offsets_of_lengths(), st.integers(-10_000, 10_000))
def test_a_refund_takes_back_what_the_sale_gave(offsets: np.ndarray, cents: int) -> None:
    amounts = np.full(len(offsets) - 1, cents)
    for weights in (linear(offsets), position(offsets)):
        assert np.array_equal(
            to_cents(offsets, -amounts, weights), -to_cents(offsets, amounts, weights)
        )


def test_the_largest_remainder_gets_the_cent_and_ties_go_to_the_earlier_touch() -> None:
    # 1.00 in thirds: 33 each, the cent that is left to the first.
    assert to_cents(np.array([0, 3]), np.array([100]), np.full(3, 1 / 3)).tolist() == [34, 33, 33]
    # 0.10 by .125, .25, .625: 1.25, 2.5, 6.25; .5 is the largest remainder.
    split = to_cents(np.array([0, 3]), np.array([10]), np.array([0.125, 0.25, 0.625]))
    assert split.tolist() == [1, 3, 6]
    # 0.29 whole: 29 in binary is just below 29 hundredths, which must not cost a cent.
    assert to_cents(np.array([0, 2]), np.array([29]), np.array([1.0, 0.0])).tolist() == [29, 0]


def test_weights_that_do_not_make_one_are_refused() -> None:
    with pytest.raises(ValueError, match="do not make 1"):
        to_cents(np.array([0, 2]), np.array([10]), np.array([0.5, 0.6]))
    with pytest.raises(ValueError, match="negative"):
        to_cents(np.array([0, 2]), np.array([10]), np.array([-0.5, 1.5]))


def test_a_printed_column_adds_up() -> None:
    printed = rounded(np.array([1 / 3, 1 / 3, 1 / 3]))
    assert printed.tolist() == [0.34, 0.33, 0.33]
    assert rounded(np.zeros(2)).tolist() == [0, 0]
