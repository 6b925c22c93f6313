"""Properties with a history, for what a well-behaved export never shows.

- the story: daily tables that appear while the streamed one still stands, are written again one,
  two, three and nine days after their day, come five days late, never come, or are empty; in
  three schemas; with a day of 23 hours and one of 25; and with tables that no export made
- a property that only streams: no daily table ever comes
- a project without billing: every table dies 60 days after it was made
- volume: one day with as many rows as the switch `bigquery_volume_rows` says

Source: contract bigquery.md 1.1, 6.3, 6.7.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.bigquery.made_sql import MIDDLE, NEWEST, OLDEST, Made, made_events
from sandbox.bigquery.rows import MadeRows
from sandbox.bigquery.strangers import strangers
from sandbox.bigquery.tables import BUFFER_SECONDS, Content, Dataset, Table
from sandbox.world.zones import day_seconds, local_date, midnight

STORY, STREAMING, UNPAID, VOLUME = (f"analytics_41720032{n}" for n in range(1, 5))
READY = 25_200
"""Seconds after the end of a day until its table comes."""
_DAY = 86_400
_REWRITES = (1, 2, 3, 9)
"""Days after the first write."""
_ROWS = 240
_LIFE = 60 * _DAY * 1_000


@dataclass(frozen=True)
class Property:
    """One simulated property: a dataset, its first day, its zone and what it exports."""

    dataset: str
    first: date
    zone: str = "Europe/Paris"
    daily: bool = True
    streams: bool = True
    life: int | None = None  # milliseconds

    def resource(self) -> Dataset:
        """As the catalogue holds it."""
        return Dataset(self.dataset, self.tables, midnight(self.first, self.zone) * 1_000,
                       self.life)  # fmt: skip

    def tables(self, now: int) -> list[Table]:
        """All tables at an instant."""
        found = list(self._shards(now))
        if self.dataset == STORY:
            found += strangers(self.dataset, self.first, local_date(now, self.zone))
        return [one for one in found if one.expires is None or one.expires > now * 1_000]

    def _shards(self, now: int) -> Iterator[Table]:
        for number in range((local_date(now, self.zone) - self.first).days + 1):
            day = self.first + timedelta(days=number)
            begin, seconds = midnight(day, self.zone), day_seconds(day, self.zone)
            ready = begin + seconds + READY + self._delay(number) * _DAY
            age = (now - ready) // _DAY
            if self.daily and age >= 0:
                revision = sum(age >= late for late in _REWRITES)
                yield self._shard(day, number, ready, revision)
            if self.streams and (not self.daily or age < 1):
                yield self._streamed(day, now)

    def _delay(self, number: int) -> int:
        """Days that a daily table is late; some never come."""
        if self.dataset != STORY:
            return 0
        return 5 if number % 31 == 12 else 100_000 if number % 61 == 40 else 0

    def _made(self, day: date, number: int, revision: int) -> Made:
        schema = NEWEST
        if self.dataset == STORY and number < 50:
            schema = OLDEST if number < 25 else MIDDLE
        return Made(f"{day:%Y%m%d}", midnight(day, self.zone), day_seconds(day, self.zone),
                    _ROWS + number % 7 * 10, schema, revision=revision,
                    giant=self.dataset == STORY and number == 60)  # fmt: skip

    def _shard(self, day: date, number: int, ready: int, revision: int) -> Table:
        name, made = f"events_{day:%Y%m%d}", self._made(day, number, revision)
        # Late events arrive for three days; what is written after that only changes values.
        count = made.whole - 6 * max(0, 3 - revision) - (revision >= 2)
        if self.dataset == STORY and number % 31 == 20:
            count = 0
        rows = MadeRows(made_events(made), f"{self.dataset}.{name}@{revision}", count)
        written = ready + ((0, *_REWRITES)[revision]) * _DAY
        return Table(self.dataset, name, ready * 1_000, written * 1_000, lambda: Content(rows),
                     ready * 1_000 + self.life if self.life else None)  # fmt: skip

    def _streamed(self, day: date, now: int) -> Table:
        name = f"events_intraday_{day:%Y%m%d}"
        begin, seconds = midnight(day, self.zone), day_seconds(day, self.zone)
        made = Made(f"{day:%Y%m%d}", begin, seconds, _ROWS, intraday=True)

        def until(instant: int) -> int:
            return min(max(instant - begin, 0), seconds) * _ROWS // seconds

        seen = until(now - BUFFER_SECONDS)
        rows = MadeRows(made_events(made), f"{self.dataset}.{name}@{seen}", seen)
        content = Content(rows, until(now) - seen, (begin + seen * seconds // _ROWS) * 1_000)
        return Table(self.dataset, name, begin * 1_000, min(now, begin + seconds) * 1_000,
                     lambda: content)  # fmt: skip


def properties(first_day: date) -> list[Property]:
    """All made properties of a world that begins on a day."""
    return [
        Property(STORY, first_day - timedelta(days=165)),
        Property(STREAMING, first_day - timedelta(days=20), "America/Los_Angeles", daily=False),
        Property(UNPAID, first_day - timedelta(days=80), streams=False, life=_LIFE),
    ]


def volume(now: int, rows: int) -> list[Table]:
    """Yesterday with this many rows; no table for none."""
    if not rows:
        return []
    day = local_date(now) - timedelta(days=1)
    made = Made(f"{day:%Y%m%d}", midnight(day), day_seconds(day), rows)
    name = f"events_{day:%Y%m%d}"
    content = Content(MadeRows(made_events(made), f"{VOLUME}.{name}@{rows}", rows))
    ready = (midnight(day) + day_seconds(day) + READY) * 1_000
    return [Table(VOLUME, name, ready, ready, lambda: content)]
