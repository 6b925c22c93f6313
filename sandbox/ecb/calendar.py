"""Days on which the central bank fixes reference rates (the TARGET calendar)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from sandbox.world.zones import zone

PUBLISHED_AT = time(16)  # Central European time, about


@cache
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Gauss, as corrected by Lichtenberg)."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= moon // 29 if moon != 28 else (1 if year % 19 > 10 else 0)
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    march = 28 + moon - weekday
    return date(year, 3, 1) + timedelta(days=march - 1)


def is_business_day(day: date) -> bool:
    """Monday to Friday, without the six TARGET holidays."""
    fixed = {(1, 1), (5, 1), (12, 25), (12, 26)}
    moving = (easter(day.year) - timedelta(days=2), easter(day.year) + timedelta(days=1))
    return day.weekday() < 5 and (day.month, day.day) not in fixed and day not in moving


def is_published(day: date, now: int) -> bool:
    """Whether the rates of a business day are out at an instant (epoch seconds)."""
    moment = datetime.combine(day, PUBLISHED_AT, tzinfo=zone("Europe/Berlin"))
    return moment.astimezone(UTC).timestamp() <= now
