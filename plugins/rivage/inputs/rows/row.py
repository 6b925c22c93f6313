"""What every row has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo

from rivage.inputs.cells import wrong

SHOP = "shop"
"""Stands for the creator of a code that belongs to the shop itself."""


class Row(BaseModel):
    """A row of any file. `KEY` names the columns no two rows may share."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    KEY: ClassVar[tuple[str, ...]] = ()
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    """Columns that name a person: hashed before landing, never repeated in logs."""


def not_before(info: ValidationInfo, column: str, value: Any) -> None:
    """Refuse a date before the one in an earlier column of the row."""
    first = info.data.get(column)
    if value is not None and first is not None and value < first:
        told = f"{first:%Y-%m-%d}"
        raise wrong(f"is before {column} ({told})", f"write {told} or later, or correct {column}")
