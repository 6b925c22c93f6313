"""After each audit: which incidents opened, were seen again, or are over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rivage.incidents import log
from rivage.incidents.events import SYSTEM, Event
from rivage.incidents.incident import Incident, incidents
from rivage.settings import Settings

if TYPE_CHECKING:
    from rivage.audit.document import Audit


@dataclass(frozen=True)
class Changes:
    """What one audit changed, each incident as it is after it."""

    opened: list[Incident]
    repeated: list[Incident]
    cleared: list[Incident]


def observe(settings: Settings, audit: Audit, at: datetime) -> Changes:
    """Write down what the audit found and what it no longer finds.

    An info finding opens nothing: it only shows. The same audit observed twice (a task
    that died between its steps and ran again) is written down once.
    """
    events = log.read(settings)
    stem = audit.path(settings).stem
    before = incidents(events)
    found = {f["fingerprint"]: f for f in audit.findings if f["severity"] != "info"}
    if not any(e.kind == "found" and e.audit == stem for e in events):
        new = [_found(finding, stem, at) for finding in found.values()]
        new += [
            Event(at, "cleared", SYSTEM, mark, audit=stem)
            for mark, incident in before.items()
            if mark not in found and incident.resolved_at is None
        ]
        log.append(settings, new)
        events += new
    after = incidents(events)

    def those(kind: str, which: Callable[[Incident], bool]) -> list[Incident]:
        marks = {e.fingerprint for e in events if e.audit == stem and e.kind == kind}
        return [after[mark] for mark in sorted(marks) if which(after[mark])]

    return Changes(
        opened=those("found", lambda incident: incident.times_seen == 1),
        repeated=those("found", lambda incident: incident.times_seen > 1),
        cleared=those("cleared", lambda incident: incident.resolved_at is not None),
    )


def _found(finding: dict[str, Any], audit: str, at: datetime) -> Event:
    told = ("table", "rule", "severity", "owner", "runbook", "value")
    facts = {name: finding[name] for name in told if finding.get(name) is not None}
    return Event(at, "found", SYSTEM, finding["fingerprint"], audit=audit, facts=facts)
