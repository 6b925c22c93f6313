"""One writer at a time: a lock file beside the warehouse, besides Airflow's pool of one."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rivage.errors import FileLocked


@contextmanager
def writer_lock(home: Path, *, wait_seconds: float = 120.0) -> Iterator[None]:
    """Hold the home's writer lock; the OS frees it when the process dies.

    Raises:
        FileLocked: another process still holds it after `wait_seconds`.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / "writer.lock"
    deadline = time.monotonic() + wait_seconds
    with path.open("a+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.seek(0)
                    raise FileLocked(
                        f"Another build or publish holds {path} ({file.read().strip()}).",
                        do="Wait for it to end; if that process is stuck, stop it and run again.",
                    ) from None
                time.sleep(0.2)
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}")
        file.flush()
        yield
