"""Times and numbers as a tired person reads them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def age(then: datetime, now: datetime) -> str:
    """`12 min`, `26 h`, `5 days`: how long ago."""
    seconds = max(0.0, (now - then).total_seconds())
    if seconds < 90 * _MINUTE:
        return f"{seconds / _MINUTE:.0f} min"
    if seconds < 3 * _DAY:
        return f"{seconds / _HOUR:.0f} h"
    return f"{seconds / _DAY:.0f} days"


def moment(at: datetime) -> str:
    """`29 Sep 2026, 06:12 UTC`."""
    told = at.astimezone(UTC)
    return f"{told.day} {told:%b %Y, %H:%M} UTC"


def short(at: datetime) -> str:
    """`29 Sep 06:12`, where the year is plain from what stands around."""
    told = at.astimezone(UTC)
    return f"{told.day} {told:%b %H:%M}"


def day(on: date) -> str:
    """`29 Sep 2026`."""
    return f"{on.day} {on:%b %Y}"


def number(value: float | int | Decimal | None) -> str:
    """Thousands apart, at most four significant digits after a point; `none` without one."""
    if value is None:
        return "none"
    plain = float(value)
    if plain.is_integer():
        return f"{int(value):,}"
    if abs(plain) >= 1000:
        return f"{plain:,.0f}"
    return f"{plain:.4g}" if abs(plain) < 1 else f"{plain:,.2f}"


def span(low: float, high: float) -> str:
    """`0 to 2`; one number when both ends are the same."""
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def delta(before: float | int | Decimal, after: float | int | Decimal) -> str:
    """`+12 (+0.4 %)`; the share is left out when there was nothing before."""
    change = float(after) - float(before)
    told = f"{'+' if change > 0 else '-' if change < 0 else '±'}{number(abs(change))}"
    return f"{told} ({change / abs(float(before)):+.1%})" if before and change else told


def breakable(name: str) -> list[str]:
    """A long name in the parts after which a line may break."""
    return re.findall(r"[^_.]*[_.]+|[^_.]+$", name) or [name]
