"""Rows of inputs/creator_contracts.csv."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import (
    Currency,
    Day,
    Fraction,
    Handle,
    Key,
    Keys,
    Money,
    Score,
    Text,
    Texts,
    wrong,
)
from rivage.inputs.rows.row import SHOP, Row, not_before


class CreatorContract(Row):
    """One contract with one creator; a later contract is a further row."""

    KEY = ("creator_key", "start_date")
    PERSONAL = frozenset({"creator"})

    creator: Handle
    creator_key: Key
    fee: Money
    currency: Currency
    commission_rate: Fraction | None
    samples_cost: Money | None
    shipping_cost: Money | None
    promo_codes: Keys | None
    deliverables: Texts | None
    persona: Text | None
    relevance_score: Score | None
    start_date: Day
    end_date: Day | None

    @field_validator("creator_key")
    @classmethod
    def _is_no_handle(cls, value: str, info: ValidationInfo) -> str:
        handle = info.data.get("creator")
        if value.lower() == SHOP:
            raise wrong("stands for the shop itself", "give the creator another key")
        if handle and handle.lower() in value.lower():
            raise wrong(
                "repeats the creator's handle, and keys are stored in clear",
                "write a key that names nobody, for example CR-01",
            )
        return value

    @field_validator("end_date")
    @classmethod
    def _order(cls, value: date | None, info: ValidationInfo) -> date | None:
        not_before(info, "start_date", value)
        return value
