"""One sandbox, one Airflow, one home, and what people hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rivage.airflow.client import Client, Run
from rivage.airflow.names import MARTS_ASSET
from rivage.audit import document
from rivage.incidents import log
from rivage.incidents.incident import Incident, incidents
from rivage.settings import Settings
from tests.alerts.receivers import Hook, Mailbox


@dataclass
class Pipeline:
    """The processes of an end-to-end test, and the questions it asks of them."""

    airflow: Any
    brand: Any
    home: Path
    hook: Hook
    box: Mailbox

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home)

    def incidents(self) -> dict[str, Incident]:
        return incidents(log.read(self.settings))

    def heard(self, mark: str) -> list[list[str]]:
        """First lines of what the webhook and the mailbox got about a fingerprint."""
        hooked = [str(body["text"]) for body in self.hook.bodies]
        mailed = [mail.get_body(("plain",)).get_content() for mail in self.box.mails]  # type: ignore[union-attr]
        return [[t.splitlines()[0].strip("*") for t in texts if mark in t]
                for texts in (hooked, mailed)]  # fmt: skip

    def stops(self) -> dict[str, str]:
        """The critical findings of the newest audit that held: fingerprint -> rule."""
        held = [audit for audit in document.recent(self.settings) if audit.verdict == "fail"]
        return {f["fingerprint"]: f["rule"] for f in held[-1].stops(())}

    def person(self, name: str) -> Client:
        """Airflow's API as one of its users."""
        return Client(self.airflow.url, name, self.airflow.users[name])

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask what readers see now."""
        from rivage.duck import connect

        with connect(self.home / "published" / "marts.duckdb", read_only=True) as db:
            return db.execute(sql).fetchall()

    def versions(self) -> list[dict[str, Any]]:
        """What was announced, oldest first."""
        return [event["extra"] for event in self.airflow.client.asset_events(MARTS_ASSET)]

    def state(self, run: Run) -> str:
        return str(self.airflow.client.run(run.dag_id, run.run_id).state)

    def tasks(self, run: Run) -> dict[str, set[str]]:
        """State of each task; a mapped one may be in several."""
        found: dict[str, set[str]] = {}
        for task in self.airflow.client.tasks(run):
            found.setdefault(task.task_id, set()).add(task.state)
        return found

    def spend(self) -> dict[str, float]:
        """Published spend by day."""
        rows = self.published("select report_date, sum(spend) from kpi_ads_daily group by all")
        return {str(day): float(amount) for day, amount in rows}


def sinks(hook: Hook, box: Mailbox) -> dict[str, str]:
    """Settings under which alerts go to both; the first's path and the second's password are
    secrets."""
    return {
        "RIVAGE_ALERTS_SLACK_URL": hook.url,
        "RIVAGE_ALERTS_ALLOWED_HOSTS": "127.0.0.1",
        "RIVAGE_ALERTS_SMTP_HOST": "127.0.0.1",
        "RIVAGE_ALERTS_SMTP_PORT": str(box.port),
        "RIVAGE_ALERTS_SMTP_SECURITY": "none",
        "RIVAGE_ALERTS_SMTP_USER": "rivage",
        "RIVAGE_ALERTS_SMTP_PASSWORD": "mail-password",
        "RIVAGE_ALERTS_MAIL_TO": "oncall@brand.example",
    }
