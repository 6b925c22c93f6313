"""Rows of inputs/campaign_plans.csv."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import (
    Currency,
    Day,
    Fraction,
    Key,
    Keys,
    Money,
    Number,
    Pattern,
    Text,
    Texts,
    wrong,
)
from rivage.inputs.problems import write_one_of
from rivage.inputs.rows.row import Row, not_before

GOALS = (
    "sessions", "orders", "new_customer_orders", "gross_revenue", "conversion_rate", "roas",
    "cost_per_order", "cost_per_session", "impressions", "clicks",
)  # fmt: skip
"""Metrics a plan can be judged by: what is known of campaigns and creators alike."""


class CampaignPlan(Row):
    """One plan: which campaigns and creators, when, at what cost, and what is hoped for."""

    KEY = ("plan_id",)

    plan_id: Key
    name: Text
    campaign_ids: Keys | None
    campaign_pattern: Pattern | None
    creator_keys: Keys | None
    start_date: Day
    end_date: Day
    planned_cost: Money
    currency: Currency
    expected_sessions: Money | None
    expected_orders: Money | None
    expected_revenue: Money | None
    personas: Texts | None
    expected_persona_share: Fraction | None
    goal_metric: Text | None
    goal_target: Number | None

    @field_validator("creator_keys")
    @classmethod
    def _some(cls, value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        given = ("campaign_ids", "campaign_pattern")
        if value is None and all(name in info.data and not info.data[name] for name in given):
            raise wrong(
                "and campaign_ids and campaign_pattern are empty", "name what the plan is about"
            )
        return value

    @field_validator("end_date")
    @classmethod
    def _order(cls, value: date, info: ValidationInfo) -> date:
        not_before(info, "start_date", value)
        return value

    @field_validator("expected_persona_share")
    @classmethod
    def _of_whom(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if value is not None and "personas" in info.data and not info.data["personas"]:
            raise wrong("goes with personas", "name the personas, or leave it empty")
        return value

    @field_validator("goal_metric")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and value not in GOALS:
            raise wrong("is no metric a plan can be judged by", write_one_of(value, GOALS))
        return value

    @field_validator("goal_target")
    @classmethod
    def _measurable(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        metric = info.data.get("goal_metric")
        if metric and value is None:
            raise wrong("is empty", f"write the {metric} to reach, or leave goal_metric empty")
        if value is not None and "goal_metric" in info.data and not metric:
            raise wrong("goes with a goal_metric", "name the metric, or leave it empty")
        if value is not None and value <= 0:
            raise wrong("is not above 0", "correct the target")
        return value
