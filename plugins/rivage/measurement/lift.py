"""What every geo estimator answers: the effect, its interval and p, and the counterfactual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.panel import Panel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lift:
    """Effect on the treated geos during the test.

    `att` is per treated geo and day, in the outcome's unit; `incremental` their sum over all
    treated geos and test days; `lift` is `incremental` over what would have been without the
    treatment. `ci_low`, `ci_high` bound `att` and come from the same test as `p_value`: 0 lies
    inside if and only if p > alpha. The bounds of the other two are the same bounds in their
    unit. None is a side that the data can't bound; `notes` say why.

    `observed` and `counterfactual` (days,) are sums over the treated geos, pre-period included.
    `pre_rmspe` is the root mean squared gap of the pre-period per treated geo and day, and
    `pre_error` its share of the treated geos' pre-period mean (None when that is not positive).
    `pre_drift` is by how much the gap of the pre-period's later half exceeds that of its earlier
    half, as a share of that mean: treated and control already moved apart before the treatment.
    `smallest_p` is the least p the test could give. `weights` are of control geos, where the
    method has them.
    """

    method: str
    att: float
    lift: float | None
    incremental: float
    p_value: float
    smallest_p: float
    alpha: float
    ci_low: float | None
    ci_high: float | None
    incremental_low: float | None
    incremental_high: float | None
    lift_low: float | None
    lift_high: float | None
    treated_geos: tuple[str, ...]
    controls: int
    pre_days: int
    test_days: int
    pre_rmspe: float
    pre_error: float | None
    pre_drift: float | None
    observed: Floats
    counterfactual: Floats
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()


def lift_of(
    panel: Panel,
    method: str,
    counterfactual: Floats,
    *,
    p_value: float,
    smallest_p: float,
    alpha: float,
    att_bounds: tuple[float, float],
    weights: Mapping[str, float] | None = None,
    notes: tuple[str, ...] = (),
) -> Lift:
    """Assemble the answer from a counterfactual sum of the treated geos (days,).

    `att_bounds` may be infinite (unbounded) or NaN (no effect passes the test).
    """
    observed = panel.values[panel.treated].sum(axis=0)
    count = len(panel.treated_geos)
    cells = count * panel.test_days
    gap = observed - counterfactual
    incremental = float(gap[panel.start :].sum())
    total = float(observed[panel.start :].sum())
    low, high = (bound if isfinite(bound) else None for bound in att_bounds)
    pre_mean = float(panel.pre[panel.treated].mean())
    rmspe = float(np.sqrt(np.mean(gap[: panel.start] ** 2))) / count
    return Lift(
        method=method,
        att=incremental / cells,
        lift=_relative(total, incremental),
        incremental=incremental,
        p_value=p_value,
        smallest_p=smallest_p,
        alpha=alpha,
        ci_low=low,
        ci_high=high,
        incremental_low=None if low is None else low * cells,
        incremental_high=None if high is None else high * cells,
        lift_low=None if low is None else _relative(total, low * cells),
        lift_high=None if high is None else _relative(total, high * cells),
        treated_geos=panel.treated_geos,
        controls=len(panel.control_geos),
        pre_days=panel.pre_days,
        test_days=panel.test_days,
        pre_rmspe=rmspe,
        pre_error=rmspe / pre_mean if pre_mean > 0 else None,
        pre_drift=_drift(gap[: panel.start]) / (count * pre_mean) if pre_mean > 0 else None,
        observed=observed,
        counterfactual=counterfactual,
        weights=MappingProxyType(dict(weights or {})),
        notes=notes,
    )


def _drift(gap: Floats) -> float:
    """Mean of the later half less mean of the earlier half; 0 for a single day."""
    half = len(gap) // 2
    return float(gap[half:].mean() - gap[:half].mean()) if half else 0.0


def _relative(total: float, incremental: float) -> float | None:
    """Effect over the counterfactual; None when nothing would have been sold without it."""
    without = total - incremental
    return incremental / without if without > 0 else None
