"""A report's parameters, out of a query string or out of the body that creates a task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.tiktok_ads.access import parsed
from sandbox.tiktok_ads.envelope import Refusal


class Params:
    """Scalars as text; arrays as lists, which a query string sends as one JSON text."""

    def __init__(self, values: Mapping[str, Any], *, is_async: bool = False) -> None:
        self._values = values
        self.is_async = is_async

    def text(self, name: str, default: str | None = None) -> str | None:
        """A scalar, None when absent."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def required(self, name: str) -> str:
        """A scalar that has to be there."""
        value = self.text(name)
        if value is None:
            raise Refusal(40002, f"{name}: Missing data for required field.")
        return value

    def flag(self, name: str) -> bool:
        """A boolean, false when absent."""
        return str(self.text(name, "false")).lower() == "true"

    def array(self, name: str) -> list[Any] | None:
        """A list, None when absent."""
        value = self._values.get(name)
        if self.is_async and isinstance(value, list):
            return value
        text = value if value is None or isinstance(value, str) else json.dumps(value)
        found: list[Any] | None = parsed(text, name, list)
        return found

    def day(self, name: str) -> date:
        """A day that has to be there."""
        try:
            return date.fromisoformat(self.required(name))
        except ValueError:
            raise Refusal(40002, f"{name}: Not a valid date, use YYYY-MM-DD.") from None
