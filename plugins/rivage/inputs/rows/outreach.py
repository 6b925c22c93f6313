"""Rows of inputs/outreach.csv."""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationInfo, field_validator

from rivage.inputs.cells import Count, Handle, Instant, Key, Text, wrong
from rivage.inputs.rows.row import Row, not_before


class Outreach(Row):
    """One creator the team wrote to, and how it went."""

    KEY = ("batch", "creator")
    PERSONAL = frozenset({"creator"})

    batch: Key
    creator: Handle
    creator_key: Key | None
    sent_at: Instant
    opened_at: Instant | None
    answered_at: Instant | None
    signed_at: Instant | None
    subject: Text | None
    revisions: Count | None
    posted_at: Instant | None

    @field_validator("opened_at", "answered_at", "signed_at", "posted_at")
    @classmethod
    def _order(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        not_before(info, "sent_at", value)
        if info.field_name == "signed_at":
            not_before(info, "answered_at", value)
            if value and "creator_key" in info.data and not info.data["creator_key"]:
                raise wrong("goes with a creator_key", "fill it from creator_contracts.csv")
        if info.field_name == "posted_at":
            not_before(info, "signed_at", value)
        return value
