"""How far a goal is, what was due by now, where it will end: forecast.py applied to one goal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from rivage.measurement.forecast import LEAST_DAYS, Forecast, outlook, ratio, total, weekday_share

SUM, RATIO, STOCK = "sum", "ratio", "stock"


@dataclass(frozen=True)
class Goal:
    """A goal that can be measured; `target` in the figure's unit, both days included."""

    goal_id: str
    kind: str
    target: float
    start: date
    end: date
    scale: float = 1.0
    lower_is_better: bool = False
    may_fall: bool = False


@dataclass(frozen=True)
class Level:
    """A stock as it stood at the end of `day`."""

    day: date
    value: float


@dataclass(frozen=True)
class Progress:
    """Money and counts as floats; None is unknown, `note` says why.

    `measured_days` of the period are known up to `measured_to`; `missing_days` lie between its
    first day and now and are not. `expected` is what the measured days should have brought.
    """

    goal_id: str
    measured_days: int
    missing_days: int
    measured_from: date | None
    measured_to: date | None
    actual: float | None
    numerator: float | None
    denominator: float | None
    expected: float | None
    expected_basis: str | None
    history_days: int
    forecast: float | None
    forecast_lower: float | None
    forecast_upper: float | None
    probability: float | None
    note: str | None


def progress(
    goal: Goal, known: Mapping[date, tuple[float, ...]], now: date, level: Level | None = None
) -> Progress:
    """Where a goal stands at the end of the day `now`.

    Args:
        goal: What is to be reached.
        known: Per known day the figure's amount; of a ratio its numerator and denominator; of a
            stock by how much it moved.
        now: The newest day any source may know.
        level: Of a stock, its newest known level.
    """
    days = sorted(day for day in known if day <= now)
    width = 2 if goal.kind == RATIO else 1
    values = np.array([known[day] for day in days], dtype=float).reshape(len(days), width)
    period = [goal.start + timedelta(n) for n in range((goal.end - goal.start).days + 1)]
    base, told_to = 0.0, None
    if goal.kind == STOCK and level is not None:
        # A level counts whole periods: what it was before the first day plus all that moved it.
        told_to = min(level.day, goal.end)
        base = level.value - sum(known[day][0] for day in days if goal.start <= day <= level.day)
    measured = [day for day in period if day in known and day <= now]
    if told_to:  # the level holds every day before it, also days whose own movement is unknown
        measured = [day for day in period if day <= told_to]
    coming = [day for day in period if day not in set(measured)]
    if told_to:  # from the level on, also where the goal begins later
        coming = [told_to + timedelta(n) for n in range(1, (goal.end - told_to).days + 1)]
    done = np.array([known[day] for day in measured if day in known], dtype=float)
    sums = done.reshape(-1, width).sum(axis=0)
    actual, expected, basis = _so_far(goal, sums, base), goal.target, "the target itself"
    if goal.kind != RATIO:
        share, seasonal = weekday_share(days, values[:, 0], period, measured)
        expected = base + (goal.target - base) * share
        basis = "weekdays of up to 56 days" if seasonal else "every day alike"
    ahead = outlook(days, values, coming)
    found: Forecast | None = None
    note = None
    if goal.kind == STOCK and level is None:
        note, actual = "No snapshot says how high it stands.", None
    elif ahead is None:
        note = f"Fewer than {LEAST_DAYS} known days: too few to forecast from."
    elif goal.kind == RATIO:
        pair = (float(sums[0]), float(sums[1]))
        found = ratio(
            pair, ahead, goal.target, scale=goal.scale, lower_is_better=goal.lower_is_better
        )
        note = None if found else "Nothing is expected to stand below the line of the ratio."
    else:
        found = total(
            base + float(sums[0]),
            ahead,
            goal.target,
            lower_is_better=goal.lower_is_better,
            may_fall=goal.may_fall,
        )
    return Progress(
        goal_id=goal.goal_id,
        measured_days=len(measured),
        missing_days=sum(goal.start <= day <= now for day in coming),
        measured_from=measured[0] if measured else None,
        measured_to=measured[-1] if measured else None,
        actual=actual if measured or goal.kind == STOCK else None,
        numerator=float(sums[0]) if measured and goal.kind == RATIO else None,
        denominator=float(sums[1]) if measured and goal.kind == RATIO else None,
        expected=expected if measured and note != "No snapshot says how high it stands." else None,
        expected_basis=basis if measured else None,
        history_days=min(len(days), 56),
        forecast=found.expected if found else None,
        forecast_lower=found.lower if found else None,
        forecast_upper=found.upper if found else None,
        probability=found.probability if found else None,
        note=note,
    )


def _so_far(goal: Goal, sums: np.ndarray, base: float) -> float | None:
    if goal.kind != RATIO:
        return base + float(sums[0])
    return goal.scale * float(sums[0]) / float(sums[1]) if sums[1] else None
