"""One immutable JSON document per audited candidate."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rivage.atomic import write_text
from rivage.settings import Settings


@dataclass(frozen=True)
class Audit:
    """What one audit of one candidate found."""

    build_id: str
    verdict: str
    audited_at: datetime
    horizon: str | None
    compared_with: str | None
    """The published version that drift rules compared with."""
    checks: int
    seconds: float
    stale: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    results: list[dict[str, Any]] = field(default_factory=list)
    """What became of every check, passed ones too; empty in documents of before it was kept."""
    not_asked: list[dict[str, Any]] = field(default_factory=list)
    """Rules that compare what the brand does not have, each with the streams that are missing."""

    def stops(self, waivers: Collection[str]) -> list[dict[str, Any]]:
        """The critical findings that none of these fingerprints waives: they hold the release."""
        return [
            finding
            for finding in self.findings
            if finding["severity"] == "critical" and finding["fingerprint"] not in waivers
        ]

    def verdict_with(self, waivers: Collection[str]) -> str:
        """The verdict as it is with the waivers of now, some of which may be newer than it."""
        if self.stops(waivers):
            return "fail"
        return "warn" if any(f["severity"] != "info" for f in self.findings) else "pass"

    def path(self, settings: Settings) -> Path:
        stamp = self.audited_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        return settings.audits / f"{stamp}_{self.build_id}.json"

    def write(self, settings: Settings) -> Path:
        path = self.path(settings)
        write_text(path, json.dumps(asdict(self), default=str, indent=1))
        return path


def latest(settings: Settings, build_id: str | None = None) -> Audit | None:
    """The newest audit, of this build when one is named."""
    found = _documents(settings, build_id or "*")
    return _read(found[-1]) if found else None


def recent(settings: Settings, n: int = 30) -> list[Audit]:
    """The newest `n` audits, the newest last; their `results` are the desk's trends."""
    return [_read(path) for path in _documents(settings)[-n:]] if n > 0 else []


def _documents(settings: Settings, build_id: str = "*") -> list[Path]:
    if not settings.audits.is_dir():
        return []
    return sorted(settings.audits.glob(f"*_{build_id}.json"))


def _read(path: Path) -> Audit:
    body = json.loads(path.read_text(encoding="utf-8"))
    body["audited_at"] = datetime.fromisoformat(body["audited_at"])
    return Audit(**body)
