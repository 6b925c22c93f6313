"""One experiment as one row: what it brought, what that cost, how much it proves, or why not.

An experiment that can't be measured is a row as well, with a status and a reason. Where the scope's
spend fell, the row tells what the withdrawn spend had brought: all signs are those of more spend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rivage.measurement.augmented import augmented_synthetic_control
from rivage.measurement.bad_data import BadData
from rivage.measurement.evidence import grade
from rivage.measurement.experiment import (
    Amounts,
    Estimate,
    Experiment,
    Known,
    effect_on,
    panel_of,
    refusal,
)
from rivage.measurement.holdout import Arm, holdout
from rivage.measurement.lift import Lift
from rivage.measurement.ratio_interval import cost_per

MEASURED, RUNNING = "measured", "not over"
NO_OUTCOME, IMPOSSIBLE = "no outcome given", "cannot be measured"


@dataclass(frozen=True)
class Outcome:
    """One row; money in the reporting currency, None where unknown or unbounded.

    `extra_spend` is the spend of the scope on the experiment's days less what it would have been at
    the pre-period's mean per day. `incremental_*`, their costs and `lift` are of more spend; of an
    experiment that spent less (`direction`) the signs are turned. `second_*` is ridge-augmented
    synthetic control over the same panel, in orders.
    """

    experiment_id: str
    status: str
    reason: str | None = None
    method: str | None = None
    direction: str | None = None
    lift: float | None = None
    lift_low: float | None = None
    lift_high: float | None = None
    p_value: float | None = None
    incremental_orders: float | None = None
    incremental_orders_low: float | None = None
    incremental_orders_high: float | None = None
    incremental_gross_revenue: float | None = None
    incremental_gross_revenue_low: float | None = None
    incremental_gross_revenue_high: float | None = None
    revenue_p_value: float | None = None
    extra_spend: float | None = None
    cost_per_incremental_order: float | None = None
    cost_per_incremental_order_low: float | None = None
    cost_per_incremental_order_high: float | None = None
    iroas: float | None = None
    iroas_low: float | None = None
    iroas_high: float | None = None
    evidence_grade: str | None = None
    detectable_lift: float | None = None
    second_method: str | None = None
    second_incremental_orders: float | None = None
    second_p_value: float | None = None
    note: str | None = None


def outcome(
    experiment: Experiment,
    known: Known,
    orders: Amounts,
    revenue: Amounts,
    spend: Mapping[date, float] | None,
) -> Outcome:
    """The row of an experiment.

    Args:
        known: Days and places for which orders are known.
        orders, revenue: By place and day.
        spend: Of the scope by day, days without spend left out; None when it is not known.
    """
    if told := _too_early(experiment, known):
        return Outcome(experiment.experiment_id, *told)
    try:
        if experiment.arms:
            return _held_out(experiment, experiment.arms, spend)
        effect = effect_on(experiment, known, orders)
        worth = effect_on(experiment, known, revenue)
    except BadData as error:
        return Outcome(experiment.experiment_id, IMPOSSIBLE, str(error))
    extra = extra_spend(experiment, known, spend)
    sign = -1 if extra is not None and extra < 0 else 1
    found, money, lift = (
        one.times(sign) for one in (effect.incremental, worth.incremental, effect.lift)
    )
    paid = abs(extra) if extra else None
    cost = cost_per(paid, found.value or 0.0, found.low, found.high)
    returned = money.over(paid or 0.0)
    second = _second(experiment, known, orders)
    return Outcome(
        experiment.experiment_id, MEASURED, None, effect.method, _direction(extra),
        lift.value, lift.low, lift.high, effect.p_value,
        found.value, found.low, found.high, money.value, money.low, money.high, worth.p_value,
        paid, *cost, returned.value, returned.low, returned.high,
        effect.evidence.grade, effect.evidence.detectable_lift,
        second.method if second else None, second.incremental * sign if second else None,
        second.p_value if second else None,
        " ".join((*effect.evidence.reasons, *effect.notes)),
    )  # fmt: skip


def _held_out(
    experiment: Experiment, arms: tuple[Arm, Arm], spend: Mapping[date, float] | None
) -> Outcome:
    """A holdout's row: all spend of its days went to the treated people, none to the others."""
    paid = sum(
        (spend or {}).get(experiment.start + timedelta(n), 0.0) for n in range(experiment.days)
    )
    found = holdout(*arms, spend=paid or None)
    base = found.holdout_rate
    lift = Estimate(found.itt, found.itt_low, found.itt_high).over(base)
    evidence = grade(
        "holdout", randomised=True, p_value=found.p_value, alpha=found.alpha, lift_low=lift.low,
        lift_high=lift.high,
    )  # fmt: skip
    return Outcome(
        experiment.experiment_id, MEASURED, None, "holdout", "more spend" if paid else None,
        lift.value, lift.low, lift.high, found.p_value,
        found.incremental, found.incremental_low, found.incremental_high,
        found.incremental_revenue, found.revenue_low, found.revenue_high, None,
        paid or None, found.icpa, found.icpa_low, found.icpa_high,
        found.iroas, found.iroas_low, found.iroas_high,
        evidence.grade, evidence.detectable_lift, note=" ".join(evidence.reasons),
    )  # fmt: skip


def extra_spend(
    experiment: Experiment, known: Known, spend: Mapping[date, float] | None
) -> float | None:
    """Spend of the experiment's days less as many days of the pre-period's mean."""
    if spend is None or experiment.pre_start is None:
        return None
    first = max(experiment.pre_start, known.first)
    before = (experiment.start - first).days
    if before < 1:
        return None
    total = sum(spend.get(experiment.start + timedelta(n), 0.0) for n in range(experiment.days))
    usual = sum(spend.get(first + timedelta(n), 0.0) for n in range(before)) / before
    return total - usual * experiment.days


def _too_early(experiment: Experiment, known: Known) -> tuple[str, str] | None:
    if experiment.end > known.last:
        # A look before the end, repeated daily, finds an effect by chance sooner or later.
        return RUNNING, f"It ends on {experiment.end}; orders are known up to {known.last}."
    if experiment.kind == "holdout":
        told = "Fill treated_people, treated_orders, holdout_people and holdout_orders of its line."
        return None if experiment.arms else (NO_OUTCOME, told)
    told_why = refusal(experiment, known)
    return (IMPOSSIBLE, told_why) if told_why else None


def _direction(extra: float | None) -> str | None:
    if not extra:
        return None
    return "less spend" if extra < 0 else "more spend"


def _second(experiment: Experiment, known: Known, orders: Amounts) -> Lift | None:
    if experiment.kind != "geo_split":
        return None
    try:
        return augmented_synthetic_control(panel_of(experiment, known, orders))
    except BadData:
        return None
