"""Settings of the alerts: RIVAGE_ALERTS_<NAME>. Addresses of webhooks are secrets.

Whoever knows a webhook's address can write to its channel, so only its host is ever shown.
"""

from __future__ import annotations

import logging
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rivage.settings import Settings, comma_separated

log = logging.getLogger(__name__)


class Alerts(BaseSettings):
    """Where messages go, and when. Without any of these they go to `<home>/audit/alerts.jsonl`."""

    model_config = SettingsConfigDict(
        env_prefix="RIVAGE_ALERTS_", env_file=".env", extra="ignore", env_ignore_empty=True,
        hide_input_in_errors=True,
    )  # fmt: skip

    slack_url: SecretStr | None = None
    """Incoming webhook of Slack, or of a service that takes the same body."""
    slack_urls: dict[str, SecretStr] = {}
    """More of them by name, as JSON; a route calls one `slack:<name>`."""
    webhook_url: SecretStr | None = None
    """Receives each message as JSON."""
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_ca_file: Path | None = None
    """Authority of the mail server's certificate, where the system does not know it."""
    mail_from: str = "rivage@localhost"
    mail_to: Annotated[tuple[str, ...], NoDecode] = ()
    routes: Path | None = None
    """YAML file that says which owner and severity goes where; see `rivage.alerts.routes`."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts of webhooks that may lie in a private network, and speak plain HTTP."""
    quiet_hours: str = ""
    """`20:00-07:00`: warnings wait for the next run after them. A critical never waits."""
    timezone: str = ""
    """Zone of the quiet hours; the reporting zone when empty."""
    remind_hours: float = 6.0
    """Hours after which a critical that nobody acknowledged is told again."""
    desk_url: str = ""
    """Address under which people open Airflow; links to the desk begin with it."""
    timeout: float = 5.0
    """Seconds a sink may take to answer."""

    _split = field_validator("mail_to", "allowed_hosts", mode="before")(comma_separated)

    @field_validator("quiet_hours")
    @classmethod
    def _readable(cls, value: str) -> str:
        if value:
            _hours(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (KeyError, ValueError):
                raise ValueError(f"there is no time zone {value!r}") from None
        return value

    def is_quiet(self, now: datetime, reporting_zone: str) -> bool:
        """Whether warnings have to wait at `now`; hours may run over midnight."""
        if not self.quiet_hours:
            return False
        start, end = _hours(self.quiet_hours)
        local = now.astimezone(ZoneInfo(self.timezone or reporting_zone)).time()
        return start <= local < end if start <= end else local >= start or local < end


def _hours(text: str) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"{text!r} is not a pair of times such as 20:00-07:00") from None
    return start, end


def read_settings() -> Alerts:
    """The settings of the environment; when they can't be read, the file is still written to."""
    try:
        return Alerts()
    except ValueError as error:
        log.error("RIVAGE_ALERTS_* can't be read; alerts go to the file only: %s", error)
        return Alerts.model_construct()


def file_of(settings: Settings) -> Path:
    """Where the file sink writes: one JSON line per message."""
    return settings.audits / "alerts.jsonl"
