"""How much an experiment proves, as one letter with its reasons.

| grade | meant |
| --- | --- |
| A | assignment drawn at random, compared at the same time, and precise enough to decide |
| B | random but too imprecise to decide; or not random, compared at the same time, and precise |
| C | compared at the same time, but imprecise, or the untreated side did not fit before |
| D | before against after: whatever else changed on that day is part of the figure |

Precise enough means: the effect differs from 0, or the interval is narrow enough that an effect of
`useful_lift` would have been found with 80 % power. One grade, never below C, is lost where
treated and control moved apart before the test by more than half the interval's width, or where
the pre-period is shorter than the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scipy import stats

from rivage.measurement.lift import Lift

Design = Literal["geo", "switchback", "holdout", "cuped", "before_after"]

USEFUL_LIFT = 0.10
POWER = 0.80
LEAST_SWITCHES = 3
"""Fewer changes between on and off leave calendar and treatment inseparable."""


@dataclass(frozen=True)
class Evidence:
    """Grade A to D and the sentences behind it."""

    grade: str
    reasons: tuple[str, ...]
    detectable_lift: float | None


def grade_of(lift: Lift, *, randomised: bool) -> Evidence:
    """Grade what a geo test found."""
    return grade(
        "geo",
        randomised=randomised,
        p_value=lift.p_value,
        alpha=lift.alpha,
        lift_low=lift.lift_low,
        lift_high=lift.lift_high,
        pre_drift=lift.pre_drift,
        pre_days=lift.pre_days,
        test_days=lift.test_days,
    )


def grade(
    design: Design,
    *,
    randomised: bool,
    p_value: float,
    alpha: float,
    lift_low: float | None,
    lift_high: float | None,
    pre_drift: float | None = None,
    pre_days: int | None = None,
    test_days: int | None = None,
    switches: int | None = None,
    useful_lift: float = USEFUL_LIFT,
) -> Evidence:
    """Grade an experiment.

    Args:
        design: What was compared.
        randomised: Whether chance decided who, where or when.
        p_value, alpha: Of the test.
        lift_low, lift_high: Interval of the relative effect; None is unbounded.
        pre_drift: Relative drift of the pre-period's gap, for geo designs; see lift.py.
        pre_days, test_days: Lengths, for geo designs.
        switches: Changes between on and off, for switchbacks.
        useful_lift: The relative effect that matters for the decision.
    """
    found = detectable(lift_low, lift_high, alpha)
    if design == "before_after" or (switches is not None and switches < LEAST_SWITCHES):
        return Evidence(
            "D", ("Before is compared with after; nothing ran at the same time.",), found
        )
    decided = p_value <= alpha
    precise = decided or (found is not None and found <= useful_lift)
    rank = (0 if randomised else 1) + (0 if precise else 1)
    reasons = ["Chance decided who was treated." if randomised else "The treated were chosen."]
    if decided:
        reasons.append(f"The effect differs from 0 (p = {p_value:.3g}).")
    elif found is None:
        reasons.append("Nothing bounds the effect.")
    else:
        told = "would have been found" if precise else "could have been missed"
        reasons.append(f"A lift of {useful_lift:.0%} {told}; {found:.1%} is found 4 times in 5.")
    apart = abs(pre_drift or 0.0)
    if lift_low is not None and lift_high is not None and apart > (lift_high - lift_low) / 2:
        rank += 1
        reasons.append(f"Treated and control moved apart by {apart:.1%} before the test.")
    elif pre_days is not None and test_days is not None and pre_days < test_days:
        rank += 1
        reasons.append(f"The pre-period ({pre_days} days) is shorter than the test ({test_days}).")
    return Evidence("ABC"[min(rank, 2)], tuple(reasons), found)


def detectable(low: float | None, high: float | None, alpha: float) -> float | None:
    """Effect found with 80 % power, from the width of an interval that is about normal."""
    if low is None or high is None:
        return None
    reach = float(stats.norm.ppf(1 - alpha / 2))
    return (high - low) / 2 * (reach + float(stats.norm.ppf(POWER))) / reach
