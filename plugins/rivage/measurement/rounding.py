"""Money split in whole cents that add up: the method of the largest remainder (Hamilton)."""

from __future__ import annotations

import numpy as np

from rivage.measurement.paths import Floats, Ints

_JUST_BELOW = 1 - 2.0**-50
_SAME_REMAINDER = 1e-9


def to_cents(offsets: Ints, cents: Ints, weights: Floats) -> Ints:
    """Each order's amount split by weights, in whole cents, nothing lost and nothing added.

    Every touch gets its share rounded down (towards 0 for refunds); the cents that are left go
    one by one to the largest remainders, of equal ones to the earlier touch.

    Args:
        offsets: (n + 1) touches of order i are offsets[i] to offsets[i + 1], at least one.
        cents: (n) amounts; negative ones are refunds. Below 2^53 in size.
        weights: (m) >= 0, 1 in sum per order.

    Returns:
        (m) cents per touch; per order they make exactly its amount.

    Raises:
        ValueError: weights of an order that do not make 1 or are negative.
    """
    cents = np.asarray(cents, dtype=np.int64)
    if not len(cents):
        return np.zeros(0, dtype=np.int64)
    lengths = np.diff(offsets)
    if (weights < 0).any() or (np.abs(np.add.reduceat(weights, offsets[:-1]) - 1) > 1e-9).any():
        raise ValueError("the weights of an order are negative or do not make 1")
    exact = weights * np.repeat(np.abs(cents), lengths)
    # Just below: a share that is whole but for its last bit must not be rounded up past the sum.
    down = np.floor(exact * _JUST_BELOW).astype(np.int64)
    left = np.abs(cents) - np.add.reduceat(down, offsets[:-1])
    remainder = np.round((exact - down) / _SAME_REMAINDER)
    order = np.repeat(np.arange(len(cents)), lengths)
    ranked = np.lexsort((np.arange(len(order)), -remainder, order))
    rank = np.empty(len(order), dtype=np.int64)
    rank[ranked] = np.arange(len(order)) - np.repeat(offsets[:-1], lengths)
    split = down + (rank < np.repeat(left, lengths))
    return np.asarray(split * np.repeat(np.sign(cents), lengths), dtype=np.int64)


def rounded(amounts: Floats, digits: int = 2) -> Floats:
    """Amounts (k) >= 0 in sum, rounded so that they make their rounded sum: for tables in print."""
    scale = 10**digits
    total = round(float(amounts.sum()) * scale)
    if total <= 0 or (amounts < 0).any():
        return np.round(amounts, digits)
    split = to_cents(np.array([0, len(amounts)]), np.array([total]), amounts / amounts.sum())
    return np.asarray(split / scale)
