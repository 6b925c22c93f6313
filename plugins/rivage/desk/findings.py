"""One finding as the alert's fields, with what became of it and the course of its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from rivage.alerts.causes import Evidence, causes
from rivage.alerts.evidence import evidence
from rivage.audit.findings import Finding
from rivage.desk import runbooks
from rivage.desk.audits import Judged
from rivage.desk.oncall import OnCall
from rivage.desk.trend import Trend, trend
from rivage.incidents.events import Event
from rivage.incidents.incident import Incident
from rivage.settings import Settings


@dataclass(frozen=True)
class Known:
    """What there is to tell of a home at one moment."""

    settings: Settings
    now: datetime
    runs: Sequence[Judged]
    """The newest audits, newest last."""
    log: OnCall
    waived: frozenset[str]
    """Fingerprints that a waiver lets pass now."""

    @cached_property
    def evidence(self) -> Evidence:
        """About the findings of the newest audit."""
        last = self.runs[-1]
        found = [finding.as_dict() for finding in last.findings]
        return evidence(self.settings, found, last.stale, self.log.events, self.now)


@dataclass(frozen=True)
class Card:
    """A finding with its incident. `state` is `info` for what opens no incident."""

    finding: Finding
    found_at: datetime | None
    """The newest audit that found it; None when the documents are gone."""
    is_current: bool
    """Whether the newest audit found it."""
    incident: Incident | None
    state: str
    is_flapping: bool
    is_waived: bool
    trend: Trend | None
    last_good: tuple[datetime, float] | None
    """When the rule last held, and the value then."""
    causes: tuple[str, ...]
    """Probable ones, each with what speaks for it; only of what is broken now."""

    @property
    def fingerprint(self) -> str:
        return self.incident.fingerprint if self.incident else self.finding.fingerprint

    @property
    def runbook(self) -> tuple[str, str] | None:
        """Name and anchor, when such a page exists."""
        name, anchor = runbooks.where(self.finding.runbook)
        return (name, anchor) if name in runbooks.names() else None

    @property
    def columns(self) -> list[str]:
        """The sample's columns, in the order they first occur."""
        return list(dict.fromkeys(name for row in self.finding.sample for name in row))

    @property
    def history(self) -> list[Event]:
        """Who did what, newest first."""
        return list(reversed(self.incident.history)) if self.incident else []


def card(finding: Finding, known: Known) -> Card:
    """A finding of the newest audit."""
    return _card(finding, finding.fingerprint, known)


def named(fingerprint: str, known: Known) -> Card | None:
    """The finding of a fingerprint: as last found, or as the log remembers it."""
    found = next((f for run in reversed(known.runs) if (f := run.finding(fingerprint))), None)
    incident = known.log.by_fingerprint.get(fingerprint)
    if found is None and incident is not None:
        found = _remembered(incident)
    return _card(found, fingerprint, known) if found else None


def _card(finding: Finding, fingerprint: str, known: Known) -> Card:
    incident = known.log.by_fingerprint.get(fingerprint)
    found_in = next((run for run in reversed(known.runs) if run.finding(fingerprint)), None)
    is_current = bool(known.runs) and found_in is known.runs[-1]
    course = trend(known.runs, fingerprint)
    good = [point for point in course.points if point.passed] if course else []
    return Card(
        finding=finding,
        found_at=found_in.audited_at if found_in else None,
        is_current=is_current,
        incident=incident,
        state=incident.state(known.now) if incident else finding.severity,
        is_flapping=bool(incident and incident.is_flapping(known.now)),
        is_waived=fingerprint in known.waived,
        trend=course if course and len(course.points) > 1 else None,
        last_good=(good[-1].at, good[-1].value) if good else None,
        causes=causes(finding.as_dict(), known.evidence) if is_current else (),
    )


def _remembered(incident: Incident) -> Finding:
    """As much as the log keeps when the documents are gone."""
    told: dict[str, Any] = {"observed": "", "expected": "", "rows": None, "checked": None}
    return Finding(
        table=incident.table, rule=incident.rule, severity=incident.severity,  # type: ignore[arg-type]
        column=None, owner=incident.owner, runbook=incident.runbook, **told,
    )  # fmt: skip
