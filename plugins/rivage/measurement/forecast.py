"""Where a figure will end, given what it did so far: mean, interval, chance to reach a target.

Model: ordinary least squares with one mean per weekday (one mean for all days while history is
shorter than two weeks). The days to come add up to the sum of their weekdays' means; the error of
that sum is the days' own noise plus the uncertainty of the means, and follows Student's t with the
residual degrees of freedom (any textbook of linear models: prediction of a linear combination of
new observations; e.g. Seber and Lee, Linear Regression Analysis, 2003, section 5.3).

A ratio of two sums reaches a target T exactly when numerator - T * denominator reaches 0, which is
again a sum of days, so no distribution of ratios is needed; inverting that test gives the interval
(Fieller, 1954). Numerator and denominator of a day may be correlated.

Noise that lasts (an AR(1) process) makes sums vary more than independent days do: the variance is
widened by (1 + r) / (1 - r), r the residuals' correlation from one day to the next, never below 0.

Assumed: the days to come are like the newest `HISTORY_DAYS` days. No trend, no promotion that is
planned, no holiday is known to it. Sums over a week or more are near normal; a single day with a
handful of events is not, and its interval is rough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

HISTORY_DAYS = 56
LEAST_DAYS = 7
WEEKDAYS_FROM = 14
_MOST_LASTING = 0.8  # a correlation estimated from some weeks is never surer than this

Days = NDArray[np.float64]


@dataclass(frozen=True)
class Forecast:
    """The figure at the end of the period; all in the figure's own unit.

    `lower` and `upper` are None where the data can't bound it (a ratio whose denominator may be
    0). `probability` is that of ending on the right side of the target.
    """

    expected: float | None
    lower: float | None
    upper: float | None
    probability: float


@dataclass(frozen=True)
class Outlook:
    """What the days to come bring together: `mean` (k,), `covariance` (k, k)."""

    mean: Days
    covariance: Days
    freedom: int


def outlook(days: Sequence[date], values: Days, coming: Sequence[date]) -> Outlook | None:
    """Sum of the coming days.

    Args:
        days: Known days, in order.
        values: One row per known day, one column per figure (n, k).
        coming: The days to add up; none gives a sum that is surely 0.

    Returns:
        None when fewer than LEAST_DAYS days are known and there are days to come.
    """
    known = values[-HISTORY_DAYS:]
    if not coming:
        width = values.shape[1]
        return Outlook(np.zeros(width), np.zeros((width, width)), 1)
    if len(known) < LEAST_DAYS:
        return None
    newest = list(days)[-HISTORY_DAYS:]
    seasonal = len(known) >= WEEKDAYS_FROM and len({day.weekday() for day in newest}) == 7
    of_known = np.array([day.weekday() if seasonal else 0 for day in newest])
    of_coming = np.array([day.weekday() if seasonal else 0 for day in coming])
    kinds = 7 if seasonal else 1
    means = np.array([known[of_known == kind].mean(axis=0) for kind in range(kinds)])
    counts = np.bincount(of_known, minlength=kinds)
    wanted = np.bincount(of_coming, minlength=kinds)
    residuals = known - means[of_known]
    freedom = len(known) - kinds
    noise = residuals.T @ residuals / freedom
    factor = len(coming) + float(np.sum(wanted**2 / counts))
    lasting = np.sqrt(np.outer(_widening(residuals), _widening(residuals)))
    return Outlook(means.T @ wanted, noise * lasting * factor, freedom)


def weekday_share(
    days: Sequence[date], values: Days, period: Sequence[date], measured: Sequence[date]
) -> tuple[float, bool]:
    """The part of a period's total that its measured days should bring, and if weekdays told it.

    Weekdays weigh as their means over the newest HISTORY_DAYS days (n,). Less than two weeks of
    history, or means that are not all positive, make every day weigh the same.
    """
    newest, known = list(days)[-HISTORY_DAYS:], values[-HISTORY_DAYS:]
    of_known = np.array([day.weekday() for day in newest], dtype=int)
    weights = np.ones(7)
    seasonal = len(known) >= WEEKDAYS_FROM and len(set(of_known.tolist())) == 7
    if seasonal:
        means = np.array([known[of_known == weekday].mean() for weekday in range(7)])
        seasonal = bool(np.all(means > 0))
        weights = means if seasonal else weights
    due = sum(float(weights[day.weekday()]) for day in measured)
    total = sum(float(weights[day.weekday()]) for day in period)
    return (due / total if total else 0.0), seasonal


def total(
    done: float, ahead: Outlook, target: float, *, lower_is_better: bool, may_fall: bool
) -> Forecast:
    """Forecast of a sum of days, of which `done` has happened.

    A sum that can't fall never ends below what is done: bounds and probability respect it.
    """
    mean = done + float(ahead.mean[0])
    error = float(np.sqrt(ahead.covariance[0, 0]))
    reach = float(stats.t.ppf(0.975, ahead.freedom)) * error
    lower, upper = mean - reach, mean + reach
    missing = mean - target if lower_is_better else target - mean
    probability = _chance_at_least(missing, error, ahead.freedom)
    if not may_fall:
        mean, lower, upper = max(mean, done), max(lower, done), max(upper, done)
        if done > target or (done == target and not lower_is_better):
            probability = 0.0 if lower_is_better else 1.0
    return Forecast(mean, lower, upper, probability)


def ratio(
    done: tuple[float, float], ahead: Outlook, target: float, *, scale: float, lower_is_better: bool
) -> Forecast | None:
    """Forecast of scale * numerator / denominator over the whole period.

    `done` and `ahead` are of numerator and denominator. None when no denominator is expected.
    """
    top, bottom = done[0] + float(ahead.mean[0]), done[1] + float(ahead.mean[1])
    if bottom <= 0:
        return None
    goal = target / scale
    direction = np.array([1.0, -goal])
    error = float(np.sqrt(max(direction @ ahead.covariance @ direction, 0.0)))
    above = top - goal * bottom
    probability = _chance_at_least(-above, error, ahead.freedom)
    if lower_is_better:
        probability = _chance_at_least(above, error, ahead.freedom)
    lower, upper = _fieller(top, bottom, ahead)
    return Forecast(
        scale * top / bottom,
        None if lower is None else scale * lower,
        None if upper is None else scale * upper,
        probability,
    )


def _fieller(top: float, bottom: float, ahead: Outlook) -> tuple[float | None, float | None]:
    """All ratios r for which top - r * bottom does not differ from 0 at the 5 % level."""
    squared = float(stats.t.ppf(0.975, ahead.freedom)) ** 2
    (of_top, shared), (_, of_bottom) = ahead.covariance.tolist()
    a = bottom**2 - squared * of_bottom
    b = -2 * (top * bottom - squared * shared)
    c = top**2 - squared * of_top
    inside = b**2 - 4 * a * c
    if a <= 0:
        return None, None
    root = float(np.sqrt(max(inside, 0.0)))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def _chance_at_least(distance: float, error: float, freedom: int) -> float:
    """Probability that a t-distributed value around 0 reaches `distance`."""
    if error == 0:
        return 1.0 if distance <= 0 else 0.0
    return float(stats.t.sf(distance / error, freedom))


def _widening(residuals: Days) -> Days:
    """(1 + r) / (1 - r) per figure, r the lag-1 correlation of its residuals, within 0..0.8."""
    squares = np.sum(residuals**2, axis=0)
    crossed = np.sum(residuals[1:] * residuals[:-1], axis=0)
    lasting = np.divide(crossed, squares, out=np.zeros_like(crossed), where=squares > 0)
    kept = np.clip(lasting, 0.0, _MOST_LASTING)
    return np.asarray((1 + kept) / (1 - kept), dtype=np.float64)
