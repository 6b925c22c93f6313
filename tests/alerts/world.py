"""A small world that alerts speak of: one finding, a home, and sinks that remember."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rivage.alerts.deliver import Delivery, Post
from rivage.alerts.message import Message
from rivage.alerts.settings import Alerts
from rivage.alerts.sinks import SinkDown
from rivage.alerts.tell import tell
from rivage.audit.document import Audit
from rivage.audit.findings import Finding, verdict
from rivage.incidents import log
from rivage.incidents.events import Event
from rivage.incidents.incident import Incident, incidents
from rivage.incidents.observe import observe
from rivage.publish.releases import Release, folder
from rivage.settings import Settings

START = datetime(2026, 10, 1, 6, 12, tzinfo=UTC)
PUBLISHED = START - timedelta(hours=26)


def finding(rule: str = "counts and amounts are not negative", **more: Any) -> Finding:
    told: dict[str, Any] = {
        "table": "kpi_ads_daily", "severity": "critical", "column": None,
        "observed": "12 rows, the first: spend = -4.10", "expected": "no such row", "rows": 12,
        "checked": 300, "owner": "performance",
        "runbook": "kpi_ads_daily.md#a-count-or-amount-is-negative",
    }  # fmt: skip
    return Finding(rule=rule, **(told | more))


def audit_of(*findings: Finding, at: datetime = START, stale: Any = ()) -> Audit:
    return Audit(
        build_id="0a1b2c3d4e5f", verdict=verdict(findings), audited_at=at, horizon="2026-09-30",
        compared_with=None, checks=40, seconds=1.0, stale=list(stale),
        findings=[one.as_dict() for one in findings],
    )  # fmt: skip


def publish_one(settings: Settings, at: datetime = PUBLISHED) -> None:
    """The record of a version that readers see."""
    release = Release("marts_1", at, "b", "", "", None, {}, "pass", 0, "")
    folder(settings).mkdir(parents=True)
    (folder(settings) / "marts_1.json").write_text(release.to_json())
    (settings.published / "current.json").write_text('{"version": "marts_1", "held": []}')


@dataclass
class Memory:
    """A sink that remembers, and is down when told so."""

    name: str
    is_down: bool = False
    tries: int = 0
    got: list[Message] = field(default_factory=list)
    shown: str = "memory"

    def send(self, message: Message) -> None:
        self.tries += 1
        if self.is_down:
            raise SinkDown(f"{self.name} is down.")
        self.got.append(message)

    @property
    def whats(self) -> list[str]:
        return [message.what for message in self.got]


@dataclass
class World:
    """A home whose audits are told to two sinks."""

    settings: Settings
    alerts: Alerts
    slack: Memory = field(default_factory=lambda: Memory("slack"))
    mail: Memory = field(default_factory=lambda: Memory("email"))

    def audited(
        self, hours: float, *findings: Finding, stale: Any = (), alerts: Alerts | None = None
    ) -> list[Delivery]:
        """One audit `hours` after the start, observed and told."""
        at = START + timedelta(hours=hours)
        audit = audit_of(*findings, at=at, stale=stale)
        changes = observe(self.settings, audit, at)
        return tell(self.settings, audit, changes, at, alerts or self.alerts, self.post())

    def post(self) -> Post:
        return Post({"slack": self.slack, "email": self.mail}, sleep=lambda _seconds: None)

    def incident(self, one: Finding) -> Incident:
        return incidents(log.read(self.settings))[one.fingerprint]

    def sent(self) -> list[Event]:
        return [event for event in log.read(self.settings) if event.kind == "sent"]


def world_at(home: Path, routes: str = "routes: [{sinks: [slack, email]}]", **more: Any) -> World:
    """A world with these routes; a version was published 26 hours before the start."""
    settings = Settings(home=home)
    home.mkdir(parents=True, exist_ok=True)
    file = home / "routes.yml"
    file.write_text(routes)
    publish_one(settings)
    alerts = Alerts(
        slack_url="https://hooks.example/services/T0/B0/very-secret",  # type: ignore[arg-type]
        smtp_host="mail.example", mail_to=("oncall@brand.example",), routes=file,
        desk_url="https://airflow.example/", **more,
    )  # fmt: skip
    return World(settings, alerts)
