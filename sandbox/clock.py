"""The simulated now. Nothing after it is visible anywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sandbox.world.zones import local_date


class Clock:
    """Epoch seconds UTC; moves only when told to."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        """Jump to an instant; a naive one is UTC."""
        if now.tzinfo is None:
            now = now.replace(tzinfo=UTC)
        self.epoch = int(now.timestamp())

    def advance(self, days: float) -> None:
        """Move by whole or part days."""
        self.set(self.now + timedelta(days=days))

    @property
    def now(self) -> datetime:
        """The instant, in UTC."""
        return datetime.fromtimestamp(self.epoch, tz=UTC)

    @property
    def complete_hour(self) -> int:
        """Hours since the epoch; this hour has not finished, all before it have."""
        return self.epoch // 3_600

    def today(self, zone_name: str) -> date:
        """Local date of now."""
        return local_date(self.epoch, zone_name)
