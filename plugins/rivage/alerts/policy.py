"""What to tell a sink, and what it knows already. Pure: the on-call log says what was sent.

An opening is told once. Repeats only count up; a critical that nobody took is told again
after some hours. What flaps is said to flap once a week, not at each opening. What somebody
acknowledged, snoozed or waived is silent. A message that did not arrive was not told, so the
next run sends it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rivage.alerts.message import What
from rivage.audit.findings import ORDER
from rivage.incidents.events import Event
from rivage.incidents.incident import FLAPPING_DAYS, Incident

_ORDER: tuple[What, ...] = ("opened", "flapping", "reminder")


@dataclass(frozen=True)
class Policy:
    """When to speak. `is_quiet`: warnings wait now."""

    now: datetime
    is_quiet: bool
    remind_after: timedelta

    def due(self, incident: Incident, sink: str) -> What | None:
        """What a sink has to hear of an incident that the newest audit found."""
        is_critical = incident.severity == "critical"
        if incident.state(self.now) != "open" or (self.is_quiet and not is_critical):
            return None
        told = _delivered(incident, sink)
        of_this = [event for event in told if event.at >= incident.opened_at]
        if not any(_covers(event, incident) for event in of_this):
            if not incident.is_flapping(self.now):
                return "opened"
            if not any(_is_recent_flap(event, self.now) for event in told):
                return "flapping"
        last = max((event.at for event in told), default=None)
        if is_critical and last is not None and self.now - last >= self.remind_after:
            return "reminder"
        return None

    def is_over(self, incident: Incident, sink: str) -> bool:
        """Whether a sink that was told of the opening still has to hear that it is resolved."""
        if incident.resolved_at is None or not incident.was_sent(sink):
            return False
        if self.is_quiet and incident.severity != "critical":
            return False
        return not any(
            event.facts.get("what") == "resolved" and event.at >= incident.resolved_at
            for event in _delivered(incident, sink, "resolved")
        )


def foremost(whats: Iterable[What]) -> What:
    """What a message about several incidents is: news before repeats."""
    return min(whats, key=_ORDER.index)


def by_sink(
    incidents: Iterable[Incident], sinks: Mapping[str, list[str]], policy: Policy
) -> dict[str, dict[str, What]]:
    """What is due: sink -> fingerprint -> what.

    Args:
        sinks: the sinks that each fingerprint is routed to.
    """
    found: dict[str, dict[str, What]] = {}
    for incident in incidents:
        for sink in sinks.get(incident.fingerprint, ()):
            if what := policy.due(incident, sink):
                found.setdefault(sink, {})[incident.fingerprint] = what
    return found


def _delivered(incident: Incident, sink: str, *whats: str) -> list[Event]:
    """What arrived at a sink; without `whats`, every kind that tells of a broken rule."""
    wanted = whats or _ORDER
    return [
        event
        for event in incident.history
        if event.kind == "sent"
        and event.facts.get("sink") == sink
        and event.facts.get("what") in wanted
        and event.facts.get("ok")
    ]


def _covers(event: Event, incident: Incident) -> bool:
    """Whether it told of something as bad: a warning that became critical is news."""
    told = ORDER.get(str(event.facts.get("severity", "critical")), 0)
    return told <= ORDER.get(incident.severity, 0)


def _is_recent_flap(event: Event, now: datetime) -> bool:
    is_flap = event.facts.get("what") == "flapping"
    return is_flap and now - event.at < timedelta(days=FLAPPING_DAYS)
