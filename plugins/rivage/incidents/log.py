"""The on-call log: lines are added to `<home>/audit/oncall.jsonl`, none is ever changed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from rivage.incidents.events import Event
from rivage.settings import Settings


def path_of(settings: Settings) -> Path:
    return settings.audits / "oncall.jsonl"


def append(settings: Settings, events: Iterable[Event]) -> None:
    """Add the events, all or none, also when several processes write at once.

    A process that dies while writing leaves a line without its end; the next one drops it.
    """
    lines = "".join(f"{event.to_json()}\n" for event in events)
    if not lines:
        return
    path = path_of(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _drop_half_line(file.fileno(), path)
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


def read(settings: Settings) -> list[Event]:
    """All events, oldest first."""
    path = path_of(settings)
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    return [Event.from_json(line) for line in whole.decode().splitlines() if line]


def _drop_half_line(file: int, path: Path) -> None:
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        os.ftruncate(file, path.read_bytes().rfind(b"\n") + 1)
