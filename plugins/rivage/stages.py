"""The five stages as functions: what the command line and the Airflow tasks both call.

pull -> land -> build -> audit -> publish. Each function is idempotent, can be
killed at any point and run again, and returns a small report that turns to JSON.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from rivage.connectors import configured, connect
from rivage.connectors.base import Account, Connector
from rivage.errors import NotReadyYet, RivageError, WindowClosed
from rivage.landing.coverage import Coverage, coverage, pulled_since
from rivage.landing.coverage import ordinary_window as _ordinary_window
from rivage.landing.store import Store
from rivage.reports import AuditReport, BuildReport, LandReport, PublishReport, PullReport
from rivage.settings import Settings
from rivage.streams import stream as stream_named
from rivage.streams import streams_of
from rivage.streams.days import due, landing_windows
from rivage.streams.model import Stream
from rivage.windows import Window, refuse_future

log = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
"""Called as progress(label, done, total) while a long stage works."""


def is_configured(connector: str, settings: Settings) -> bool:
    """Whether any setting speaks of this connector; the others are left out, not refused."""
    return connector in configured(settings)


def source(connector: str, settings: Settings) -> Connector:
    """The connector, ready to pull several streams with one session."""
    return connect(connector, settings)


def accounts(connector: str, settings: Settings) -> list[Account]:
    """Accounts the connector's access can read."""
    return connect(connector, settings).accounts()


def ordinary_window(stream: Stream, account: Account, day: date, settings: Settings) -> Window:
    """What an ordinary run for `day` reads: the look-back, and holes an outage left."""
    covered = {c.account_id: c for c in coverage(_store(settings), [stream])}
    return _ordinary_window(stream, covered.get(account.id), day)


def is_pulled(
    stream: Stream, account: Account, window: Window, since: datetime, settings: Settings
) -> bool:
    """Whether everything this window owes was pulled after `since`: a retry need not repeat it."""
    days = due(stream, window)
    return bool(days) and pulled_since(_store(settings), stream, account.id, days, since)


def pull(
    stream: str,
    account: Account,
    window: Window,
    settings: Settings,
    progress: Progress | None = None,
    connector: Connector | None = None,
) -> PullReport:
    """Pull one stream of one account over a window, and land it.

    Raises:
        RivageError: with stream, account and window filled in. What other request
            windows of this pull landed stays landed. A window that is not ready or closed
            stops none of those after it, and is raised when they are done.
    """
    from rivage.landing import writer

    started = time.monotonic()
    declared = stream_named(stream)
    salt = settings.privacy_salt.get_secret_value() if settings.privacy_salt else None
    store = _store(settings)
    landed: list[writer.Landed] = []
    pull_id = ""
    left_out: list[RivageError] = []
    try:
        refuse_future(window, account.timezone, datetime.now(UTC))
        api = connector or connect(declared.connector, settings)
        groups = landing_windows(declared, window)
        for number, pieces in enumerate(groups, start=1):
            pulled_at = datetime.now(UTC)
            try:
                one = writer.write(
                    declared,
                    account,
                    Window(pieces[0].start, pieces[-1].end),
                    chain.from_iterable(api.pages(declared, account, piece) for piece in pieces),
                    store=store,
                    salt=salt,
                    pulled_at=pulled_at,
                )
            except (NotReadyYet, WindowClosed) as error:
                left_out.append(error.at(window=str(pieces[0])))
                continue
            landed.append(one)
            for manifest in landed[-1].manifests:
                pull_id = manifest.pull_id
            if progress:
                progress(f"{stream} {account.name} {pieces[-1]}", number, len(groups))
        if left_out:
            raise next((each for each in left_out if not each.transient), left_out[0])
    except RivageError as error:
        raise error.at(stream=stream, account=account.id, window=str(window)) from error.__cause__
    return PullReport(
        stream=stream,
        account=account.id,
        window=str(window),
        pull_id=pull_id,
        rows=sum(part.answers.records for part in landed),
        days=sum(len(part.manifests) for part in landed),
        unchanged=sum(part.unchanged for part in landed),
        pages=sum(part.answers.pages for part in landed),
        bytes=sum(part.answers.bytes for part in landed),
        seconds=round(time.monotonic() - started, 3),
    )


