"""Incidents: the log's events folded by fingerprint. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from rivage.incidents.events import Event

State = Literal["open", "acknowledged", "snoozed", "waived", "resolved"]
FLAPPING_OPENINGS = 3
"""Openings within `FLAPPING_DAYS` from which an incident is said to flap."""
FLAPPING_DAYS = 7
_DECIDED = {"acknowledged", "snoozed", "waived"}
_TOLD = ("table", "rule", "severity", "owner", "runbook")


@dataclass(frozen=True)
class Incident:
    """Everything known of one fingerprint.

    At most one incident is open per fingerprint: an audit that finds it again only
    counts up `times_seen`, one that does not find it any more resolves it, and a later
    finding opens it again (`openings` grows).
    """

    fingerprint: str
    table: str
    rule: str
    severity: str
    owner: str
    runbook: str
    opened_at: datetime
    """Start of the opening under way, or of the last one."""
    first_seen: datetime
    last_seen: datetime
    times_seen: int
    """Audits that found it since `opened_at`."""
    openings: tuple[datetime, ...]
    is_found: bool
    """Whether the newest audit found it."""
    resolved_at: datetime | None = None
    decision: Event | None = None
    """The last acknowledgement, snooze or waiver of this opening that was not taken back."""
    history: tuple[Event, ...] = field(default=(), repr=False)
    """What people and alerts did about it, oldest first; repeats of `found` are left out."""

    def state(self, now: datetime) -> State:
        """What the on-call person has to know of it at `now`."""
        if self.resolved_at is not None:
            return "resolved"
        if self.decision is None or ended(self.decision, now):
            return "open"
        return self.decision.kind  # type: ignore[return-value]

    def is_flapping(self, now: datetime) -> bool:
        """Opened again and again within a week."""
        since = now - timedelta(days=FLAPPING_DAYS)
        return sum(opened >= since for opened in self.openings) >= FLAPPING_OPENINGS

    def was_sent(self, sink: str) -> bool:
        """Whether this opening was delivered to a sink: only then a resolve message is."""
        return any(
            event.kind == "sent"
            and event.at >= self.opened_at
            and event.facts.get("sink") == sink
            and event.facts.get("what") == "opened"
            and event.facts.get("ok", True)
            for event in self.history
        )


def ended(decision: Event, now: datetime) -> bool:
    """Whether a snooze or a waiver is over; a waiver holds through its last day, UTC."""
    until = decision.until
    if until is None:
        return False
    if isinstance(until, datetime):
        return now >= until
    return now.date() > until


def waiver_days_left(decision: Event, today: date) -> int:
    """Days a waiver still holds, today included; 0 when it is over."""
    until = decision.until
    if not isinstance(until, date) or isinstance(until, datetime):
        return 0
    return max(0, (until - today).days + 1)


def incidents(events: Iterable[Event]) -> dict[str, Incident]:
    """The incidents of a log, by fingerprint."""
    known: dict[str, Incident] = {}
    for event in events:
        if not event.fingerprint:
            continue
        before = known.get(event.fingerprint)
        after = _found(before, event) if event.kind == "found" else _after(before, event)
        if after is not None:
            known[event.fingerprint] = after
    return known


def _found(before: Incident | None, event: Event) -> Incident:
    told: dict[str, Any] = {name: str(event.facts.get(name, "")) for name in _TOLD}
    if before is None:
        return Incident(
            event.fingerprint, **told, opened_at=event.at, first_seen=event.at,
            last_seen=event.at, times_seen=1, openings=(event.at,), is_found=True,
            history=(event,),
        )  # fmt: skip
    if before.resolved_at is None:
        return replace(
            before, **told, last_seen=event.at, times_seen=before.times_seen + 1, is_found=True
        )
    # A waiver holds through its date, whatever comes and goes; other decisions end.
    waiver = before.decision if before.decision and before.decision.kind == "waived" else None
    return replace(
        before, **told, opened_at=event.at, last_seen=event.at, times_seen=1,
        openings=(*before.openings, event.at), is_found=True, resolved_at=None, decision=waiver,
        history=(*before.history, event),
    )  # fmt: skip


def _after(before: Incident | None, event: Event) -> Incident | None:
    if before is None:
        return None
    after = replace(before, history=(*before.history, event))
    if event.kind == "cleared":
        return replace(after, is_found=False, resolved_at=event.at)
    if event.kind == "resolved":
        return replace(after, resolved_at=event.at)
    if event.kind in _DECIDED:
        return replace(after, decision=event)
    if event.kind == "revoked":
        return replace(after, decision=None)
    return after
