"""One experiment of a team's list, and its effect on any outcome counted by place and day.

The effect on orders, on revenue and on the orders a model credits are found by one and the same
function, so that their ratios compare like with like.

- `geo_split`: difference in differences of growth between treated and control places (did.py).
- `on_off`: with several stretches of one scope a switchback (switchback.py), with a single one a
  comparison of before and after (before_after.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.bad_data import BadData
from rivage.measurement.before_after import before_after
from rivage.measurement.did import difference_in_differences
from rivage.measurement.evidence import Evidence, grade
from rivage.measurement.panel import Panel, build_panel
from rivage.measurement.switchback import switchback

Amounts = Mapping[tuple[str, date], float]
"""Outcome by place and day; a known day without an entry is 0."""
EVERYWHERE = "(everywhere)"
"""The place under which outcomes of an `on_off` stand."""


@dataclass(frozen=True)
class Experiment:
    """What was done, where and when; days are both included.

    `stretches` are all stretches of days of the experiment's scope, for `on_off`: its own, and those
    of other rows with the same scope that are over.
    """

    experiment_id: str
    kind: str
    start: date
    end: date
    pre_start: date | None
    treated: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    stretches: tuple[tuple[date, date], ...] = ()

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Known:
    """For which days and places outcomes are known at all."""

    first: date
    last: date
    places: Collection[str]


@dataclass(frozen=True)
class Effect:
    """What the experiment changed, summed over its days and treated places; None is unbounded.

    `lift` is the change over what would have been without it.
    """

    method: str
    incremental: float
    low: float | None
    high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    p_value: float
    evidence: Evidence
    notes: tuple[str, ...] = ()


def effect_on(experiment: Experiment, known: Known, amounts: Amounts) -> Effect:
    """The experiment's effect on one outcome.

    Raises:
        BadData: it can't be told, see `refusal`, the panel and the estimators.
    """
    if told := refusal(experiment, known):
        raise BadData(told)
    if experiment.kind == "geo_split":
        return _split(panel_of(experiment, known, amounts))
    return _on_off(experiment, known, amounts)


def refusal(experiment: Experiment, known: Known) -> str | None:
    """Why the experiment can't be measured whatever the outcome, None when it can."""
    if experiment.pre_start is None:
        return "There is no pre_period_start, so nothing to compare with."
    if known.first >= experiment.start:
        return f"Orders are known from {known.first} on: there is no pre-period."
    strange = sorted({*experiment.treated, *experiment.control} - set(known.places))
    if experiment.kind == "geo_split" and strange:
        return f"Orders can't be told apart by place for {', '.join(strange)}."
    return None


def panel_of(experiment: Experiment, known: Known, amounts: Amounts) -> Panel:
    """Treated and control places by days, from the pre-period's first known day to the end."""
    places = sorted({*experiment.treated, *experiment.control})
    days = _days(_first(experiment, known), experiment.end)
    return build_panel(
        [place for place in places for _ in days],
        days * len(places),
        [amounts.get((place, day), 0.0) for place in places for day in days],
        treated=experiment.treated,
        start=experiment.start,
        end=experiment.end,
    )


def _split(panel: Panel) -> Effect:
    lift = difference_in_differences(panel, effect="relative")
    evidence = grade(
        "geo",
        # The list does not say that chance decided; whoever draws lots is graded too low.
        randomised=False,
        p_value=lift.p_value,
        alpha=lift.alpha,
        lift_low=lift.lift_low,
        lift_high=lift.lift_high,
        pre_drift=lift.pre_drift,
        pre_days=lift.pre_days,
        test_days=lift.test_days,
    )
    return Effect(
        lift.method, lift.incremental, lift.incremental_low, lift.incremental_high, lift.lift,
        lift.lift_low, lift.lift_high, lift.p_value, evidence, lift.notes,
    )  # fmt: skip


def _on_off(experiment: Experiment, known: Known, amounts: Amounts) -> Effect:
    own = (experiment.start, experiment.end)
    over = sorted({own, *(one for one in experiment.stretches if one[1] <= known.last)})
    if len(over) == 1:
        days = _days(_first(experiment, known), experiment.end)
        series = np.array([amounts.get((EVERYWHERE, day), 0.0) for day in days])
        start = (experiment.start - days[0]).days
        found = before_after(series[:start], series[start:])
        bounds = found.ci_low, found.ci_high
        told = "before_after", found.estimate, *bounds, found.before_mean, found.p_value
        return _per_day(*told, experiment.days, randomised=False, switches=1)
    days = _days(min(_first(experiment, known), over[0][0] - timedelta(1)), over[-1][1])
    series = np.array([amounts.get((EVERYWHERE, day), 0.0) for day in days])
    on = np.array([any(first <= day <= last for first, last in over) for day in days])
    period = np.cumsum(np.diff(on.astype(np.int64), prepend=int(on[0])) != 0)
    begins = np.flatnonzero(np.diff(period, prepend=-1))
    back = switchback(period, np.arange(len(days)) - begins[period], on, series)
    return _per_day(
        "switchback", back.estimate, back.ci_low, back.ci_high, back.off_mean, back.p_value,
        experiment.days, randomised=False, switches=back.switches,
    )  # fmt: skip


def _per_day(
    method: str, change: float, low: float | None, high: float | None, base: float, p_value: float,
    days: int, *, randomised: bool, switches: int, alpha: float = 0.05,
) -> Effect:  # fmt: skip
    """An effect per day, over the days of the experiment."""
    lifts = [one / base if one is not None and base > 0 else None for one in (change, low, high)]
    evidence = grade(
        "switchback", randomised=randomised, p_value=p_value, alpha=alpha, lift_low=lifts[1],
        lift_high=lifts[2], switches=switches,
    )  # fmt: skip
    total, least, most = (None if one is None else one * days for one in (change, low, high))
    return Effect(method, total or 0.0, least, most, *lifts, p_value, evidence)


def _first(experiment: Experiment, known: Known) -> date:
    """First day of the pre-period that is known."""
    return max(experiment.pre_start or experiment.start, known.first)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


Floats = NDArray[np.float64]
