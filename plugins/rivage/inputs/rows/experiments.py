"""Rows of inputs/experiments.csv."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import Count, Day, Geos, Key, Money, Text, Texts, one_of, wrong
from rivage.inputs.rows.row import Row, not_before

EVERYTHING = "all"
"""The scope of an experiment that touches every campaign."""


class Experiment(Row):
    """One experiment: what was changed, where, when, and what it is compared with."""

    KEY = ("experiment_id",)

    experiment_id: Key
    kind: Text
    scope: Texts
    start_date: Day
    end_date: Day
    pre_period_start: Day | None
    treated_geos: Geos | None
    control_geos: Geos | None
    hypothesis: Text
    treated_people: Count | None
    treated_orders: Count | None
    treated_revenue: Money | None
    holdout_people: Count | None
    holdout_orders: Count | None
    holdout_revenue: Money | None

    _kind = field_validator("kind")(one_of("geo_split", "on_off", "holdout"))

    @field_validator("end_date")
    @classmethod
    def _order(cls, value: date, info: ValidationInfo) -> date:
        not_before(info, "start_date", value)
        return value

    @field_validator("pre_period_start")
    @classmethod
    def _before(cls, value: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("start_date")
        if value and start and value >= start:
            raise wrong(f"is not before start_date ({start})", "write an earlier day")
        return value

    @field_validator("treated_orders", "holdout_people", "holdout_orders")
    @classmethod
    def _counted(cls, value: int | None, info: ValidationInfo) -> int | None:
        given = info.data.get("treated_people")
        if (value is None) != (given is None) and "treated_people" in info.data:
            raise wrong(
                "is empty" if value is None else "goes with treated_people",
                "fill people and orders of both groups, or none of the four",
            )
        people = info.data.get(str(info.field_name).replace("orders", "people"))
        if value is not None and people is not None and value > people:
            raise wrong(f"is more than the {people} people", "count people who ordered, each once")
        return value

    @field_validator("treated_geos", "control_geos")
    @classmethod
    def _split(cls, value: tuple[str, ...] | None, info: ValidationInfo) -> Any:
        if info.data.get("kind") == "geo_split" and not value:
            raise wrong("is empty", "a geo_split names treated and control places: FR-BRE;FR-PDL")
        both = sorted(set(value or ()) & set(info.data.get("treated_geos") or ()))
        if info.field_name == "control_geos" and both:
            raise wrong(f"has {both[0]}, which is also treated", "name it on one side only")
        return value
