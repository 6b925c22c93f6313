"""All five stages for a range of days in one process: the fast local loop, no Airflow."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from rivage import stages
from rivage.connectors import CONNECTORS, configured, connect
from rivage.connectors.base import Account, Connector
from rivage.cost import costs
from rivage.errors import Interrupted, RivageError, SettingMissing
from rivage.pace import Pace
from rivage.reports import PullReport, Went
from rivage.settings import Settings
from rivage.streams import streams_of
from rivage.streams.model import Stream
from rivage.windows import Window

PULLS_AT_ONCE = 4
GRACE = 10.0
"""Seconds that requests under way may take to end after Ctrl-C."""


@dataclass
class Pulled:
    """What the pull stage of a run did: reports, and the errors that others outlived."""

    reports: list[PullReport] = field(default_factory=list)
    errors: list[RivageError] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """One pull to make; windows that were pulled since `since` are left out."""

    connector: Connector
    stream: Stream
    account: Account
    window: Window
    since: datetime | None = None


def plan(
    settings: Settings,
    window: Window,
    *,
    exact: bool,
    only: Sequence[str] = (),
    since: datetime | None = None,
) -> tuple[list[Job], list[RivageError]]:
    """The pulls a run makes: each stream of each account, over its own window.

    Args:
        exact: read exactly `window`; else `window` is one ordinary day, and each stream
            adds its look-back and the holes an outage left.
        only: stream names, all when empty.
        since: what was pulled at or after this instant is not read again.

    Returns:
        The jobs, and the errors of connectors that could not list their accounts.
    """
    jobs: list[Job] = []
    errors: list[RivageError] = []
    names = configured(settings)
    if set(names) <= {"ecb"}:  # public rates alone measure nothing
        raise SettingMissing(
            "No source is configured.",
            do="Fill in .env (see .env.example), or try `make demo`, which needs no account.",
        )
    for name in names:
        wanted = [s for s in streams_of(name) if not only or s.name in only]
        if not wanted:
            continue
        try:
            connector = connect(name, settings)
            accounts = connector.accounts()
        except RivageError as error:
            errors.append(error.at(stream=f"{name} (all streams)"))
            continue
        for stream in wanted:
            for account in accounts:
                asked = (
                    window if exact
                    else stages.ordinary_window(stream, account, window.end, settings)
                )  # fmt: skip
                jobs.append(Job(connector, stream, account, asked, since))
    return jobs, errors


def pull_all(
    settings: Settings,
    jobs: list[Job],
    heard: Callable[[Pace], None],
    at_once: int = PULLS_AT_ONCE,
) -> Pulled:
    """Pull every job, a few at a time; one that fails does not stop the others.

    Sources take turns, so that the slowest of them is under way from the start; of each, no
    more pulls run at once than it bears.

    Args:
        heard: called with how far it is, page by page, by one thread at a time.

    Raises:
        Interrupted: Ctrl-C. The windows under way are dropped, all others are landed.
    """
    named = [(job.stream, job.account.id, job.window) for job in jobs]
    pace = Pace(
        [
            (job.stream.connector, job.stream.name, cost)
            for job, cost in zip(jobs, costs(settings, named), strict=True)
        ],
        at_once,
    )
    done, turns, stop, lock = Pulled(), Turns(jobs), Event(), Lock()

    def pull(number: int) -> PullReport:
        job = jobs[number]

        def listen(went: Went) -> None:
            with lock:
                pace.heard(number, went)
                heard(pace)
            if stop.is_set():
                raise _Stopped

        with lock:
            pace.begins(number)
        try:
            return stages.pull(
                job.stream.name, job.account, job.window, settings, job.connector, job.since, listen
            )
        finally:
            with lock:
                if not stop.is_set():  # else its windows are still to be landed, by the next try
                    pace.ends(number)
                    heard(pace)

    pool = ThreadPoolExecutor(at_once)
    running: dict[Future[PullReport], int] = {}
    try:
        while True:
            while len(running) < at_once and (number := turns.next()) is not None:
                running[pool.submit(pull, number)] = number
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                turns.ended(running.pop(future))
                try:
                    done.reports.append(future.result())
                except RivageError as error:
                    done.errors.append(error)
    except KeyboardInterrupt:
        stop.set()
        with suppress(KeyboardInterrupt):  # pressed again: nobody wants to wait
            wait(running, timeout=GRACE)
        landed, windows = pace.total("windows_done"), pace.total("windows")
        raise Interrupted(f"Stopped: {landed:,.0f} of {windows:,.0f} windows are landed.") from None
    finally:
        stop.set()  # also when something unforeseen ended it
        pool.shutdown(wait=False, cancel_futures=True)
    done.reports.sort(key=lambda r: (r.stream, r.account))
    return done


class _Stopped(Exception):
    """Somebody pressed Ctrl-C: the window under way is dropped."""


class Turns:
    """Whose turn it is: sources one after the other, none with more pulls than it bears."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._source = [job.stream.connector for job in jobs]
        self._waiting: dict[str, deque[int]] = {}
        for number, name in enumerate(self._source):
            self._waiting.setdefault(name, deque()).append(number)
        self._running: Counter[str] = Counter()

    def next(self) -> int | None:
        """Number of the job that may begin now; None when none may."""
        for name, numbers in self._waiting.items():
            if numbers and self._running[name] < CONNECTORS[name].at_once:
                self._running[name] += 1
                self._waiting[name] = self._waiting.pop(name)  # it comes last now
                return numbers.popleft()
        return None

    def ended(self, number: int) -> None:
        """The job is over."""
        self._running[self._source[number]] -= 1
