"""When which file is due: about 05:00Z on the next day, again on the three days after.

Beside them stands an intraday file of each day that is not whole yet. That of the newest whole
day is still there as well: the service deletes it some time after the daily table is complete.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sandbox.ga4_export.writer import EventFiles
from sandbox.world import World

READY_HOUR = 5
LAST_REVISION = 3
_WRITERS = 2


class ExportSchedule:
    """Keeps a bucket folder in step with the clock."""

    def __init__(self, world: World, bucket: Path, property_id: str) -> None:
        self._world, self.folder = world, bucket / f"analytics_{property_id}"
        self._writers: queue.SimpleQueue[EventFiles] = queue.SimpleQueue()
        self._written: dict[int, int] = {}  # day to revision
        self._streamed_until: dict[int, int] = {}  # day to instant
        self._lock = threading.Lock()

    def path(self, day: int) -> Path:
        """File of a property day."""
        return self.folder / f"events_{self._world.config.day(day):%Y%m%d}.parquet"

    def intraday_path(self, day: int) -> Path:
        """Streaming file of a property day."""
        return self.folder / f"events_intraday_{self._world.config.day(day):%Y%m%d}.parquet"

    def due_revision(self, day: int, now: int) -> int | None:
        """Newest revision that exists by an instant."""
        ready = datetime.combine(
            self._world.config.day(day) + timedelta(days=1), time(READY_HOUR), tzinfo=UTC
        )
        late = now - int(ready.timestamp())
        return None if late < 0 else min(late // 86_400, LAST_REVISION)

    def bring_up_to(self, now: int) -> list[str]:
        """Write what has become due, remove what is no longer; names of the daily files
        written."""
        with self._lock:
            self._ready()
            due = []
            for day in range(self._world.config.days):
                revision = self.due_revision(day, now)
                if revision is None:
                    self.path(day).unlink(missing_ok=True)
                    self._written.pop(day, None)
                elif self._written.get(day) != revision:
                    due.append((day, revision))
            streamed = [(day, -now) for day in self._streamed(now)]
            with ThreadPoolExecutor(_WRITERS) as pool:
                names = list(pool.map(self._write, due + streamed))
            return names[: len(due)]

    def delivered(self, day: int, now: int) -> Path:
        """The file of a day that is due, written now if it is not there yet."""
        with self._lock:
            self._ready()
            revision = self.due_revision(day, now)
            if revision is None:
                raise ValueError("the day has no file yet")
            if self._written.get(day) != revision:
                self._write((day, revision))
            return self.path(day)

    def streamed(self, day: int, now: int) -> Path:
        """The intraday file of a day as it is at an instant."""
        with self._lock:
            self._ready()
            if self._streamed_until.get(day) != now:
                self._write((day, -now))
            return self.intraday_path(day)

    def _ready(self) -> None:
        if self._writers.empty():
            for _ in range(_WRITERS):
                self._writers.put(EventFiles(self._world))
            self.folder.mkdir(parents=True, exist_ok=True)

    def streamed_days(self, now: int) -> list[int]:
        """Days that have an intraday file: begun but not whole, and the newest whole one."""
        return [
            day
            for day in range(self._world.config.days)
            if self._world.plan.day(day).midnight < now and not self.due_revision(day, now)
        ]

    def _streamed(self, now: int) -> list[int]:
        begun = self.streamed_days(now)
        kept = {self.intraday_path(day) for day in begun}
        for old in set(self.folder.glob("events_intraday_*")) - kept:
            old.unlink()
        return begun

    def _write(self, file: tuple[int, int]) -> str:
        """One file: of a revision, or streamed until the instant whose negative is given."""
        day, revision = file
        path = self.path(day) if revision >= 0 else self.intraday_path(day)
        writer = self._writers.get()
        try:
            writer.write(path, day, max(revision, 0), None if revision >= 0 else -revision)
        finally:
            self._writers.put(writer)
        if revision >= 0:
            self._written[day] = revision
        else:
            self._streamed_until[day] = -revision
        return path.name
