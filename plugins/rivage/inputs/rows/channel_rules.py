"""Rows of inputs/channel_rules.csv."""

from __future__ import annotations

from decimal import Decimal

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import Number, Pattern, Text, wrong
from rivage.inputs.rows.row import Row


class ChannelRule(Row):
    """One rule of ours about which channel a visit has; lowest priority number first."""

    KEY = ("priority",)

    priority: Number
    channel: Text
    source_pattern: Pattern | None
    medium_pattern: Pattern | None
    campaign_pattern: Pattern | None

    @field_validator("priority")
    @classmethod
    def _whole(cls, value: Decimal) -> Decimal:
        if value != int(value) or value < 1:
            raise wrong("is no whole number above 0", "write 1 for the rule that is asked first")
        return value

    @field_validator("campaign_pattern")
    @classmethod
    def _some(cls, value: str | None, info: ValidationInfo) -> str | None:
        given = ("source_pattern", "medium_pattern")
        if value is None and all(name in info.data and not info.data[name] for name in given):
            raise wrong("and the other patterns are empty", "fill at least one pattern")
        return value
