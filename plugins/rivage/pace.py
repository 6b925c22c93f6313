"""How far a pull of many streams is, and how long it still takes.

It starts from what the plan says each pull costs, at the rate of its source's budget, and is
corrected by what this very pull has measured: calls a window, by stream, and seconds a call,
by source. Sources run side by side, a few pulls at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rivage.cost import Cost
from rivage.reports import Went

TRUSTED = 10
"""Calls after which what was measured weighs as much as the plan."""


@dataclass
class _Stream:
    """Of all accounts together: what is planned, what its windows took, what is left."""

    planned: int = 0
    planned_calls: int = 0
    windows: int = 0
    calls: int = 0
    left: int = 0
    open_calls: int = 0

    @property
    def work_left(self) -> float:
        """Calls of all windows that have not landed, those under way included."""
        of, calls = (
            (self.windows, self.calls) if self.windows else (self.planned, self.planned_calls)
        )
        return self.left * calls / of if of else 0.0

    @property
    def calls_left(self) -> float:
        return max(self.work_left - self.open_calls, 0.0)


@dataclass
class Source:
    """How far one source is. Seconds are of the clock, `busy` of all its pulls together."""

    name: str
    rate: float
    windows: int = 0
    windows_done: int = 0
    earlier: int = 0
    calls: int = 0
    rows: int = 0
    pulls: int = 0
    pulls_done: int = 0
    running: int = 0
    busy: float = 0.0
    active: float = 0.0
    streams: dict[str, _Stream] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return self.pulls_done == self.pulls

    @property
    def windows_left(self) -> int:
        return self.windows - self.windows_done

    @property
    def calls_left(self) -> float:
        """By what windows of the same stream took, else by plan."""
        return sum(each.calls_left for each in self.streams.values()) if self.rate else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that it still takes, running as it has so far; None when nothing tells."""
        return self._left(self.active)

    @property
    def busy_left(self) -> float | None:
        """Seconds that one pull at a time would take."""
        return self._left(self.busy)

    def _left(self, spent: float) -> float | None:
        if not self.windows_left:
            return 0.0
        if self.rate:
            # Only what has landed counts: a window whose calls are made has yet to be written.
            landed = sum(each.calls for each in self.streams.values())
            work = sum(each.work_left for each in self.streams.values())
            return work * (TRUSTED / self.rate + spent) / (TRUSTED + landed)
        here = self.windows_done - self.earlier
        return self.windows_left * spent / here if here else None


@dataclass
class _Pull:
    """One pull: what is planned of it and what it has done."""

    source: Source
    stream: _Stream
    left: int
    """Request windows."""
    open_calls: int = 0
    """Calls of the window under way."""


class Pace:
    """The course of some pulls, numbered as they are planned. One thread at a time may call it.

    Args:
        planned: source, stream and cost of each pull.
        at_once: how many run side by side.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        planned: Sequence[tuple[str, str, Cost]],
        at_once: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once = at_once
        self._clock = clock
        self._started = self._looked = clock()
        self._pulls: list[_Pull] = []
        self.sources: dict[str, Source] = {}
        for name, stream, cost in planned:
            source = self.sources.setdefault(name, Source(name, cost.rate))
            source.windows += cost.windows
            source.pulls += 1
            same = source.streams.setdefault(stream, _Stream())
            same.planned += cost.windows
            same.planned_calls += cost.calls
            same.left += cost.windows
            self._pulls.append(_Pull(source, same, cost.windows))

    def begins(self, number: int) -> None:
        """A pull begins."""
        self._tick()
        self._pulls[number].source.running += 1

    def heard(self, number: int, went: Went) -> None:
        """A pull says what it did."""
        self._tick()
        pull, done = self._pulls[number], went.windows + went.earlier
        source, stream = pull.source, pull.stream
        source.calls += went.calls
        source.rows += went.rows
        source.windows_done += done
        source.earlier += went.earlier
        pull.left -= done
        stream.left -= done
        pull.open_calls += went.calls
        stream.open_calls += went.calls
        if went.windows:
            stream.windows += went.windows
            stream.calls += pull.open_calls
            self._close(pull)

    def ends(self, number: int) -> None:
        """A pull has ended, well or not: what is left of it is not done by this run."""
        self._tick()
        pull = self._pulls[number]
        pull.source.running -= 1
        pull.source.pulls_done += 1
        pull.source.windows -= pull.left
        pull.stream.left -= pull.left
        pull.left = 0
        self._close(pull)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started

    @property
    def left(self) -> float | None:
        """Seconds until all have ended: as long as the slowest source takes, and no less than
        all need together. None when nothing tells yet."""
        known = [one for one in self.sources.values() if one.left is not None]
        if not known:
            return None
        together = sum(one.busy_left or 0.0 for one in known) / self._at_once
        return max(together, *(one.left or 0.0 for one in known))

    def total(self, what: str) -> float:
        """Of all sources: `windows`, `windows_done`, `calls`, `calls_left`, `rows` ..."""
        return float(sum(getattr(one, what) for one in self.sources.values()))

    def _tick(self) -> None:
        now = self._clock()
        for one in self.sources.values():
            one.busy += one.running * (now - self._looked)
            one.active += (now - self._looked) if one.running else 0.0
        self._looked = now

    @staticmethod
    def _close(pull: _Pull) -> None:
        """The window under way is over, and its calls are no longer open."""
        pull.stream.open_calls -= pull.open_calls
        pull.open_calls = 0


def line(pace: Pace) -> str:
    """Where the pull is, in one line."""
    calls, rest = pace.total("calls"), pace.total("calls_left")
    told = (
        f"{calls:,.0f} of about {calls + rest:,.0f} calls, {pace.total('windows_done'):,.0f} of "
        f"{pace.total('windows'):,.0f} windows, {pace.total('rows'):,.0f} rows, "
        f"{duration(pace.elapsed)} so far"
    )
    if pace.left is None:
        return told
    slow = sorted(
        (one for one in pace.sources.values() if one.left),
        key=lambda one: one.left or 0.0, reverse=True,
    )  # fmt: skip
    each = ", ".join(f"{one.name} {duration(one.left)}" for one in slow)
    return f"{told}, about {duration(pace.left)} left" + (f" ({each})" if len(slow) > 1 else "")


def now_and_then(
    emit: Callable[[str], None], every: float, clock: Callable[[], float] = time.monotonic
) -> Callable[[Pace], None]:
    """A listener that emits the line at most once in `every` seconds."""
    last = clock()

    def listen(pace: Pace) -> None:
        nonlocal last
        if clock() - last >= every:
            last = clock()
            emit(line(pace))

    return listen


def duration(seconds: float | None) -> str:
    """`40 s`, `64 min`, `3 h 20 min`; `?` when unknown."""
    if seconds is None:
        return "?"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
