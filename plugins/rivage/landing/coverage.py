"""Which days landing covers, per stream and account: computed from manifests, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rivage.landing.manifest import folder, pull_id
from rivage.landing.store import Store
from rivage.streams.model import Snapshot, Stream
from rivage.windows import Window

HOLE_SEARCH_DAYS = 92
"""How far back an ordinary run looks for days that an outage left out."""


@dataclass(frozen=True)
class Coverage:
    """Days of one stream and account that landing holds at least one manifest for."""

    stream: str
    account_id: str
    days: frozenset[date]

    @property
    def first(self) -> date | None:
        return min(self.days, default=None)

    @property
    def last(self) -> date | None:
        return max(self.days, default=None)

    def missing(self, window: Window) -> list[date]:
        return [day for day in window.each_day() if day not in self.days]


def coverage(store: Store, streams: Iterable[Stream]) -> list[Coverage]:
    """Coverage of every stream and account that landing has ever seen."""
    found: list[Coverage] = []
    for stream in streams:
        days: dict[str, set[date]] = {}
        for key in store.manifests(f"{stream.source}/{stream.name}"):
            _, _, account, window, _ = key.split("/")
            start = date.fromisoformat(window.removeprefix("window="))
            days.setdefault(account.removeprefix("account="), set()).add(start)
        found.extend(
            Coverage(stream.name, account, frozenset(covered))
            for account, covered in sorted(days.items())
        )
    return found


def pulled_since(
    store: Store, stream: Stream, account_id: str, days: Iterable[date], since: datetime
) -> bool:
    """Whether each of the days has a manifest of a pull that began at or after `since`."""
    first = pull_id(since).partition("-")[0]
    for day in days:
        newest = store.newest(folder(stream.name, account_id, day))
        if newest is None or newest.rpartition("/")[2] < first:
            return False
    return True


def ordinary_window(stream: Stream, covered: Coverage | None, day: date) -> Window:
    """What an ordinary run for `day` reads: its look-back, and any hole an outage left.

    Nothing earlier than the first landed day is read: history is asked for on purpose,
    with a first load or a backfill.
    """
    if isinstance(stream.window, Snapshot) or covered is None or covered.first is None:
        return Window(day, day)
    earliest = max(covered.first, day - timedelta(days=HOLE_SEARCH_DAYS))
    if earliest > day:
        return Window(day, day)
    start = max(covered.first, day - timedelta(days=stream.lookback.days))
    return Window(min([start, *covered.missing(Window(earliest, day))]), day)
