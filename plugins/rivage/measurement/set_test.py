"""Permutation test of a contrast over same-size sets of units, and the interval that inverts it.

One amount and one weight per unit: a geo's test sales and its pre-period sales, or a change and 1.
For a set S of units

    d(S) = amounts / weights inside S - amounts / weights outside S, each a ratio of sums
    s(S) = sqrt(1 / weights inside + 1 / weights outside)

d(S) / s(S) is d(S) in units of its own standard error when the variance of a unit's ratio is
inverse to its weight, so that the noise of a set of small units is not taken for a large effect
(studentised permutation: Janssen, 1997; Chung and Romano, 2013). With equal weights s is the same
for all sets and the test is the plain permutation test of a difference of means.

p = share of sets, the true one included, whose |d| / s is at least that of the true one; it is
therefore never below 1 / number of sets (Phipson and Smyth, 2010).

The hypothesis "the effect is t per unit of weight" takes t * weight from every treated unit. d(S)
then loses t * a(S), a(S) the same contrast of the treated units' weights. Because
|a(S)| / s(S) <= 1 / s(true set) (Cauchy and Schwarz), the t at which S still looks at least as
large as the true set form one closed interval around the estimate. Sorting these intervals' ends
gives every p-value and the exact ends of the confidence interval: it holds t if and only if the
test at t has p > alpha.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from math import comb, inf

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_SETS = 20_000
SEED = 77
_SLACK = 1e-12


@dataclass(frozen=True)
class SetTest:
    """Result per unit of weight.

    `ends` (sets, 2): the effects at which each set looks as large as the true one; the true set
    is the first row and unbounded. `low` and `high` are infinite with too few sets for `alpha`.
    """

    estimate: float
    alpha: float
    ends: Floats
    exact: bool

    @property
    def sets(self) -> int:
        """Number of sets compared, the true one included."""
        return len(self.ends)

    @property
    def smallest_p(self) -> float:
        """No data could give a smaller p."""
        return 1.0 / self.sets

    def p_at(self, effect: float) -> float:
        """Two-sided p of the hypothesis that the effect is `effect`."""
        inside = (self.ends[:, 0] <= effect) & (effect <= self.ends[:, 1])
        return float(np.count_nonzero(inside)) / self.sets

    @property
    def p_value(self) -> float:
        """Two-sided p of no effect."""
        return self.p_at(0.0)

    @property
    def low(self) -> float:
        """Smallest effect with p > alpha."""
        return float(np.sort(self.ends[:, 0])[self._least_inside - 1])

    @property
    def high(self) -> float:
        """Largest effect with p > alpha."""
        return float(np.sort(self.ends[:, 1])[-self._least_inside])

    @property
    def _least_inside(self) -> int:
        """Sets that must reach an effect for its p to exceed alpha."""
        return int(np.floor(self.alpha * self.sets + 1e-9)) + 1


def same_size_sets(actual: Bools, *, most: int = MOST_SETS, seed: int = SEED) -> tuple[Ints, bool]:
    """Positions of the units of each set (sets, size), the true set first; whether it is all sets.

    All sets when there are at most `most`; otherwise the true one and `most` drawn at random,
    each a permutation of the true labels by PCG64.
    """
    units, size = len(actual), int(np.count_nonzero(actual))
    if size == 0 or size == units:
        raise ValueError("a set test needs units inside and outside the set")
    own = np.flatnonzero(actual)
    if comb(units, size) <= most:
        flat = np.fromiter(chain.from_iterable(combinations(range(units), size)), dtype=np.int64)
        every = flat.reshape(-1, size)
        return np.concatenate([own[None], every[(every != own).any(axis=1)]]), True
    rng = np.random.Generator(np.random.PCG64(seed))
    labels = np.array([rng.permutation(actual) for _ in range(most)])
    return np.concatenate([own[None], np.nonzero(labels)[1].reshape(most, size)]), False


def set_test(
    amounts: Floats,
    weights: Floats,
    actual: Bools,
    *,
    alpha: float = 0.05,
    most: int = MOST_SETS,
    seed: int = SEED,
) -> SetTest:
    """Test and interval for the contrast of `amounts` between `actual` and the other units.

    Args:
        amounts: One per unit (n,).
        weights: Not negative, one per unit (n,).
        actual: The treated units (n,).
        alpha: Error of the interval.
        most: From more sets than this on they are drawn, `seed` deciding which.

    Raises:
        ValueError: the treated or the other units have no weight.
    """
    sets, exact = same_size_sets(actual, most=most, seed=seed)
    estimate = contrasts(amounts, weights, sets[:1])[0]
    if not np.isfinite(estimate[0]):
        raise ValueError("the treated units or the others have no weight")
    return SetTest(float(estimate[0]), alpha, interval_ends(amounts, weights, actual, sets), exact)


def interval_ends(amounts: Floats, weights: Floats, actual: Bools, sets: Ints) -> Floats:
    """The effects at which each set looks at least as large as the first, the true one.

    `amounts` and `weights` (..., n) may hold several data sets; the result is (..., sets, 2).
    """
    difference, spread = contrasts(amounts, weights, sets)
    overlap, _ = contrasts(np.where(actual, weights, 0.0), weights, sets)
    # Ties (a set and its complement) must count as ties in spite of rounding.
    slack = _SLACK * np.abs(amounts).sum(axis=-1) / weights.sum(axis=-1)
    low, high = _ends(difference, spread, overlap)
    return np.stack([low - slack[..., None], high + slack[..., None]], axis=-1)


def contrasts(amounts: Floats, weights: Floats, sets: Ints) -> tuple[Floats, Floats]:
    """d and s of every set (..., sets); NaN where a side has no weight."""
    total = weights.sum(axis=-1, keepdims=True)
    inside = weights[..., sets].sum(axis=-1)
    amount_inside = amounts[..., sets].sum(axis=-1)
    outside = np.where(total - inside > _SLACK * total, total - inside, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = amounts.sum(axis=-1, keepdims=True) - amount_inside
        difference = amount_inside / inside - rest / outside
        spread = np.sqrt(1 / inside + 1 / outside)
    bad = ~np.isfinite(difference) | ~np.isfinite(spread)
    return np.where(bad, np.nan, difference), np.where(bad, np.nan, spread)


def _ends(difference: Floats, spread: Floats, overlap: Floats) -> tuple[Floats, Floats]:
    """Per set the effects t with |d - t a| / s >= |estimate - t| / s(true), each (..., sets).

    A set without weight on a side can't be compared; it counts as at least as large.
    """
    estimate, own = difference[..., :1], spread[..., :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (spread * estimate - own * difference) / (spread - own * overlap)
        below = (spread * estimate + own * difference) / (spread + own * overlap)
        same = spread - own * np.abs(overlap) <= 1e-10 * spread
    low, high = np.minimum(above, below), np.maximum(above, below)
    unbounded = same | ~np.isfinite(low) | ~np.isfinite(high)
    return np.where(unbounded, -inf, low), np.where(unbounded, inf, high)
