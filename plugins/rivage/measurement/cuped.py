"""CUPED: a difference of means, sharpened by what was known of each unit before the experiment.

Y - theta (X - mean X), X the same unit's value before the experiment and theta = cov(X, Y) / var X
over both groups together. Means keep their difference, the variance falls by the factor
1 - rho^2 (Deng, Xu, Kohavi and Walker, 2013). Regression of Y on group and X (ANCOVA, HC1 errors)
answers nearly the same and stands beside it as a check.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rivage.measurement.bad_data import BadData

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_UNITS = 2


@dataclass(frozen=True)
class Cuped:
    """Treated mean less control mean, in the outcome's unit; errors are Welch's.

    `p_value` and the interval are of `difference`, by Student's t with Welch's degrees of freedom.
    """

    difference: float
    se: float
    p_value: float
    alpha: float
    ci_low: float
    ci_high: float
    lift: float | None
    theta: float
    raw_difference: float
    raw_se: float
    variance_ratio: float
    one_minus_rho2: float
    ancova_difference: float
    ancova_se: float
    treated: int
    controls: int


def cuped(before: Floats, after: Floats, treated: Bools, *, alpha: float = 0.05) -> Cuped:
    """Effect of the treatment on units drawn at random.

    Args:
        before: Each unit's value before the experiment (n,).
        after: Each unit's outcome (n,).
        treated: Whether it was treated (n,).
        alpha: Error of the interval.

    Raises:
        BadData: values that are not finite, fewer than LEAST_UNITS units on a side, no variation
            before the experiment.
    """
    _refuse(before, after, treated)
    centred = before - before.mean()
    theta = float(centred @ (after - after.mean()) / (centred @ centred))
    adjusted = after - theta * centred
    difference, se, freedom = _welch(adjusted, treated)
    raw, raw_se, _ = _welch(after, treated)
    rho = float(np.corrcoef(before, after)[0, 1]) if after.var() > 0 else 0.0
    reach = float(stats.t.ppf(1 - alpha / 2, freedom)) * se
    base = float(adjusted[~treated].mean())
    ancova, ancova_se = _ancova(before, after, treated)
    exact = 1.0 if difference == 0 else 0.0
    return Cuped(
        difference=difference,
        se=se,
        p_value=2 * float(stats.t.sf(abs(difference) / se, freedom)) if se > 0 else exact,
        alpha=alpha,
        ci_low=difference - reach,
        ci_high=difference + reach,
        lift=difference / base if base > 0 else None,
        theta=theta,
        raw_difference=raw,
        raw_se=raw_se,
        variance_ratio=float(adjusted.var() / after.var()) if after.var() > 0 else 1.0,
        one_minus_rho2=1 - rho**2,
        ancova_difference=ancova,
        ancova_se=ancova_se,
        treated=int(treated.sum()),
        controls=int((~treated).sum()),
    )


def _welch(values: Floats, treated: Bools) -> tuple[float, float, float]:
    """Difference of means, its standard error, Welch-Satterthwaite degrees of freedom."""
    parts = [values[treated], values[~treated]]
    squared = [float(part.var(ddof=1)) / len(part) for part in parts]
    total = sum(squared)
    spread = sum(one**2 / (len(part) - 1) for one, part in zip(squared, parts, strict=True))
    freedom = total**2 / spread if spread > 0 else float(len(values) - 2)
    return float(parts[0].mean() - parts[1].mean()), float(np.sqrt(total)), freedom


def _ancova(before: Floats, after: Floats, treated: Bools) -> tuple[float, float]:
    """Slope on the group beside `before`, and its HC1 error (MacKinnon and White, 1985)."""
    design = np.column_stack([np.ones(len(after)), treated, before - before.mean()])
    inverse = np.linalg.inv(design.T @ design)
    slopes = inverse @ design.T @ after
    scores = design * (after - design @ slopes)[:, None]
    factor = len(after) / max(len(after) - 3, 1)
    covariance = factor * inverse @ (scores.T @ scores) @ inverse
    return float(slopes[1]), float(np.sqrt(covariance[1, 1]))


def _refuse(before: Floats, after: Floats, treated: Bools) -> None:
    if not len(after):
        raise BadData("There are no rows.", do="Give one row per unit.")
    for values, name in ((before, "value before the experiment"), (after, "outcome")):
        wrong = np.flatnonzero(~np.isfinite(values))
        if len(wrong):
            raise BadData(f"The {name} is not a finite number.", row=int(wrong[0]))
    sides = int(treated.sum()), int((~treated).sum())
    if min(sides) < LEAST_UNITS:
        raise BadData(
            f"{sides[0]} units are treated and {sides[1]} are not; at least {LEAST_UNITS} of each "
            "are needed.",
        )
    if not np.ptp(before) > 0:
        raise BadData(
            "All units have the same value before the experiment; it explains nothing.",
            do="Take a covariate that varies, or compare the groups without one.",
        )
