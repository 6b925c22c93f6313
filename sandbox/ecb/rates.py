"""Reference rates: units of a currency for one euro, one walk per currency and world."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from sandbox.ecb.calendar import is_business_day
from sandbox.world.draws import day_generator

# Level around which a currency moves, and the deviation of one day's move.
LEVELS = {"USD": (1.165, 0.0045), "GBP": (0.868, 0.003), "CHF": (0.938, 0.0025),
          "SEK": (11.05, 0.004), "PLN": (4.26, 0.003), "JPY": (172.4, 0.0055)}  # fmt: skip
DECIMALS = {"JPY": 2}
ORIGIN = date(2024, 1, 1)  # first day of the series
_PULL = 0.02  # share of the distance to the level that a day takes back


@lru_cache(maxsize=64)
def _walk(seed: int, currency: str, until_year: int) -> dict[date, float]:
    level, deviation = LEVELS[currency]
    draw = day_generator(seed, 0, f"exchange rate {currency}")
    day, distance, found = ORIGIN, 0.0, {}
    # One draw per calendar day, so that a longer series begins with a shorter one.
    while day.year <= until_year:
        step = float(draw.normal()) * deviation
        if is_business_day(day):
            distance += step - _PULL * distance
            found[day] = round(level * float(np.exp(distance)), DECIMALS.get(currency, 4))
        day += timedelta(days=1)
    return found


def rates(seed: int, currency: str, first: date, last: date) -> dict[date, float]:
    """Rates of the business days from first to last, both included."""
    known = _walk(seed, currency, max(last.year, ORIGIN.year))
    return {day: rate for day, rate in known.items() if first <= day <= last}


def rate_in_force(seed: int, currency: str, day: date) -> float:
    """Rate of the day, or of the last business day before it."""
    found = rates(seed, currency, day - timedelta(days=10), day)
    return found[max(found)]
