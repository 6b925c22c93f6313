"""Rows of inputs/promo_codes.csv."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import Day, Key, Number, Text, one_of, wrong
from rivage.inputs.rows.row import Row, not_before


class PromoCode(Row):
    """One code over one period of validity."""

    code: Key
    creator_key: Key
    kind: Text
    rate: Number | None
    valid_from: Day
    valid_to: Day | None

    _kind = field_validator("kind")(one_of("percent", "amount", "free_shipping"))

    @field_validator("rate")
    @classmethod
    def _fits(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        kind = info.data.get("kind")
        if kind == "free_shipping" and value is not None:
            raise wrong("goes with no free_shipping code", "leave it empty")
        if kind in ("percent", "amount") and value is None:
            raise wrong("is empty", "write 0.10 for 10 %, or the amount in the shop's currency")
        if value is not None and value <= 0:
            raise wrong("is not above 0", "write what the customer saves")
        if kind == "percent" and value is not None and value > 1:
            raise wrong("is above 1", f"write {(value / 100).normalize():f} for {value} %")
        return value

    @field_validator("valid_to")
    @classmethod
    def _order(cls, value: date | None, info: ValidationInfo) -> date | None:
        not_before(info, "valid_from", value)
        return value
