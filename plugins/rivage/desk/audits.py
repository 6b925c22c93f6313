"""Audit documents as the desk reads them, also those written before a field existed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from rivage.audit.findings import Check, Finding
from rivage.settings import Settings

RUNS = 30
"""As many audits back the strips and trends go."""


@dataclass(frozen=True)
class Judged:
    """One audit: what it judged and what it found, worst first."""

    stem: str
    build_id: str
    verdict: str
    audited_at: datetime
    horizon: str | None
    checks: int
    stale: tuple[dict[str, Any], ...]
    """Streams that were behind."""
    findings: tuple[Finding, ...]
    results: tuple[Check, ...]
    """Empty in documents from before checks were listed one by one."""

    def finding(self, fingerprint: str) -> Finding | None:
        return next((f for f in self.findings if f.fingerprint == fingerprint), None)

    def check(self, fingerprint: str) -> Check | None:
        return next((c for c in self.results if c.fingerprint == fingerprint), None)

    def stops(self, waived: Iterable[str]) -> list[Finding]:
        """The critical findings that no waiver lets pass: they hold the release."""
        passing = set(waived)
        critical = (f for f in self.findings if f.severity == "critical")
        return [f for f in critical if f.fingerprint not in passing]


def recent(settings: Settings, runs: int = RUNS) -> list[Judged]:
    """The newest audits, newest last."""
    if not settings.audits.is_dir():
        return []
    paths = sorted(path for path in settings.audits.glob("*_*.json"))
    return [_read(path) for path in paths[-runs:]]


@lru_cache(maxsize=256)
def _read(path: Path) -> Judged:
    """Documents never change, so each is parsed once."""
    body = json.loads(path.read_text(encoding="utf-8"))
    return Judged(
        stem=path.stem,
        build_id=body["build_id"],
        verdict=body["verdict"],
        audited_at=datetime.fromisoformat(body["audited_at"]),
        horizon=body.get("horizon"),
        checks=int(body.get("checks") or 0),
        stale=tuple(body.get("stale") or ()),
        findings=tuple(Finding(**_known(Finding, finding)) for finding in body["findings"]),
        results=tuple(Check(**_known(Check, check)) for check in body.get("results") or ()),
    )


def _known(kind: Any, body: dict[str, Any]) -> dict[str, Any]:
    """The fields the desk knows; a newer document may hold more."""
    known = {name.name for name in fields(kind)}
    kept = {name: value for name, value in body.items() if name in known}
    if kept.get("usual"):
        low, high = kept["usual"]
        kept["usual"] = (float(low), float(high))
    return kept
