"""Rows of inputs/goals.csv."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import Day, Key, Number, Text, currency, wrong
from rivage.inputs.metrics import COUNT, FRACTION, METRICS, MONEY, RATIO
from rivage.inputs.problems import write_one_of
from rivage.inputs.rows.row import Row, not_before


def _metric(value: str) -> str:
    if value not in METRICS:
        raise wrong("is no metric", write_one_of(value, METRICS))
    return value


class Goal(Row):
    """One SMART goal: what, how much, until when, whose."""

    KEY = ("goal_id",)

    goal_id: Key
    metric: Text
    target: Number
    unit: Text
    period_start: Day
    period_end: Day
    owner: Text
    persona: Text | None

    _known = field_validator("metric")(_metric)

    @field_validator("unit")
    @classmethod
    def _unit_of_the_metric(cls, value: str, info: ValidationInfo) -> str:
        kind = METRICS.get(info.data.get("metric", ""))
        if kind == MONEY:
            currency(value)
        elif kind and value != kind:
            raise wrong(f"is not the unit of {info.data['metric']}", f"write {kind}")
        target = info.data.get("target")
        if kind == FRACTION and target is not None and not 0 <= target <= 1:
            raise wrong(
                f"goes with a target between 0 and 1, not {target}",
                "write the target as a fraction: 0.15 for 15 %",
            )
        if kind in (COUNT, RATIO, MONEY) and target is not None and target <= 0:
            raise wrong(f"goes with a target above 0, not {target}", "correct the target")
        return value

    @field_validator("period_end")
    @classmethod
    def _order(cls, value: date, info: ValidationInfo) -> date:
        not_before(info, "period_start", value)
        return value
