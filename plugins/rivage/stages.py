"""The five stages as functions: what the command line and the Airflow tasks both call.

pull -> land -> build -> audit -> publish. Each function is idempotent, can be
killed at any point and run again, and returns a small report that turns to JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rivage.connectors import connect
from rivage.connectors.base import Account, Connector
from rivage.errors import RivageError
from rivage.landing.coverage import Coverage, coverage
from rivage.landing.coverage import ordinary_window as _ordinary_window
from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams import stream as stream_named
from rivage.streams import streams_of
from rivage.streams.model import Daily, Snapshot, Stream
from rivage.windows import Window, refuse_future

Progress = Callable[[str, int, int], None]
"""Called as progress(label, done, total) while a long stage works."""


@dataclass(frozen=True)
class PullReport:
    """What one pull landed: `days` windows written, of which `unchanged` held nothing new."""

    stream: str
    account: str
    window: str
    pull_id: str
    rows: int
    days: int
    unchanged: int
    pages: int
    bytes: int
    seconds: float


@dataclass(frozen=True)
class LandReport:
    """Which streams and accounts of a source cover the window, and which days are missing."""

    source: str
    window: str
    complete: bool
    missing: list[dict[str, Any]]


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `changed` is False when landing held nothing new since the last one.

    `horizon` is the last day every required stream covers; later days wait, and
    `stale` names the streams they wait for.
    """

    changed: bool
    build_id: str
    horizon: date | None
    stale: list[dict[str, Any]]
    windows: int
    models: int
    seconds: float
    full_refresh: bool
    published: bool
    """Readers see exactly this build already (or a rollback took it away on purpose)."""


@dataclass(frozen=True)
class AuditReport:
    """The verdict on the candidate: "pass", "warn" or "fail" (fail = a critical finding)."""

    verdict: str
    build_id: str
    checks: int
    findings: list[dict[str, Any]]
    document: str
    seconds: float


@dataclass(frozen=True)
class PublishReport:
    """The version readers now see. `new` is False when it was already published."""

    version: str
    path: str
    tables: dict[str, int]
    new: bool
    seconds: float


def accounts(connector: str, settings: Settings) -> list[Account]:
    """Accounts the connector's access can read."""
    return connect(connector, settings).accounts()


def ordinary_window(stream: Stream, account: Account, day: date, settings: Settings) -> Window:
    """What an ordinary run for `day` reads: the look-back, and holes an outage left."""
    covered = {c.account_id: c for c in coverage(_store(settings), [stream])}
    return _ordinary_window(stream, covered.get(account.id), day)


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
        RivageError: with stream, account and window filled in. What earlier request
            windows of this pull landed stays landed.
    """
    from rivage.landing import writer

    started = time.monotonic()
    declared = stream_named(stream)
    salt = settings.privacy_salt.get_secret_value() if settings.privacy_salt else None
    store = _store(settings)
    landed: list[writer.Landed] = []
    pull_id = ""
    try:
        refuse_future(window, account.timezone, datetime.now(UTC))
        source = connector or connect(declared.connector, settings)
        pieces = request_windows(declared, window)
        for number, piece in enumerate(pieces, start=1):
            pulled_at = datetime.now(UTC)
            landed.append(
                writer.write(
                    declared,
                    account,
                    piece,
                    source.pages(declared, account, piece),
                    store=store,
                    salt=salt,
                    pulled_at=pulled_at,
                )
            )
            for manifest in landed[-1].manifests:
                pull_id = manifest.pull_id
            if progress:
                progress(f"{stream} {account.name} {piece}", number, len(pieces))
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


def request_windows(stream: Stream, window: Window) -> list[Window]:
    """The windows of the requests that a pull of `window` makes."""
    if isinstance(stream.window, Snapshot):
        return [Window(window.end, window.end)]
    return list(remembered(stream, window).split(stream.window.days_per_request))


def land(source: str, window: Window, settings: Settings) -> LandReport:
    """Verify that landing covers the window for every stream and account of a connector."""
    declared = streams_of(source)
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


def due(stream: Stream, window: Window) -> list[date]:
    """The days of a window that must have landed once its pull has ended well.

    A snapshot has one; a source with latency owes its newest days later, and one with a
    short memory does not owe days it no longer serves.
    """
    if isinstance(stream.window, Snapshot):
        return [window.end]
    last = window.end - timedelta(days=stream.latency)
    return [day for day in remembered(stream, window).each_day() if day <= last]


def remembered(stream: Stream, window: Window) -> Window:
    """The part of a window that the source still serves, if it has a short memory."""
    oldest = stream.window.oldest if isinstance(stream.window, Daily) else None
    if not oldest or window.days <= oldest:
        return window
    return Window(window.end - timedelta(days=oldest - 1), window.end)


def build(
    settings: Settings, *, full_refresh: bool = False, progress: Progress | None = None
) -> BuildReport:
    """Load what landed since the last build and bring the candidate up to date with dbt."""
    from rivage.publish.publish import is_published
    from rivage.warehouse import build as warehouse

    built = warehouse.build(settings, full_refresh=full_refresh, progress=progress)
    return BuildReport(**vars(built), published=is_published(settings, built.build_id))


def audit(settings: Settings, progress: Progress | None = None) -> AuditReport:
    """Judge the candidate and write the audit document; does not raise on findings."""
    from rivage.audit.audit import audit as judge

    result = judge(settings, progress)
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
    return _published(settings, release.version, release.tables, new, started)


def rollback(settings: Settings, version: str | None = None) -> PublishReport:
    """Make an earlier version (the previous one by default) the one that readers see."""
    from rivage.publish.publish import rollback as go_back

    started = time.monotonic()
    release = go_back(settings, version)
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


def _store(settings: Settings) -> Store:
    return Store(settings.landing_url, settings.home / "tmp")
