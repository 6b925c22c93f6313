"""The five stages as functions: what the command line and the Airflow tasks both call.

pull -> land -> build -> audit -> publish. Each function is idempotent, can be
killed at any point and run again, and returns a small report that turns to JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rivage.connectors.base import Account
from rivage.settings import Settings
from rivage.windows import Window

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
    raise NotImplementedError


def pull(
    stream: str,
    account: Account,
    window: Window,
    settings: Settings,
    progress: Progress | None = None,
) -> PullReport:
    """Pull one stream of one account over a window, and land it."""
    raise NotImplementedError


def land(source: str, window: Window, settings: Settings) -> LandReport:
    """Verify that landing covers the window for every stream and account of the source."""
    raise NotImplementedError


def build(
    settings: Settings, *, full_refresh: bool = False, progress: Progress | None = None
) -> BuildReport:
    """Load what landed since the last build and bring the candidate up to date with dbt."""
    raise NotImplementedError


def audit(settings: Settings) -> AuditReport:
    """Judge the candidate and write the audit document; does not raise on findings."""
    raise NotImplementedError


def publish(settings: Settings) -> PublishReport:
    """Publish the audited candidate: versioned file, then an atomic swap.

    Raises:
        AuditFailed: the candidate has a critical finding, or was never audited.
    """
    raise NotImplementedError


def rollback(settings: Settings, version: str | None = None) -> PublishReport:
    """Make an earlier version (the previous one by default) the one that readers see."""
    raise NotImplementedError
