"""Rows of inputs/other_costs.csv."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import Currency, Day, Money, Month, Text, one_of, wrong
from rivage.inputs.rows.row import Row, not_before


class OtherCost(Row):
    """One cost no source reports: a month, or a range of days."""

    KEY = ("month", "start_date", "category", "note")

    month: Month | None
    start_date: Day | None
    end_date: Day | None
    category: Text
    amount: Money
    currency: Currency
    note: Text | None

    _category = field_validator("category")(
        one_of(
            "agency", "content", "events", "giveaways", "salaries", "samples", "shipping",
            "tools", "training", "other",
        )
    )  # fmt: skip

    @field_validator("end_date")
    @classmethod
    def _one_period(cls, value: date | None, info: ValidationInfo) -> date | None:
        month, start = info.data.get("month"), info.data.get("start_date")
        if "month" not in info.data or "start_date" not in info.data:
            return value  # one of them is wrong and says so itself
        if month and (start or value):
            raise wrong("stands beside a month", "write the month alone, or the two dates alone")
        if not month and not (start and value):
            raise wrong("and start_date are not both filled", "write a month, or both dates")
        not_before(info, "start_date", value)
        return value
