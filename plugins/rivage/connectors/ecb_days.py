"""The days on which the central bank fixes rates: its TARGET calendar. Standard library only."""

from __future__ import annotations

from datetime import date, timedelta


def is_business_day(day: date) -> bool:
    """Monday to Friday, but not 1 January, Good Friday, Easter Monday, 1 May, 25/26 December."""
    if day.weekday() >= 5 or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        return False
    return (day - easter_sunday(day.year)).days not in (-2, 1)


def next_business_day(day: date) -> date:
    """The first one after `day`."""
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def easter_sunday(year: int) -> date:
    """Western Easter, by the anonymous Gregorian computus."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap, short = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - correction + 15) % 30
    weekday = (32 + 2 * short + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
