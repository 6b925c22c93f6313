"""Which days of which stream and account landed, as a calendar with its gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from rivage.access import Grants, listed
from rivage.desk.filters import ALL, Filters
from rivage.landing.coverage import Coverage, coverage
from rivage.landing.refusals import Refusal
from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.streams.days import due
from rivage.streams.model import Snapshot, Stream
from rivage.windows import Window

DAYS = 35


@dataclass(frozen=True)
class Row:
    """One stream and account; `cells` has one letter per day of the calendar.

    L landed, G gap (owed and absent), - not owed: before the first day, a day the source
    has not computed yet, one on which no snapshot was taken, or one since the platform no
    longer grants the stream.
    """

    stream: str
    account: str
    cells: str
    gaps: tuple[str, ...]
    """`12 Sep` or `12 Sep to 14 Sep`."""
    last: date | None


@dataclass(frozen=True)
class Calendar:
    """The last days that any stream covers, and the streams that are not granted."""

    days: tuple[date, ...]
    sources: tuple[tuple[str, tuple[Row, ...]], ...]
    refused: tuple[Refusal, ...] = ()

    @property
    def gaps(self) -> int:
        return sum(row.cells.count("G") for _, rows in self.sources for row in rows)


def calendar(settings: Settings, now: datetime, chosen: Filters = ALL) -> Calendar:
    """The calendar of all streams, or of the stream that `chosen.table` names."""
    declared = all_streams()
    wanted = [s for name, s in declared.items() if chosen.keeps(table=name)]
    covered = coverage(Store(settings.landing_url, settings.home / "tmp"), wanted)
    refused = tuple(one for one in listed(settings, now) if chosen.keeps(table=one.stream))
    newest = max((one.last for one in covered if one.last), default=None)
    if newest is None:
        return Calendar((), (), refused)
    days = tuple(Window(newest - timedelta(days=DAYS - 1), newest).each_day())
    ignored, grants = settings.ignored_accounts, Grants(settings, lambda: now)
    rows = [
        _row(declared[one.stream], one, days, grants.refused(one.stream, one.account_id))
        for one in covered
        if one.account_id not in ignored
    ]
    rows.sort(key=lambda row: (row.stream, row.account))
    grouped = groupby(rows, key=lambda row: row.stream.partition("__")[0])
    return Calendar(days, tuple((source, tuple(held)) for source, held in grouped), refused)


def _row(stream: Stream, covered: Coverage, days: Sequence[date], refusal: Refusal | None) -> Row:
    owed: set[date] = set()
    if covered.first and not isinstance(stream.window, Snapshot):
        start = max(covered.first, days[0])
        owed = set(due(stream, Window(start, days[-1]))) if start <= days[-1] else set()
    if refusal and covered.last:
        owed = {day for day in owed if day <= covered.last}
    missing = [day for day in days if day in owed and day not in covered.days]
    cells = "".join("L" if d in covered.days else "G" if d in owed else "-" for d in days)
    return Row(stream.name, covered.account_id, cells, tuple(_spans(missing)), covered.last)


def _spans(days: Iterable[date]) -> list[str]:
    """Days in a row as one span."""
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return [
        _told(span[0]) if len(span) == 1 else f"{_told(span[0])} to {_told(span[-1])}"
        for span in spans
    ]


def _told(day: date) -> str:
    return f"{day.day} {day:%b}"
