"""Before and after: the mean of some days less the mean of the days before them.

Whatever else changed on that day is part of the figure, so it proves little (evidence grade D). The
error is that of the slope in a regression on "after", robust to noise that lasts (Newey and West,
1987, over a week) and judged by Student's t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rivage.measurement.bad_data import BadData
from rivage.measurement.switchback import newey_west

Floats = NDArray[np.float64]

LAG = 7
LEAST_DAYS = 7
"""On either side, so that every weekday is in both means."""


@dataclass(frozen=True)
class BeforeAfter:
    """Change per day in the outcome's unit; `incremental` is its sum over the days after."""

    estimate: float
    ci_low: float
    ci_high: float
    p_value: float
    alpha: float
    before_mean: float
    before_days: int
    after_days: int

    @property
    def incremental(self) -> float:
        """The change over all days after."""
        return self.estimate * self.after_days


def before_after(before: Floats, after: Floats, *, alpha: float = 0.05) -> BeforeAfter:
    """Compare consecutive days (n,) with those that follow (m,).

    Raises:
        BadData: fewer than LEAST_DAYS on a side, or all days of a side alike to the last digit, so
            that nothing tells how much days differ.
    """
    if min(len(before), len(after)) < LEAST_DAYS:
        raise BadData(
            f"{len(before)} days before and {len(after)} after are too few to compare.",
            do=f"Take at least {LEAST_DAYS} on either side, better whole weeks.",
        )
    values = np.concatenate([before, after])
    on = np.repeat([0.0, 1.0], [len(before), len(after)])
    error = newey_west(values, on, LAG)
    if not error > 0:
        raise BadData("All days before, and all after, are alike: chance can't be judged.")
    estimate, freedom = float(after.mean() - before.mean()), len(values) - 2
    reach = float(stats.t.ppf(1 - alpha / 2, freedom)) * error
    return BeforeAfter(
        estimate=estimate,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        p_value=2 * float(stats.t.sf(abs(estimate) / error, freedom)),
        alpha=alpha,
        before_mean=float(before.mean()),
        before_days=len(before),
        after_days=len(after),
    )
