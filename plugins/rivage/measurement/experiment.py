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
from rivage.measurement.evidence import Evidence, grade, grade_of
from rivage.measurement.holdout import Arm
from rivage.measurement.panel import Panel, build_panel
from rivage.measurement.switchback import switchback

Amounts = Mapping[tuple[str, date], float]
"""Outcome by place and day; a known day without an entry is 0."""
EVERYWHERE = "(everywhere)"
"""The place under which outcomes of an `on_off` stand."""


@dataclass(frozen=True)
class Experiment:
    """What was done, where and when; days are both included.

    `stretches` are, for `on_off`, all stretches of days that the list has for its scope, its own
    among them. `arms` are, for `holdout`, the treated people and those held out, once counted.
    """

    experiment_id: str
    kind: str
    start: date
    end: date
    pre_start: date | None
    treated: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    stretches: tuple[tuple[date, date], ...] = ()
    arms: tuple[Arm, Arm] | None = None

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Known:
    """For which days and places outcomes are known; `missing` are days between that are not."""

    first: date
    last: date
    places: Collection[str]
    missing: Collection[date] = ()


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; None is a side nothing bounds, or a value there is not."""

    value: float | None
    low: float | None
    high: float | None

    def times(self, factor: float) -> Estimate:
        """All of it times a factor; a negative one turns the interval round."""
        value, low, high = (
            None if one is None else one * factor for one in (self.value, self.low, self.high)
        )
        return Estimate(value, high, low) if factor < 0 else Estimate(value, low, high)

    def over(self, base: float) -> Estimate:
        """All of it as a share of `base`; nothing where that is not above 0."""
        return self.times(1 / base) if base > 0 else Estimate(None, None, None)


@dataclass(frozen=True)
class Effect:
    """What the experiment changed, summed over its days and treated places, and as a share of what
    would have been without it."""

    method: str
    incremental: Estimate
    lift: Estimate
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
    begin, end = looked_at(experiment, known)
    gaps = sorted(day for day in known.missing if begin <= day <= end)
    if gaps:
        return f"The orders of {len(gaps)} days are missing, the first of them {gaps[0]}."
    strange = sorted({*experiment.treated, *experiment.control} - set(known.places))
    if experiment.kind == "geo_split" and strange:
        return f"Orders can't be told apart by place for {', '.join(strange)}."
    return None


def looked_at(experiment: Experiment, known: Known) -> tuple[date, date]:
    """First and last day whose outcomes can matter to an experiment."""
    over = [day for one in experiment.stretches if one[1] <= known.last for day in one]
    return min([_first(experiment, known), *over]), max([experiment.end, *over])


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
    # The list does not say that chance decided; whoever draws lots is graded too low.
    evidence = grade_of(lift, randomised=False)
    return Effect(
        lift.method,
        Estimate(lift.incremental, lift.incremental_low, lift.incremental_high),
        Estimate(lift.lift, lift.lift_low, lift.lift_high),
        lift.p_value,
        evidence,
        lift.notes,
    )


def _on_off(experiment: Experiment, known: Known, amounts: Amounts) -> Effect:
    own = (experiment.start, experiment.end)
    over = sorted({own, *(one for one in experiment.stretches if one[1] <= known.last)})
    if len(over) == 1:
        days = _days(_first(experiment, known), experiment.end)
        start = (experiment.start - days[0]).days
        series = _series(amounts, days)
        change = before_after(series[:start], series[start:])
        per_day = Estimate(change.estimate, change.ci_low, change.ci_high)
        return _per_day("before_after", per_day, change.before_mean, change.p_value, 1, experiment)
    days = _days(min(_first(experiment, known), over[0][0]), over[-1][1])
    on = np.array([any(first <= day <= last for first, last in over) for day in days])
    period = np.cumsum(np.diff(on.astype(np.int64), prepend=int(on[0])) != 0)
    begins = np.flatnonzero(np.diff(period, prepend=-1))
    back = switchback(period, np.arange(len(days)) - begins[period], on, _series(amounts, days))
    per_day = Estimate(back.estimate, back.ci_low, back.ci_high)
    return _per_day("switchback", per_day, back.off_mean, back.p_value, back.switches, experiment)


def _per_day(
    method: str,
    change: Estimate,
    base: float,
    p_value: float,
    switches: int,
    experiment: Experiment,
) -> Effect:
    """A change per day, over the days of the experiment."""
    lift = change.over(base)
    evidence = grade(
        "switchback", randomised=False, p_value=p_value, alpha=0.05, lift_low=lift.low,
        lift_high=lift.high, switches=switches,
    )  # fmt: skip
    return Effect(method, change.times(experiment.days), lift, p_value, evidence)


def _series(amounts: Amounts, days: list[date]) -> NDArray[np.float64]:
    return np.array([amounts.get((EVERYWHERE, day), 0.0) for day in days])


def _first(experiment: Experiment, known: Known) -> date:
    """First day of the pre-period that is known."""
    return max(experiment.pre_start or experiment.start, known.first)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]
