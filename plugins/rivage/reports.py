"""What each stage reports: small facts that turn to JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Went:
    """What a pull did since it last said so.

    `windows` request windows landed, `earlier` ones were there from an earlier try; `calls`
    were sent, `rows` landed.
    """

    windows: int = 0
    earlier: int = 0
    calls: int = 0
    rows: int = 0


@dataclass(frozen=True)
class PullReport:
    """What one pull landed: `days` windows written, of which `unchanged` held nothing new.

    `earlier` request windows were left out: an earlier try of the same work landed them.
    """

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
    earlier: int = 0


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
