"""Ridge-augmented synthetic control: synthetic control, less the misfit that ridge foresees.

Ben-Michael, Feller and Rothstein (2021). With X0 (controls, days) and x1 (days,) the pre-period,
centred each day by the control geos' mean, and w the synthetic control weights,

    w + X0 (X0' X0 + lambda I)^-1 (x1 - X0' w)

still sum to 1 but may be negative: what the convex hull can't reach is extrapolated, the less the
larger lambda; lambda -> infinity gives synthetic control. Lambda is chosen by leaving out one
pre-period day at a time: the largest whose error is within one standard error of the least (the
authors' rule, which extrapolates no more than the data ask for), or the least itself.

Interval and p are conformal (conformal.py), both from the same refits on all days.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.conformal import invert, shift_p
from rivage.measurement.lift import Lift, lift_of
from rivage.measurement.panel import Panel
from rivage.measurement.synthetic_control import require_history, series, simplex_weights

Floats = NDArray[np.float64]
Choice = Literal["one_se", "least"]

_LAMBDAS = 21
_SMALLEST = 1e-8  # of the largest squared singular value


def augmented_synthetic_control(
    panel: Panel,
    *,
    fixed_effects: bool = True,
    penalty: float | None = None,
    choice: Choice = "one_se",
    alpha: float = 0.05,
) -> Lift:
    """Effect of the treatment by ridge-augmented synthetic control.

    Args:
        panel: Balanced geos by days.
        fixed_effects: Measure each series from its own pre-period mean first.
        penalty: Lambda in the squared unit of the outcome; chosen from the data by default.
        choice: How it is chosen, see the module.
        alpha: Error of the interval.

    Raises:
        BadData: too few days before the treatment.
    """
    require_history(panel)
    start = panel.start
    treated, donors = series(panel, fixed_effects=fixed_effects)
    known, outer = treated[:start], donors[:, :start]
    lam = choose_penalty(known, outer, choice=choice) if penalty is None else penalty
    synthetic = simplex_weights(known, outer)
    weights = augmented_weights(known, outer, synthetic, lam)
    gap = treated - weights @ donors
    p_of = _conformal_p(panel, fixed_effects=fixed_effects, penalty=lam)
    estimate = float(gap[start:].mean())
    smallest = 1 / len(panel.days)
    step = max(
        float(np.sqrt(np.mean(gap[:start] ** 2))), 1e-9 * float(np.abs(treated).max()), 1e-12
    )
    bounds = (-np.inf, np.inf) if smallest > alpha else invert(p_of, estimate, step, alpha)
    observed = panel.values[panel.treated].sum(axis=0)
    return lift_of(
        panel,
        "asc" if fixed_effects else "asc_levels",
        np.asarray(observed - gap * len(panel.treated_geos)),
        p_value=p_of(0.0),
        smallest_p=smallest,
        alpha=alpha,
        att_bounds=bounds,
        weights=dict(zip(panel.control_geos, weights.tolist(), strict=True)),
        notes=_notes(panel, bounds, alpha),
    )


def augmented_weights(target: Floats, donors: Floats, synthetic: Floats, penalty: float) -> Floats:
    """Weights (donors,) of the module's formula; `target` (days,), `donors` (donors, days)."""
    left, singular, right = np.linalg.svd(donors - donors.mean(axis=0), full_matrices=False)
    return synthetic + left @ _shrunk(singular, right, target - synthetic @ donors, penalty)


def choose_penalty(target: Floats, donors: Floats, *, choice: Choice = "one_se") -> float:
    """Lambda by leaving out one day at a time, `target` (days,), `donors` (donors, days).

    Looked at are 21 values from the largest squared singular value of the centred donors down to
    1e-8 of it, evenly on the log scale.
    """
    whole = np.linalg.svd(donors - donors.mean(axis=0), compute_uv=False)
    penalties = whole[0] ** 2 * np.geomspace(1.0, _SMALLEST, _LAMBDAS)
    if not penalties[0] > 0:
        return 1.0
    errors = np.empty((len(target), _LAMBDAS))
    for day in range(len(target)):
        known, outer = np.delete(target, day), np.delete(donors, day, axis=1)
        synthetic = simplex_weights(known, outer)
        left, singular, right = np.linalg.svd(outer - outer.mean(axis=0), full_matrices=False)
        extra = left @ _shrunk(singular, right, known - synthetic @ outer, penalties)
        foreseen = donors[:, day] @ (synthetic[:, None] + extra)
        errors[day] = (target[day] - foreseen) ** 2
    mean = errors.mean(axis=0)
    best = int(mean.argmin())
    if choice == "least":
        return float(penalties[best])
    room = mean[best] + errors[:, best].std(ddof=1) / np.sqrt(len(target))
    return float(penalties[np.flatnonzero(mean <= room)[0]])


def _shrunk(singular: Floats, right: Floats, misfit: Floats, penalty: float | Floats) -> Floats:
    """Ridge coefficients in the left singular vectors' coordinates, one column per penalty."""
    penalties = np.atleast_1d(penalty)
    factor = singular[:, None] / (singular[:, None] ** 2 + penalties)
    found = factor * (right @ misfit)[:, None]
    return np.asarray(found[:, 0] if np.ndim(penalty) == 0 else found)


def _conformal_p(panel: Panel, *, fixed_effects: bool, penalty: float) -> Callable[[float], float]:
    """p of a constant effect: refit on all days with it taken off, then shift the residuals."""
    treated = panel.values[panel.treated].mean(axis=0)
    donors = panel.values[~panel.treated]
    if fixed_effects:
        donors = donors - donors.mean(axis=1, keepdims=True)
    left, singular, right = np.linalg.svd(donors - donors.mean(axis=0), full_matrices=False)
    on = np.arange(len(treated)) >= panel.start

    @cache
    def p_of(effect: float) -> float:
        target = treated - effect * on
        if fixed_effects:
            target = target - target.mean()
        synthetic = simplex_weights(target, donors)
        weights = synthetic + left @ _shrunk(singular, right, target - synthetic @ donors, penalty)
        return shift_p(target - weights @ donors, panel.test_days)

    return p_of


def _notes(panel: Panel, bounds: tuple[float, float], alpha: float) -> tuple[str, ...]:
    days = len(panel.days)
    if np.isnan(bounds[0]):
        return (
            "No effect that is the same on all test days passes the test, 0 included: the fit is "
            "too poor for this method. Try fixed effects, or method 'did'.",
        )
    if np.isinf(bounds).any():
        return (
            f"{days} days give no p below {1 / days:.3g}, or no effect is refused at alpha "
            f"{alpha:g}; a longer pre-period bounds the effect.",
        )
    return ()
