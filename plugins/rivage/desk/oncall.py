"""Incidents, decisions and waivers as the desk lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from rivage.audit.findings import ORDER
from rivage.desk.filters import ALL, Filters
from rivage.incidents import log, waivers
from rivage.incidents.events import Event
from rivage.incidents.incident import Incident, incidents
from rivage.incidents.waivers import Waiver
from rivage.settings import Settings

_RANK = {"open": 0, "acknowledged": 1, "snoozed": 2, "waived": 3, "resolved": 4}
SHOWN = 200
"""As many incidents a page lists; more are reached by narrowing."""


@dataclass(frozen=True)
class Listed:
    """One incident with its state at the time of the page."""

    incident: Incident
    state: str
    is_flapping: bool


@dataclass(frozen=True)
class Given:
    """One waiver and the days it still holds, 0 when it is over."""

    waiver: Waiver
    days_left: int


@dataclass(frozen=True)
class OnCall:
    """The on-call log, read once for a page."""

    events: tuple[Event, ...]
    by_fingerprint: dict[str, Incident]

    @classmethod
    def read(cls, settings: Settings) -> OnCall:
        events = log.read(settings)
        return cls(tuple(events), incidents(events))

    def of_releases(self, newest: int = 50) -> list[Event]:
        """Rollbacks, rejections, refused attempts: what concerns no finding; newest first."""
        return [event for event in reversed(self.events) if not event.fingerprint][:newest]


def listed(read: OnCall, now: datetime, chosen: Filters = ALL) -> list[Listed]:
    """Incidents: undecided and worst first, the newest of these first."""
    found = [
        Listed(incident, incident.state(now), incident.is_flapping(now))
        for incident in read.by_fingerprint.values()
    ]
    kept = [
        one
        for one in found
        if chosen.keeps(
            severity=one.incident.severity, state=one.state, owner=one.incident.owner,
            table=one.incident.table,
        )
    ]  # fmt: skip
    kept.sort(key=lambda one: one.incident.opened_at, reverse=True)
    kept.sort(key=lambda one: (_RANK[one.state], ORDER.get(one.incident.severity, 3)))
    return kept[:SHOWN]


def choices(read: OnCall) -> dict[str, list[str]]:
    """Owners and tables that occur, for the lists above the table."""

    def held(values: Iterable[str]) -> list[str]:
        return sorted({value for value in values if value})

    known = read.by_fingerprint.values()
    return {"owner": held(i.owner for i in known), "table": held(i.table for i in known)}


def given(settings: Settings, today: date) -> list[Given]:
    """All waivers: in force first, the one that ends first on top; then those that are over."""
    every = (*waivers.written(), *waivers.logged(settings))
    found = [Given(waiver, waiver.days_left(today)) for waiver in every]
    return sorted(found, key=lambda one: (one.days_left == 0, one.waiver.until, one.waiver.table))
