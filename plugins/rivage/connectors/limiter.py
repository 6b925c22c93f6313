"""A request budget shared by every process that uses the same developer app.

The platforms count requests per app, not per process, so parallel tasks must share
one budget. Its state is sixteen bytes in a file under `RIVAGE_HOME/limits`, guarded
by an exclusive lock: the time of the next free slot and the time until which the
app is restricted, both in epoch seconds. A crash at any point leaves either the old
or the new state; an unreadable file counts as a fresh start.

Method: generic cell rate algorithm, with the slot reserved under the lock and the
waiting done outside it.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rivage.errors import RateLimited, SettingMissing

_STATE = struct.Struct("<dd")
LONGEST_PLAUSIBLE = 86_400.0
"""Seconds. A stored time further ahead than a day means that the clock was set back."""


class Limiter:
    """At most `per_second` requests per second over all processes sharing `key`.

    Args:
        folder: where the state files live; created if absent.
        key: names the app, for example `tiktok_ads-<app id>`.
        per_second: slots per second.
        burst: slots that may be taken at once after a pause.
        longest_wait: seconds; a longer wait is raised instead of slept.
        clock: epoch seconds, the same for all processes.
    """

    def __init__(
        self,
        folder: Path,
        key: str,
        per_second: float,
        *,
        burst: int = 1,
        longest_wait: float = 60.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if per_second <= 0:
            raise SettingMissing(f"The request rate of {key} must be above 0 per second.")
        self._file = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', key)}.limit"
        self._interval = 1.0 / per_second
        self._tolerance = (burst - 1) * self._interval
        self._longest_wait = longest_wait
        self._clock = clock
        self._sleep = sleep

    def wait(self) -> None:
        """Take the next slot and sleep until it comes.

        Raises:
            RateLimited: the slot is more than `longest_wait` seconds away.
        """
        with self._state() as (handle, next_free, blocked_until):
            now = self._clock()
            start = max(now, next_free - self._tolerance, blocked_until)
            delay = start - now
            if delay > self._longest_wait:
                until = datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
                raise RateLimited(
                    f"The app's request budget is used up until {until}.", retry_after=delay
                )
            os.pwrite(handle, _STATE.pack(max(next_free, start) + self._interval, blocked_until), 0)
        if delay > 0:
            self._sleep(delay)

    def state(self) -> str:
        """One sentence on the budget: its rate and when the next slot is free."""
        with self._state() as (_, next_free, blocked_until):
            start = max(next_free - self._tolerance, blocked_until)
            delay = max(0.0, start - self._clock())
        when = f"in {delay:.1f} s" if delay >= 0.05 else "now"
        rate = f"{1 / self._interval:g} requests a second, shared by all processes"
        return f"{rate}; the next slot is free {when}."

    def block(self, seconds: float) -> None:
        """Keep every process away from the API for `seconds`, or longer if already so."""
        with self._state() as (handle, next_free, blocked_until):
            until = max(blocked_until, self._clock() + seconds)
            os.pwrite(handle, _STATE.pack(next_free, until), 0)

    @contextmanager
    def _state(self) -> Iterator[tuple[int, float, float]]:
        """The open, locked file, the next free slot and the end of a restriction."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as problem:
            raise SettingMissing(
                f"The shared request budget {self._file} can't be written: {problem.strerror}.",
                do="Point RIVAGE_HOME at a folder this user may write.",
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            stored = os.pread(handle, _STATE.size, 0)
            known = _STATE.unpack(stored) if len(stored) == _STATE.size else (0.0, 0.0)
            limit = self._clock() + LONGEST_PLAUSIBLE
            next_free, blocked_until = (at if 0 <= at <= limit else 0.0 for at in known)
            yield handle, next_free, blocked_until
        finally:
            os.close(handle)  # also releases the lock