def land(source: str, window: Window, settings: Settings, only: Sequence[str] = ()) -> LandReport:
    """Verify that landing covers the window for every account of a connector.

    Args:
        only: stream names, all when empty.
    """
    declared = [s for s in streams_of(source) if not only or s.name in only]
    seen: dict[str, dict[str, Coverage]] = {s.name: {} for s in declared}
    for one in coverage(_store(settings), declared):
        seen[one.stream][one.account_id] = one
    everyone = sorted({account for covered in seen.values() for account in covered})
    missing = []
    for stream in declared:
        for account in everyone or ["-"]:
            found = seen[stream.name].get(account, Coverage(stream.name, account, frozenset()))
            days = [day for day in due(stream, window) if day not in found.days]
            if days:
                missing.append(
                    {"stream": stream.name, "account": account, "days": [str(d) for d in days]}
                )
    return LandReport(source, str(window), not missing, missing)


def build(
    settings: Settings, *, full_refresh: bool = False, progress: Progress | None = None
) -> BuildReport:
    """Load what landed since the last build and bring the candidate up to date with dbt."""
    from rivage.publish.publish import is_published
    from rivage.warehouse import build as warehouse

    built = warehouse.build(settings, full_refresh=full_refresh, progress=progress)
    return BuildReport(**vars(built), published=is_published(settings, built.build_id))


def audit(settings: Settings, progress: Progress | None = None) -> AuditReport:
    """Judge the candidate, write the audit document, keep the incidents, tell people what is
    new; neither findings nor sinks that are down raise.

    A verdict that holds the release is told to readers in `ops_freshness`.
    """
    from rivage.alerts.tell import tell
    from rivage.audit.audit import audit as judge
    from rivage.incidents.observe import observe
    from rivage.publish.hold import hold

    result = judge(settings, progress)
    changes = observe(settings, result, datetime.now(UTC))
    if result.verdict == "fail":
        hold(settings, result)
    tell(settings, result, changes, datetime.now(UTC))
    if result.verdict == "fail":
        _copy_desk(settings)
    return AuditReport(
        verdict=result.verdict,
        build_id=result.build_id,
        checks=result.checks,
        findings=result.findings,
        document=str(result.path(settings)),
        seconds=result.seconds,
    )


def publish(settings: Settings) -> PublishReport:
    """Publish the audited candidate: versioned file, then an atomic swap.

    Raises:
        AuditFailed: the candidate has a critical finding, or was never audited.
    """
    from rivage.publish.publish import publish as release_candidate

    started = time.monotonic()
    release, new = release_candidate(settings)
    _copy_desk(settings)
    return _published(settings, release.version, release.tables, new, started)


def rollback(settings: Settings, version: str | None = None, *, by: str, why: str) -> PublishReport:
    """Make an earlier version (the previous one by default) the one that readers see.

    Who did it, and why, goes to the on-call log.
    """
    from rivage.incidents import decisions
    from rivage.publish.publish import rollback as go_back
    from rivage.publish.releases import current

    started = time.monotonic()
    decisions.check(by, why)
    left = current(settings)
    release = go_back(settings, version)
    facts = {"left": left.version if left else "", "version": release.version}
    decisions.rolled_back(settings, by, why, datetime.now(UTC), **facts)
    _copy_desk(settings)
    return _published(settings, release.version, release.tables, True, started)


def upkeep(settings: Settings) -> dict[str, Any]:
    """Drop what nothing needs any more: old versions, orphans of interrupted pulls."""
    from rivage.landing.retention import clean
    from rivage.publish.versions import retire

    return {"versions": retire(settings), "landing": clean(_store(settings))}


def _published(
    settings: Settings, version: str, tables: dict[str, int], new: bool, started: float
) -> PublishReport:
    from rivage.publish.versions import live

    seconds = round(time.monotonic() - started, 3)
    return PublishReport(version, str(live(settings)), tables, new, seconds)


def _copy_desk(settings: Settings) -> None:
    """The desk's pages beside the live version, for when nothing else runs. Readers already
    have their numbers, so that pages could not be written is told, not raised."""
    from rivage.desk import static_copy
    from rivage.publish.releases import current

    try:
        live = current(settings)
        static_copy.write(settings, live.version if live else None)
    except Exception as error:
        log.warning("the copy of the desk was not written: %s", error)


def _store(settings: Settings) -> Store:
    return Store(settings.landing_url, settings.home / "tmp")
