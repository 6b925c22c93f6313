"""All five stages for a range of days in one process: the fast local loop, no Airflow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from rivage import preflight, stages
from rivage.access import Clock, Grants, granted_as_one, utc_now
from rivage.connectors import configured, connect
from rivage.connectors.base import Account, Connector
from rivage.errors import NotGranted, RivageError, SettingMissing
from rivage.landing.refusals import EVERY, Refusal
from rivage.reports import PullReport
from rivage.settings import Settings
from rivage.streams import streams_of
from rivage.streams.model import Stream
from rivage.windows import Window

PULLS_AT_ONCE = 4


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
    """One pull to make."""

    connector: Connector
    stream: Stream
    account: Account
    window: Window


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
    clock: Clock = utc_now,
) -> Plan:
    """The pulls a run makes: each stream of each account, over its own window.

    Args:
        exact: read exactly `window`; else `window` is one ordinary day, and each stream
            adds its look-back and the holes an outage left.
        only: stream names, all when empty; a stream that is named is tried whatever the
            platform answered before.
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
                made.jobs.append(Job(connector, stream, account, when))
    return made


def pull_all(
    settings: Settings,
    planned: Plan,
    progress: Callable[[str, int, int], None],
    at_once: int = PULLS_AT_ONCE,
    clock: Clock = utc_now,
) -> Pulled:
    """Pull every job, a few at a time; one that fails does not stop the others.

    What the platform refuses by permission is kept beside landing, and is no failure where
    the stream declares that permission.
    """
    done = Pulled(errors=list(planned.errors), waiting=list(planned.waiting))
    grants, jobs = Grants(settings, clock), planned.jobs
    for streams, error in planned.refused:
        for kept in grants.keep_source(streams, error):
            done.add(kept)
    for stream in {job.stream.name for job in jobs}:  # the accounts could be listed
        grants.lift(stream, EVERY)
    with ThreadPoolExecutor(at_once) as pool:
        waiting = {
            pool.submit(
                stages.pull, job.stream.name, job.account, job.window, settings, None, job.connector
            ): job
            for job in jobs
        }
        for number, future in enumerate(as_completed(waiting), start=1):
            job = waiting[future]
            try:
                report = future.result()
            except RivageError as error:
                _keep(done, grants, job, error)
            else:
                done.reports.append(report)
                if not report.days:  # an answer that landed nothing, yet an answer
                    grants.lift(job.stream.name, job.account.id)
            progress(f"{job.stream.name} {job.account.name}", number, len(jobs))
    done.reports.sort(key=lambda r: (r.stream, r.account))
    return done


def _keep(done: Pulled, grants: Grants, job: Job, error: RivageError) -> None:
    try:
        done.add(grants.keep(job.stream, job.account.id, error))
    except RivageError as failure:
        done.errors.append(failure)
