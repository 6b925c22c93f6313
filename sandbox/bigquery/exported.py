"""The dataset of the simulated property: the same events as the export's files."""

from __future__ import annotations

import bisect
from datetime import UTC, datetime, time, timedelta

from sandbox.bigquery.rows import FileRows, Shelf
from sandbox.bigquery.tables import BUFFER_SECONDS, Content, Dataset, Table
from sandbox.ga4_export.schedule import READY_HOUR
from sandbox.state import Sandbox


class ExportedTables:
    """Daily and intraday tables of the property, by the clock of the export's schedule."""

    def __init__(self, box: Sandbox, shelf: Shelf) -> None:
        self._shelf = shelf
        self._box, self._world = box, box.world
        self.id = f"analytics_{box.credentials.ga4_property_id}"

    def dataset(self) -> Dataset:
        """The property's dataset; linked the day before the world begins."""
        linked = self._world.plan.day(0).midnight - 86_400
        return Dataset(self.id, self.tables, linked * 1_000)

    def tables(self, now: int) -> list[Table]:
        """All tables of the export at an instant."""
        days = range(self._world.config.days)
        daily = [self._daily(day, now) for day in days
                 if self._box.exports.due_revision(day, now) is not None]  # fmt: skip
        return daily + [self._intraday(day, now) for day in self._box.exports.streamed_days(now)]

    def _stamp(self, day: int) -> str:
        return f"{self._world.config.day(day):%Y%m%d}"

    def _daily(self, day: int, now: int) -> Table:
        revision = self._box.exports.due_revision(day, now) or 0
        next_day = self._world.config.day(day) + timedelta(days=1)
        ready = int(datetime.combine(next_day, time(READY_HOUR), UTC).timestamp()) * 1_000
        name = f"events_{self._stamp(day)}"

        def content() -> Content:
            path = self._box.exports.delivered(day, now)
            query = f"select num_rows from parquet_file_metadata('{path}')"
            ((count,),) = self._shelf.fetch(query)
            return Content(FileRows(path, f"{name}@{revision}", int(count)))

        return Table(self.id, name, ready, ready + revision * 86_400_000, content)

    def _intraday(self, day: int, now: int) -> Table:
        plan = self._world.plan.day(day)
        name = f"events_intraday_{self._stamp(day)}"
        last = min(now, plan.midnight + plan.seconds)

        def content() -> Content:
            path = self._box.exports.streamed(day, now)
            found = self._shelf.fetch(f"select event_timestamp from '{path}' order by 1")
            moments = [int(moment) for (moment,) in found]
            seen = bisect.bisect_left(moments, (now - BUFFER_SECONDS) * 1_000_000)
            since = moments[seen] // 1_000 if seen < len(moments) else 0
            return Content(FileRows(path, f"{name}@{now}", seen), len(moments) - seen, since)

        return Table(self.id, name, plan.midnight * 1_000, last * 1_000, content)
