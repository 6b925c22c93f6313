"""After each audit: say what is new, remind of what nobody took, say what is over."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rivage.alerts import compose, policy, routes, waiting
from rivage.alerts.causes import causes
from rivage.alerts.deliver import Delivery, Post, sinks
from rivage.alerts.evidence import evidence
from rivage.alerts.grouping import Group, grouped
from rivage.alerts.last_good import last_good
from rivage.alerts.message import Message, What
from rivage.alerts.sections import Known
from rivage.alerts.settings import Alerts, read_settings
from rivage.alerts.standing import standing
from rivage.connectors.redaction import redact
from rivage.incidents import log as oncall
from rivage.incidents.events import Event
from rivage.incidents.incident import Incident, incidents
from rivage.settings import Settings

if TYPE_CHECKING:
    from rivage.audit.document import Audit
    from rivage.incidents.observe import Changes

log = logging.getLogger(__name__)


def tell(
    settings: Settings,
    audit: Audit,
    changes: Changes,
    at: datetime,
    alerts: Alerts | None = None,
    post: Post | None = None,
) -> list[Delivery]:
    """Send what this audit has to tell, and write down what arrived.

    What was not delivered stays untold: the next audit sends it again, even when nothing
    changes by then. Never raises: a broken alert must not stop a release, or hide a finding.

    Args:
        changes: what `observe` made of the audit.
        alerts, post: for tests; from the environment by default.
    """
    try:
        alerts = alerts or read_settings()
        routed = _routes(alerts)
        named = sorted({sink for route in routed for sink in route.sinks})
        post = post or Post(sinks(settings, alerts, {*named, *waiting.sinks_of(settings)}))
        with waiting.alone(settings):
            waiting.send(settings, post, at)
        return _Telling(settings, audit, at, alerts, post, routed).all(changes, named)
    except Exception as error:
        log.error("alerts failed: %s", redact(f"{type(error).__name__}: {error}"))
        return []


@dataclass
class _Telling:
    settings: Settings
    audit: Audit
    at: datetime
    alerts: Alerts
    post: Post
    routed: list[routes.Route]

    def all(self, changes: Changes, named: Iterable[str]) -> list[Delivery]:
        events = oncall.read(self.settings)
        known = incidents(events)
        found = [known[i.fingerprint] for i in (*changes.opened, *changes.repeated)]
        over = [incident for incident in known.values() if incident.resolved_at is not None]
        if not found and not over:
            return []
        rules = policy.Policy(
            self.at,
            self.alerts.is_quiet(self.at, self.settings.reporting_timezone),
            timedelta(hours=self.alerts.remind_hours),
        )
        to = {i.fingerprint: routes.sinks_for(self.routed, i.owner, i.severity) for i in found}
        due = policy.by_sink(found, to, rules)
        # What waits for the end of the quiet hours is read in a message that can't wait.
        untold = policy.by_sink(found, to, replace(rules, is_quiet=False))
        done = self._broken(due, untold, known, events) if due else []
        return done + self._over(over, named, rules)

    def _broken(
        self,
        due: Mapping[str, Mapping[str, What]],
        untold: Mapping[str, Mapping[str, What]],
        known: Mapping[str, Incident],
        events: Iterable[Event],
    ) -> list[Delivery]:
        from rivage.warehouse.lineage import streams_by_model

        reads = streams_by_model()
        told = self._known(known, events)
        done = []
        for group in grouped(self.audit.findings, self.audit.stale, reads):
            awake = _awake(group, known, self.at)
            for sink, whats in due.items():
                marks = {finding["fingerprint"] for finding in group.findings}
                if awake is None or not marks & whats.keys():
                    continue
                what = policy.foremost(whats[mark] for mark in marks & whats.keys())
                mine = {mark: untold[sink][mark] for mark in sorted(marks & untold[sink].keys())}
                message = compose.of_group(awake, what, told)
                done.append(self._send(sink, message, mine, known))
        return done

    def _known(self, known: Mapping[str, Incident], events: Iterable[Event]) -> Known:
        at = self.settings
        told = evidence(at, self.audit.findings, self.audit.stale, events, self.at)
        marks = {finding["fingerprint"]: finding for finding in self.audit.findings}
        desk = self.alerts.desk_url.rstrip("/")
        return Known(
            standing(at, self.audit.verdict, self.at, desk),
            known,
            {mark: causes(finding, told) for mark, finding in marks.items()},
            last_good(at, marks),
        )

    def _over(
        self, over: Iterable[Incident], named: Iterable[str], rules: policy.Policy
    ) -> list[Delivery]:
        seen = standing(self.settings, self.audit.verdict, self.at, "")
        done = []
        for sink in named:
            tables: dict[str, list[Incident]] = {}
            for incident in over:
                if rules.is_over(incident, sink):
                    tables.setdefault(incident.table, []).append(incident)
            for _, same in sorted(tables.items()):
                message = compose.of_resolved(same, seen)
                what = dict.fromkeys(message.fingerprints, "resolved")
                done.append(self._send(sink, message, what, {i.fingerprint: i for i in same}))
        return done

    def _send(
        self,
        sink: str,
        message: Message,
        whats: Mapping[str, str],
        known: Mapping[str, Incident],
    ) -> Delivery:
        delivery = self.post.send(sink, message)
        stem = self.audit.path(self.settings).stem
        facts = {
            mark: {"what": what, "severity": known[mark].severity} for mark, what in whats.items()
        }
        # At once: a run that dies here has told no more than the log says.
        oncall.append(self.settings, delivery.events(self.at, facts, stem))
        return delivery


def _routes(alerts: Alerts) -> list[routes.Route]:
    try:
        return routes.routes(alerts)
    except routes.RoutesInvalid as error:
        log.error("%s Until then every sink hears of everything.", error)
        return routes.everywhere(alerts)


def _awake(group: Group, known: Mapping[str, Incident], now: datetime) -> Group | None:
    """The group without what somebody acknowledged, snoozed or waived."""
    left = tuple(
        finding
        for finding in group.findings
        if (incident := known.get(finding["fingerprint"])) and incident.state(now) == "open"
    )
    return replace(group, findings=left) if left else None
