"""When which file is due: about 05:00Z on the next day, again on the three days after."""

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
        self._lock = threading.Lock()

    def path(self, day: int) -> Path:
        """File of a property day."""
        return self.folder / f"events_{self._world.config.day(day):%Y%m%d}.parquet"

    def due_revision(self, day: int, now: int) -> int | None:
        """Newest revision that exists by an instant."""
        ready = datetime.combine(
            self._world.config.day(day) + timedelta(days=1), time(READY_HOUR), tzinfo=UTC
        )
        late = now - int(ready.timestamp())
        return None if late < 0 else min(late // 86_400, LAST_REVISION)

    def bring_up_to(self, now: int) -> list[str]:
        """Write what has become due, remove what is no longer; names of the files written."""
        with self._lock:
            if self._writers.empty():
                for _ in range(_WRITERS):
                    self._writers.put(EventFiles(self._world))
                self.folder.mkdir(parents=True, exist_ok=True)
            due = []
            for day in range(self._world.config.days):
                revision = self.due_revision(day, now)
                if revision is None:
                    self.path(day).unlink(missing_ok=True)
                    self._written.pop(day, None)
                elif self._written.get(day) != revision:
                    due.append((day, revision))
            with ThreadPoolExecutor(_WRITERS) as pool:
                return list(pool.map(self._write, due))

    def _write(self, file: tuple[int, int]) -> str:
        day, revision = file
        writer = self._writers.get()
        try:
            writer.write(self.path(day), day, revision)
        finally:
            self._writers.put(writer)
        self._written[day] = revision
        return self.path(day).name
