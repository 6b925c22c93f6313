"""Intervals of a ratio: Fieller's from two estimates, bootstrap from units, cost of an effect."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


def fieller(
    top: float,
    bottom: float,
    top_variance: float,
    bottom_variance: float,
    covariance: float = 0.0,
    *,
    alpha: float = 0.05,
) -> tuple[float, float] | None:
    """All r for which top - r bottom does not differ from 0 at `alpha` (Fieller, 1954).

    None when `bottom` itself does not differ from 0: then the set is not an interval, and no
    value, however large, is refused on at least one side.
    """
    squared = float(stats.norm.ppf(1 - alpha / 2)) ** 2
    a = bottom**2 - squared * bottom_variance
    b = -2 * (top * bottom - squared * covariance)
    c = top**2 - squared * top_variance
    if a <= 0:
        return None
    root = sqrt(max(b**2 - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def bootstrap_ratio(
    top: Floats, bottom: Floats, *, alpha: float = 0.05, draws: int = 4_000, seed: int = 77
) -> tuple[float, float]:
    """Percentile interval of sum(top) / sum(bottom) over units (n,), drawn with replacement.

    Raises:
        ValueError: a draw's bottom adds up to 0 or less; the ratio has no bounded interval then.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    ratios = np.empty(draws)
    for draw in range(draws):
        counts = np.bincount(rng.integers(0, len(top), len(top)), minlength=len(top))
        below = float(counts @ bottom)
        if below <= 0:
            raise ValueError("the denominator may be 0; the ratio has no bounded interval")
        ratios[draw] = counts @ top / below
    low, high = np.quantile(ratios, [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


def cost_per(
    spend: float | None, effect: float, low: float | None, high: float | None
) -> tuple[float | None, float | None, float | None]:
    """Known spend per unit of an estimated effect, and its bounds (Fieller with one fixed side).

    The upper bound is None where no effect can't be ruled out: the cost may be any; all are None
    without spend, and the estimate where the effect is none.
    """
    if spend is None:
        return None, None, None
    return (
        spend / effect if effect > 0 else None,
        spend / high if high is not None and high > 0 else None,
        spend / low if low is not None and low > 0 else None,
    )
