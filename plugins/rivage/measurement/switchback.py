"""Switchback: one unit switched on and off by period, carry-over days dropped, periods compared.

The first `washout` days of every period are dropped, so that what the period before left behind
does not count (Bojinov, Simchi-Levi and Zhao, 2023). The estimate is the mean of the on-periods'
means less that of the off-periods' means. p and interval come from one test: the on-labels are
permuted over the periods, and an effect t is kept when the means less t look like any other
labelling. Welch's standard error over periods and a Newey-West error of the daily values
(Bartlett kernel, no small-sample factor) stand beside it as checks.

Which periods are on must have been drawn at random; otherwise p means little, and with a single
switch it is a comparison of before and after, whatever else changed that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.bad_data import BadData
from rivage.measurement.set_test import MOST_SETS, SEED, set_test

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_PERIODS = 2


@dataclass(frozen=True)
class Switchback:
    """Effect of being on, per day, in the outcome's unit; None is a side nothing bounds.

    `lift` is the effect over the off-periods' mean, `incremental` the effect times the kept
    on-days. `switches` counts changes between on and off.
    """

    estimate: float
    lift: float | None
    incremental: float
    p_value: float
    smallest_p: float
    alpha: float
    ci_low: float | None
    ci_high: float | None
    welch_se: float
    hac_se: float
    hac_lag: int
    on_periods: int
    off_periods: int
    kept_days: int
    dropped_days: int
    switches: int
    on_mean: float
    off_mean: float


def switchback(
    period: Ints,
    day_in_period: Ints,
    on: NDArray[np.bool_],
    values: Floats,
    *,
    washout: int = 0,
    lag: int | None = None,
    alpha: float = 0.05,
    most: int = MOST_SETS,
    seed: int = SEED,
) -> Switchback:
    """Effect of on over off.

    Args:
        period: Number of the period, one entry per day (n,); periods in the order of time.
        day_in_period: 0 for a period's first day (n,).
        on: Whether the day's period is on (n,), the same on all days of a period.
        values: The outcome (n,).
        washout: Days dropped at the start of every period.
        lag: Newey-West lag in days; the longest period by default.
        alpha: Error of the interval.
        most: All labellings are compared when there are at most so many, else this many drawn
            from PCG64 with `seed`, and p = (1 + at least as large) / (1 + drawn).

    Raises:
        BadData: a period that is on and off, a day twice, a period that the washout leaves
            empty, fewer than LEAST_PERIODS periods on or off, values that are not finite.
    """
    _refuse(period, day_in_period, on, values)
    order = np.lexsort((day_in_period, period))
    names, of_day = np.unique(period[order], return_inverse=True)
    kept = day_in_period[order] >= washout
    days = np.bincount(of_day[kept], minlength=len(names))
    if days.min() == 0:
        raise BadData(
            f"A washout of {washout} days leaves nothing of period {names[int(days.argmin())]}.",
            do="Shorten the washout, or run longer periods.",
        )
    series, label = values[order][kept], on[order][kept]
    means = np.bincount(of_day[kept], weights=series, minlength=len(names)) / days
    is_on = np.zeros(len(names), dtype=np.bool_)
    is_on[of_day] = on[order]
    count = int(is_on.sum()), int((~is_on).sum())
    if min(count) < LEAST_PERIODS:
        raise BadData(
            f"{count[0]} periods are on and {count[1]} off; at least {LEAST_PERIODS} of each are "
            "needed.",
            do="Switch more often: noise is judged by how periods alike differ.",
        )
    test = set_test(means, np.ones(len(means)), is_on, alpha=alpha, most=most, seed=seed)
    ups, downs = means[is_on], means[~is_on]
    longest = int(np.bincount(of_day).max()) if lag is None else lag
    off_mean = float(downs.mean())
    return Switchback(
        estimate=test.estimate,
        lift=test.estimate / off_mean if off_mean > 0 else None,
        incremental=test.estimate * int(label.sum()),
        p_value=test.p_value,
        smallest_p=test.smallest_p,
        alpha=alpha,
        ci_low=test.low if isfinite(test.low) else None,
        ci_high=test.high if isfinite(test.high) else None,
        welch_se=float(np.sqrt(ups.var(ddof=1) / len(ups) + downs.var(ddof=1) / len(downs))),
        hac_se=newey_west(series, label.astype(np.float64), longest),
        hac_lag=longest,
        on_periods=count[0],
        off_periods=count[1],
        kept_days=int(kept.sum()),
        dropped_days=int((~kept).sum()),
        switches=int(np.count_nonzero(is_on[1:] != is_on[:-1])),
        on_mean=float(ups.mean()),
        off_mean=off_mean,
    )


def newey_west(values: Floats, on: Floats, lag: int) -> float:
    """Standard error of the slope of `values` on `on` (n,), robust to lasting noise.

    Newey and West (1987): Bartlett weights 1 - l / (lag + 1), rows taken as consecutive.
    """
    design = np.column_stack([np.ones(len(on)), on])
    inverse = np.linalg.inv(design.T @ design)
    scores = design * (values - design @ (inverse @ design.T @ values))[:, None]
    middle = scores.T @ scores
    for apart in range(1, min(lag, len(on) - 1) + 1):
        crossed = scores[apart:].T @ scores[:-apart]
        middle += (1 - apart / (lag + 1)) * (crossed + crossed.T)
    return float(np.sqrt((inverse @ middle @ inverse)[1, 1]))


def _refuse(period: Ints, day: Ints, on: NDArray[np.bool_], values: Floats) -> None:
    if not len(values):
        raise BadData("There are no rows.", do="Give one row per day.")
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        raise BadData("The outcome is not a finite number.", row=int(wrong[0]))
    pairs = np.stack([period, day], axis=1)
    _, first, counts = np.unique(pairs, axis=0, return_index=True, return_counts=True)
    if counts.max() > 1:
        row = int(np.setdiff1d(np.arange(len(period)), first)[0])
        raise BadData(
            f"Period {period[row]} has day {day[row]} a second time.", row=row,
            do="Keep one row per day.",
        )  # fmt: skip
    _, of_day = np.unique(period, return_inverse=True)
    share = np.bincount(of_day, weights=on.astype(np.float64)) / np.bincount(of_day)
    mixed = np.flatnonzero((share[of_day] > 0) & (share[of_day] < 1))
    if len(mixed):
        row = int(mixed[0])
        raise BadData(
            f"Period {period[row]} is on on some days and off on others.", row=row,
            do="Give every stretch of days between two switches its own period.",
        )  # fmt: skip
