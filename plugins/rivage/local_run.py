"""All five stages for a range of days in one process: the fast local loop, no Airflow."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock

from rivage import preflight, stages
from rivage.access import Clock, Grants, granted_as_one, utc_now
from rivage.connectors import CONNECTORS, configured, connect
from rivage.connectors.base import Account, Connector
from rivage.cost import costs
from rivage.errors import Interrupted, NotGranted, RivageError, SettingMissing
from rivage.landing.refusals import EVERY, Refusal
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
    """What the pull stage of a run did: reports, and the errors that others outlived.

    `refused` are streams that the platform has refused for the first time, `waiting` those
    of which that was known: most were not even asked for.
    """

    reports: list[PullReport] = field(default_factory=list)
    errors: list[RivageError] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    waiting: list[Refusal] = field(default_factory=list)

    def add(self, kept: tuple[Refusal, bool]) -> None:
        """One more refusal, and whether it is news."""
        (self.refused if kept[1] else self.waiting).append(kept[0])


@dataclass(frozen=True)
class Job:
    """One pull to make; windows that were pulled since `since` are left out."""

    connector: Connector
    stream: Stream
    account: Account
    window: Window
    since: datetime | None = None


@dataclass
class Plan:
    """The pulls a run makes, and what it leaves out.

    Args:
        errors: connectors that could not list their accounts.
        refused: sources whose accounts the platform may not list for us, by its answer.
        waiting: streams that are not granted and not due for another try.
    """

    jobs: list[Job] = field(default_factory=list)
    errors: list[RivageError] = field(default_factory=list)
    refused: list[tuple[tuple[Stream, ...], NotGranted]] = field(default_factory=list)
    waiting: list[Refusal] = field(default_factory=list)


def plan(
    settings: Settings,
    window: Window,
    *,
    exact: bool,
    only: Sequence[str] = (),
    since: datetime | None = None,
    clock: Clock = utc_now,
) -> Plan:
    """The pulls a run makes: each stream of each account, over its own window.

    Args:
        exact: read exactly `window`; else `window` is one ordinary day, and each stream
            adds its look-back and the holes an outage left.
        only: stream names, all when empty; a stream that is named is tried whatever the
            platform answered before.
        since: what was pulled at or after this instant is not read again.
        clock: aware UTC time, against which refusals are due.

    Raises:
        RivageError: what no pull of these streams would survive, before the first call.
    """
    made = Plan()
    grants = Grants(settings, clock)
    names = configured(settings)
    if set(names) <= {"ecb"}:  # public rates alone measure nothing
        raise SettingMissing(
            "No source is configured.",
            do="Run `rivage init`, or try `make demo`, which needs no account.",
        )
    asked = {name: [s for s in streams_of(name) if not only or s.name in only] for name in names}
    preflight.refuse(settings, [stream for wanted in asked.values() for stream in wanted])
    for name, wanted in asked.items():
        if not wanted:
            continue
        if not only and (waiting := grants.waiting_source(wanted)):
            made.waiting += waiting
            continue
        try:
            connector = connect(name, settings)
            accounts = connector.accounts()
        except RivageError as error:
            if isinstance(error, NotGranted) and granted_as_one(streams_of(name)):
                made.refused.append((streams_of(name), error))
            else:
                made.errors.append(error.at(stream=f"{name} (all streams)"))
            continue
        for stream in wanted:
            for account in accounts:
                known = None if only else grants.waiting(stream, account.id)
                if known:
                    made.waiting.append(known)
                    continue
                when = (
                    window if exact
                    else stages.ordinary_window(stream, account, window.end, settings)
                )  # fmt: skip
                made.jobs.append(Job(connector, stream, account, when, since))
    return made


def pull_all(
    settings: Settings,
    planned: Plan,
    heard: Callable[[Pace], None],
    at_once: int = PULLS_AT_ONCE,
    clock: Clock = utc_now,
) -> Pulled:
    """Pull every job, a few at a time; one that fails does not stop the others.

    What the platform refuses by permission is kept beside landing, and is no failure where
    the stream declares that permission.

    Sources take turns, so that the slowest of them is under way from the start; of each, no
    more pulls run at once than it bears.

    Args:
        heard: called with how far it is, page by page, by one thread at a time.

    Raises:
        Interrupted: Ctrl-C. The windows under way are dropped, all others are landed.
    """
    grants, jobs = Grants(settings, clock), planned.jobs
    named = [(job.stream, job.account.id, job.window) for job in jobs]
    pace = Pace(
        [
            (job.stream.connector, job.stream.name, cost)
            for job, cost in zip(jobs, costs(settings, named), strict=True)
        ],
        at_once,
    )
    done = Pulled(errors=list(planned.errors), waiting=list(planned.waiting))
    for streams, error in planned.refused:
        for kept in grants.keep_source(streams, error):
            done.add(kept)
    for stream in {job.stream.name for job in jobs}:  # the accounts could be listed
        grants.lift(stream, EVERY)
    turns, stop, lock = Turns(jobs), Event(), Lock()

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
                job = jobs[number := running.pop(future)]
                turns.ended(number)
                try:
                    report = future.result()
                except RivageError as error:
                    _keep(done, grants, job, error)
                else:
                    done.reports.append(report)
                    if not report.days and not report.earlier:  # an answer, yet nothing to land
                        grants.lift(job.stream.name, job.account.id)
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


def _keep(done: Pulled, grants: Grants, job: Job, error: RivageError) -> None:
    try:
        done.add(grants.keep(job.stream, job.account.id, error))
    except RivageError as failure:
        done.errors.append(failure)


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
