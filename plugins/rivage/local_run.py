"""All five stages for a range of days in one process: the fast local loop, no Airflow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from rivage import preflight, stages
from rivage.connectors import configured, connect
from rivage.connectors.base import Account, Connector
from rivage.errors import RivageError, SettingMissing
from rivage.reports import PullReport
from rivage.settings import Settings
from rivage.streams import streams_of
from rivage.streams.model import Stream
from rivage.windows import Window

PULLS_AT_ONCE = 4


@dataclass
class Pulled:
    """What the pull stage of a run did: reports, and the errors that others outlived."""

    reports: list[PullReport] = field(default_factory=list)
    errors: list[RivageError] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """One pull to make."""

    connector: Connector
    stream: Stream
    account: Account
    window: Window


def plan(
    settings: Settings, window: Window, *, exact: bool, only: Sequence[str] = ()
) -> tuple[list[Job], list[RivageError]]:
    """The pulls a run makes: each stream of each account, over its own window.

    Args:
        exact: read exactly `window`; else `window` is one ordinary day, and each stream
            adds its look-back and the holes an outage left.
        only: stream names, all when empty.

    Returns:
        The jobs, and the errors of connectors that could not list their accounts.

    Raises:
        RivageError: what no pull of these streams would survive, before the first call.
    """
    jobs: list[Job] = []
    errors: list[RivageError] = []
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
        try:
            connector = connect(name, settings)
            accounts = connector.accounts()
        except RivageError as error:
            errors.append(error.at(stream=f"{name} (all streams)"))
            continue
        for stream in wanted:
            for account in accounts:
                when = (
                    window if exact
                    else stages.ordinary_window(stream, account, window.end, settings)
                )  # fmt: skip
                jobs.append(Job(connector, stream, account, when))
    return jobs, errors


def pull_all(
    settings: Settings,
    jobs: list[Job],
    progress: Callable[[str, int, int], None],
    at_once: int = PULLS_AT_ONCE,
) -> Pulled:
    """Pull every job, a few at a time; one that fails does not stop the others."""
    done = Pulled()
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
                done.reports.append(future.result())
            except RivageError as error:
                done.errors.append(error)
            progress(f"{job.stream.name} {job.account.name}", number, len(jobs))
    done.reports.sort(key=lambda r: (r.stream, r.account))
    return done
