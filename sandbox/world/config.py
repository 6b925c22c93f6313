"""What defines a world: a seed, a first day, a length and an audience size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Web events per property day, before duplicates.
EVENTS_PER_DAY = {"tiny": 2_500, "small": 25_000, "medium": 250_000, "large": 833_333}
MOST_EVENTS = 100_000_000

# Measured on the funnel below; turns a wanted event volume into a number of new people per day.
EVENTS_PER_NEW_PERSON = 5.95


@dataclass(frozen=True)
class WorldConfig:
    """One world. `size` is a name of `EVENTS_PER_DAY` or the number of web events in all days."""

    seed: int = 7
    start: date = date(2026, 9, 1)
    days: int = 120
    size: str | int = "tiny"

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError("a world has at least one day")
        if isinstance(self.size, str) and self.size not in EVENTS_PER_DAY:
            raise ValueError(f"size is one of {sorted(EVENTS_PER_DAY)} or a number of events")
        if isinstance(self.size, int) and not 0 < self.size <= MOST_EVENTS:
            raise ValueError(f"size is between 1 and {MOST_EVENTS} events")

    @property
    def events_per_day(self) -> float:
        """Expected web events per property day."""
        if isinstance(self.size, int):
            return self.size / self.days
        return float(EVENTS_PER_DAY[self.size])

    @property
    def new_people_per_day(self) -> float:
        """Expected number of people whose first visit falls on a day."""
        return self.events_per_day / EVENTS_PER_NEW_PERSON

    @property
    def scale(self) -> float:
        """Audience relative to `tiny`."""
        return self.events_per_day / EVENTS_PER_DAY["tiny"]

    def day(self, index: int) -> date:
        """Calendar date of a day index (0 is the first day of the world)."""
        return self.start + timedelta(days=index)

    def index(self, day: date) -> int:
        """Day index of a calendar date; negative before the world."""
        return (day - self.start).days
