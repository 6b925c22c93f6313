"""Synthetic control: a weighted mean of control geos that moved like the treated ones before.

Weights minimise ||y1 - Y0 w|| over the pre-period with w >= 0 and sum 1 (Abadie, Diamond and
Hainmueller, 2010); several treated geos are one series, their mean. With `fixed_effects` each
series is first measured from its own pre-period mean, so that the control may run at another
height than the treated geos (Ferman and Pinto, 2021).

The test is the placebo rank: every control geo in turn is treated on paper, its donors being the
other control geos; p is the rank of the treated series' ratio of post to pre RMSPE, never below
1 / (controls + 1). That is a fair comparison for one treated geo. The mean of several is fitted
closer before the test than any single geo, so that its ratio is larger without any effect: with
four treated of 13 geos 10 to 16 % of tests without an effect fell below 5 %, and a note says so.
Difference in differences and the augmented form keep their promise there.

The interval holds every effect t, the same on all test days, which the same
test does not reject once t is taken off the treated series. It can be empty: then no effect that
is the same every day fits the test days as well as the placebos are fitted.
"""

from __future__ import annotations

from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.bad_data import BadData
from rivage.measurement.lift import Lift, lift_of
from rivage.measurement.panel import Panel

Floats = NDArray[np.float64]

LEAST_PRE_DAYS = 3
_TIE = 1e-9


def synthetic_control(panel: Panel, *, fixed_effects: bool = False, alpha: float = 0.05) -> Lift:
    """Effect of the treatment by synthetic control, with placebo p and its inverted interval.

    Raises:
        BadData: fewer than LEAST_PRE_DAYS days before the treatment.
    """
    require_history(panel)
    start = panel.start
    treated, donors = series(panel, fixed_effects=fixed_effects)
    weights = simplex_weights(treated[:start], donors[:, :start])
    gap = treated - weights @ donors
    ratio, level = _ratio(gap, start)
    placebos = np.array([_placebo(donors, n, start) for n in range(len(donors))])
    reached = int(np.count_nonzero(placebos >= ratio * (1 - _TIE)))
    sets = len(donors) + 1
    bounds = _inverted(gap[start:], level, placebos, alpha)
    observed = panel.values[panel.treated].sum(axis=0)
    return lift_of(
        panel,
        "sc_fixed_effects" if fixed_effects else "sc",
        np.asarray(observed - gap * len(panel.treated_geos)),
        p_value=(1 + reached) / sets,
        smallest_p=1 / sets,
        alpha=alpha,
        att_bounds=bounds,
        weights=dict(zip(panel.control_geos, weights.tolist(), strict=True)),
        notes=_notes(bounds, sets, alpha, len(panel.treated_geos)),
    )


def require_history(panel: Panel) -> None:
    """Refuse a pre-period that no weights can be fitted on."""
    if panel.pre_days < LEAST_PRE_DAYS:
        raise BadData(
            f"{panel.pre_days} days before the treatment are too few to fit weights on.",
            do=f"Add days (at least {LEAST_PRE_DAYS}; several times the test are better), or use "
            "method 'did'.",
        )


def series(panel: Panel, *, fixed_effects: bool) -> tuple[Floats, Floats]:
    """Mean of the treated geos (days,) and the control geos (controls, days).

    With `fixed_effects` each less its own pre-period mean.
    """
    treated = panel.values[panel.treated].mean(axis=0)
    donors = panel.values[~panel.treated]
    if not fixed_effects:
        return treated, donors
    pre = slice(panel.start)
    return treated - treated[pre].mean(), donors - donors[:, pre].mean(axis=1, keepdims=True)


def simplex_weights(target: Floats, donors: Floats) -> Floats:
    """Weights >= 0 with sum 1 (donors,) that bring `donors` (donors, days) nearest to `target`.

    Exact. With M = donors - target the aim is the point of a convex hull nearest to 0 (Wolfe,
    1976). For u = s w, s >= 0, ||M u||^2 + (sum u - 1)^2 is least over s at
    ||M w||^2 / (1 + ||M w||^2), which rises with ||M w||: non-negative least squares (Lawson and
    Hanson, 1974) gives u, and w = u / sum u. A second solution on the weights above 0 alone
    removes rounding.
    """
    from scipy.optimize import nnls

    apart = (donors - target).T
    size = np.linalg.norm(apart, axis=0)
    nearest = int(size.argmin())
    # Near 1 for the nearest donor, so that neither term drowns the other.
    scale = size[nearest] if size[nearest] > 1e-9 * size.max() else max(float(size.max()), 1.0)
    stacked = np.vstack([apart / scale, np.ones(len(donors))])
    wanted = np.append(np.zeros(len(target)), 1.0)
    found, _ = nnls(stacked, wanted, maxiter=30 * len(donors) + 300)
    weights = found / found.sum()
    polished = _on_support(apart, weights > 0)
    if polished.min() >= 0 and _misfit(apart, polished) <= _misfit(apart, weights):
        weights = polished
    return np.asarray(weights / weights.sum())


def _on_support(apart: Floats, support: NDArray[np.bool_]) -> Floats:
    """Least squares with sum 1 on the given donors, whatever the sign."""
    rows = np.flatnonzero(support)
    weights = np.zeros(apart.shape[1])
    base, others = apart[:, rows[0]], apart[:, rows[1:]]
    rest = np.linalg.lstsq(others - base[:, None], -base, rcond=None)[0]
    weights[rows[1:]], weights[rows[0]] = rest, 1 - rest.sum()
    return weights


def _misfit(apart: Floats, weights: Floats) -> float:
    return float(np.linalg.norm(apart @ weights))


def _placebo(donors: Floats, treated: int, start: int) -> float:
    others = np.delete(donors, treated, axis=0)
    weights = simplex_weights(donors[treated, :start], others[:, :start])
    return _ratio(donors[treated] - weights @ others, start)[0]


def _ratio(gap: Floats, start: int) -> tuple[float, float]:
    """Post over pre RMSPE, and the pre RMSPE; a perfect pre-fit is taken as nearly perfect."""
    pre, post = (float(np.sqrt(np.mean(part**2))) for part in (gap[:start], gap[start:]))
    pre = max(pre, 1e-12 * float(np.abs(gap).max()), 1e-300)
    return post / pre, pre


def _inverted(
    post: Floats, pre_rmspe: float, placebos: Floats, alpha: float
) -> tuple[float, float]:
    """All t with mean((gap - t)^2) within the square of the deciding placebo ratio."""
    needed = int(np.floor(alpha * (len(placebos) + 1) + 1e-9))
    if needed == 0:
        return -inf, inf
    deciding = float(np.sort(placebos)[-needed]) / (1 - _TIE)
    room = (deciding * pre_rmspe) ** 2 - float(post.var())
    if room < 0:
        return nan, nan
    reach = float(np.sqrt(room))
    return float(post.mean()) - reach, float(post.mean()) + reach


def _notes(bounds: tuple[float, float], sets: int, alpha: float, treated: int) -> tuple[str, ...]:
    found = []
    if treated > 1:
        found.append(
            f"The mean of {treated} treated geos is ranked among single geos, which makes p too "
            "small and the interval too short; methods 'did' and 'asc' do not have this fault."
        )
    if np.isnan(bounds[0]):
        found.append(
            "No effect that is the same on all test days passes the placebo test; there is no "
            "interval. Method 'asc' bounds the effect by the series' own history."
        )
    if np.isinf(bounds[0]):
        found.append(
            f"{sets - 1} control geos give no p below {1 / sets:.3g}; nothing bounds the effect "
            f"at alpha {alpha:g}."
        )
    return tuple(found)
