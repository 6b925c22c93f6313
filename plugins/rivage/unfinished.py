"""A pull of given days that was interrupted goes on where it stopped.

What has landed says which windows are there, but not whether a second reading of the same days
is wanted or the first one was cut short. So a run of given days leaves a mark while it works:
its days, streams and the instant it began. The same run again finds the mark and leaves out
what landed since that instant; a run that came to its end takes the mark away, and the next
one reads everything again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rivage.atomic import write_text
from rivage.settings import Settings
from rivage.windows import Window

GOOD_FOR = 24 * 3_600
"""Seconds after the last sign of life for which a mark counts: what landed before is older than
what platforms restate within a day, and is read again."""
BEAT = 60.0
"""Seconds between two signs of life."""


@dataclass
class Run:
    """A run of given days: when it first began, and whether this is another try of it."""

    path: Path
    since: datetime
    again: bool
    """An earlier try left the mark."""

    def alive(self) -> None:
        """Something landed: the mark counts from now."""
        with suppress(FileNotFoundError):  # the same run elsewhere came to its end
            if time.time() - self.path.stat().st_mtime > BEAT:
                self.path.touch()

    def finished(self) -> None:
        """The run came to its end: the same days would be read again."""
        self.path.unlink(missing_ok=True)


def begin(settings: Settings, window: Window, streams: Sequence[str], *, afresh: bool) -> Run:
    """Begin a run of these days, or go on with the one that was interrupted.

    Args:
        streams: the asked streams, none for all.
        afresh: read everything again, whatever landed.
    """
    asked = "|".join(sorted(set(streams)))
    suffix = f"_{hashlib.sha256(asked.encode()).hexdigest()[:8]}" if asked else ""
    path = settings.home / "runs" / f"{window.start}_{window.end}{suffix}.json"
    since = None if afresh else _since(path)
    if since:
        path.touch()
        return Run(path, since, again=True)
    now = datetime.now(UTC)
    mark = {"days": str(window), "streams": sorted(set(streams)), "since": now.isoformat()}
    write_text(path, json.dumps(mark, indent=1) + "\n")
    return Run(path, now, again=False)


def _since(path: Path) -> datetime | None:
    """When the interrupted run began; None without one, or when it was too long ago."""
    try:
        if time.time() - path.stat().st_mtime > GOOD_FOR:
            return None
        return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["since"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
