"""Which days landing covers, per stream and account: computed from manifests, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rivage.landing.manifest import pull_id
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


def coverage(
    store: Store, streams: Iterable[Stream], account_id: str | None = None
) -> list[Coverage]:
    """Coverage of every stream and account that landing has ever seen, or of one account."""
    found: list[Coverage] = []
    for stream in streams:
        days: dict[str, set[date]] = {}
        for _, _, account, window, _ in _names(store, stream, account_id):
            start = date.fromisoformat(window.removeprefix("window="))
            days.setdefault(account.removeprefix("account="), set()).add(start)
        found.extend(
            Coverage(stream.name, account, frozenset(covered))
            for account, covered in sorted(days.items())
        )
    return found


def pulled_days(store: Store, stream: Stream, account_id: str, since: datetime) -> frozenset[date]:
    """Days that have a manifest of a pull that began at or after `since`."""
    first = pull_id(since).partition("-")[0]
    return frozenset(
        date.fromisoformat(window.removeprefix("window="))
        for *_, window, name in _names(store, stream, account_id)
        if name >= first
    )


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


def _names(store: Store, stream: Stream, account_id: str | None) -> Iterator[list[str]]:
    """The manifests' keys in their parts. Of one account no other folder is looked at."""
    own = f"/account={account_id}" if account_id else ""
    for key in store.manifests(f"{stream.source}/{stream.name}{own}"):
        yield key.split("/")
