"""Conformal test of a constant effect, by shifting residuals in time, and its inverted interval.

Chernozhukov, Wuthrich and Zhu (2021): under "the effect is t on every test day" the treated series
less t is an ordinary series, so the counterfactual is fitted on all days and its residuals keep
their distribution when moved in time. p is the share of the shifts, none included, whose test
days hold at least as much absolute residual as they do unshifted. Cyclic shifts keep neighbouring
days together, so the noise may last from day to day; p is never below 1 / days.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TIE = 1e-9
_DOUBLINGS = 40
_GRID = 48
_HALVINGS = 40


def shift_p(residuals: Floats, test_days: int) -> float:
    """p of the residuals (days,) on the last `test_days` among all cyclic shifts."""
    around = np.concatenate([[0.0], residuals, residuals[: test_days - 1]]).cumsum()
    sums = np.abs(around[test_days:] - around[:-test_days])
    own = sums[len(residuals) - test_days]
    slack = _TIE * float(np.abs(residuals).max())
    return float(np.count_nonzero(sums >= own - slack)) / len(residuals)


def invert(
    p_of: Callable[[float], float], estimate: float, step: float, alpha: float
) -> tuple[float, float]:
    """Outer ends of the effects with p > alpha, infinite where none is refused, NaN without any.

    The search starts from the effect with the largest p within ten steps of `estimate`, looks on
    a grid up to twice as far as the first refused effect, and halves to each end. The accepted
    effects may have holes; the interval spans them, except that it never holds 0 when 0 is
    refused nor leaves it out when it is accepted.
    """
    nearby = estimate + step * np.linspace(-10.0, 10.0, 81)
    tried = [(p_of(effect), -abs(effect - estimate), effect) for effect in nearby.tolist()]
    best, _, center = max(tried)
    zero = p_of(0.0) > alpha
    if best <= alpha and not zero:
        return nan, nan
    center = center if best > alpha else 0.0
    low = -_reach(lambda t: p_of(-t) > alpha, -center, step)
    high = _reach(lambda t: p_of(t) > alpha, center, step)
    if zero:
        return min(low, 0.0), max(high, 0.0)
    if low <= 0.0 <= high:
        tiny = float(np.spacing(max(abs(center), abs(step))))
        return (low, -tiny) if center < 0 else (tiny, high)
    return low, high


def _reach(accepted: Callable[[float], bool], start: float, step: float) -> float:
    """Largest accepted effect at or above `start`."""
    width = step
    for _ in range(_DOUBLINGS):
        if not accepted(start + width):
            break
        width *= 2
    else:
        return inf
    grid = start + np.linspace(0.0, 2 * width, _GRID + 1)
    passed = [n for n, effect in enumerate(grid.tolist()) if accepted(effect)]
    inside, outside = float(grid[passed[-1]]), float(grid[min(passed[-1] + 1, _GRID)])
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if accepted(middle):
            inside = middle
        else:
            outside = middle
        if abs(outside - inside) <= 1e-9 * max(abs(step), abs(inside)):
            break
    return inside
