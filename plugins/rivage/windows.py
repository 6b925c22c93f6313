"""Date windows: inclusive day ranges in the account's own calendar. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rivage.errors import BadDate, WindowInFuture


@dataclass(frozen=True, order=True)
class Window:
    """Inclusive range of calendar days [start, end]; a single day has start == end.

    Raises:
        BadDate: start is after end.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise BadDate(f"The window starts on {self.start} and ends before it, on {self.end}.")

    def __str__(self) -> str:
        return f"{self.start}..{self.end}" if self.start != self.end else f"{self.start}"

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def each_day(self) -> Iterator[date]:
        for offset in range(self.days):
            yield self.start + timedelta(days=offset)

    def split(self, max_days: int) -> Iterator[Window]:
        """Consecutive windows of at most `max_days` days that cover this one exactly."""
        if max_days < 1:
            raise BadDate(f"A window can't be split into pieces of {max_days} days.")
        start = self.start
        while start <= self.end:
            end = min(self.end, start + timedelta(days=max_days - 1))
            yield Window(start, end)
            start = end + timedelta(days=1)

    def halves(self) -> tuple[Window, Window]:
        """Two windows that cover this one; only windows of two days or more have halves."""
        middle = self.start + timedelta(days=self.days // 2 - 1)
        return Window(self.start, middle), Window(middle + timedelta(days=1), self.end)

    def widened(self, lookback_days: int) -> Window:
        """The same window, starting `lookback_days` earlier."""
        return Window(self.start - timedelta(days=lookback_days), self.end)


def parse_day(text: str) -> date:
    """`YYYY-MM-DD` to a date.

    Raises:
        BadDate: anything else, with the text quoted.
    """
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadDate(f"{text!r} is not a date.") from None


def today_in(zone: str, now: datetime) -> date:
    """The calendar day in `zone` at the instant `now` (timezone-aware)."""
    return now.astimezone(ZoneInfo(zone)).date()


def refuse_future(window: Window, zone: str, now: datetime) -> None:
    """Raise WindowInFuture when the window reaches past the account's own today."""
    today = today_in(zone, now)
    if window.end > today:
        raise WindowInFuture(
            f"The window {window} reaches past today, {today} in {zone}.", window=str(window)
        )
