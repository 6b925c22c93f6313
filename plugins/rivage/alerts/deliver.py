"""Sends messages to sinks: a few tries each, and none waits for a sink that is down."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rivage.alerts import routes as routing
from rivage.alerts.mail import Mail
from rivage.alerts.message import Message
from rivage.alerts.settings import Alerts, file_of
from rivage.alerts.sinks import JsonFile, Sink, SinkDown, Webhook, slack
from rivage.connectors.redaction import redact, remember
from rivage.errors import RivageError
from rivage.incidents.events import SYSTEM, Event
from rivage.settings import Settings

ATTEMPTS = 3
FIRST_WAIT = 0.5
"""Seconds before the second try; doubled before the third."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivery:
    """One message and one sink: whether it arrived."""

    sink: str
    message: Message
    ok: bool
    error: str = ""

    def events(
        self, at: datetime, told: Mapping[str, Mapping[str, Any]], audit: str = ""
    ) -> list[Event]:
        """For the on-call log, one per fingerprint that it told anew.

        Args:
            told: `what` was told of each fingerprint, at which `severity`.
        """
        facts: dict[str, Any] = {"sink": self.sink, "ok": self.ok, "about": self.message.about}
        facts |= {"error": self.error} if self.error else {}
        return [
            Event(at, "sent", SYSTEM, mark, audit=audit, facts=facts | dict(each))
            for mark, each in told.items()
        ]


@dataclass
class Post:
    """Delivers during one run. A sink that failed once is not asked again by it."""

    sinks: Mapping[str, Sink]
    sleep: Callable[[float], None] = time.sleep
    _down: dict[str, str] = field(default_factory=dict)

    def send(self, sink: str, message: Message) -> Delivery:
        """Deliver; never raises."""
        error = self._down.get(sink) or self._try(sink, message)
        if error:
            self._down[sink] = error
            log.warning(
                "alert not delivered: sink=%s about=%s error=%s", sink, message.about, error
            )
        else:
            log.info("alert sent: sink=%s what=%s about=%s", sink, message.what, message.about)
        return Delivery(sink, message, not error, error)

    def _try(self, name: str, message: Message) -> str:
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

        sink = self.sinks.get(name)
        if sink is None:
            return "no setting describes this sink"
        try:
            for attempt in Retrying(
                stop=stop_after_attempt(ATTEMPTS),
                wait=wait_exponential(multiplier=FIRST_WAIT),
                retry=retry_if_exception_type(SinkDown),
                sleep=self.sleep,
                reraise=True,
            ):
                with attempt:
                    sink.send(message)
        except RivageError as error:
            return redact(error.what)
        except Exception as error:  # a bug in a sink must not fail the run
            return type(error).__name__
        return ""


def sinks(settings: Settings, alerts: Alerts, names: Iterable[str]) -> dict[str, Sink]:
    """The sinks of these names that settings describe. Their secrets are masked from now on."""
    return {name: sink for name in names if (sink := _sink(settings, alerts, name))}


def _sink(settings: Settings, alerts: Alerts, name: str) -> Sink | None:
    kind, _, rest = name.partition(":")
    if name == routing.FILE:
        return JsonFile(name, file_of(settings))
    if kind in ("slack", "webhook"):
        secret = alerts.webhook_url if kind == "webhook" else alerts.slack_url
        secret = alerts.slack_urls.get(rest) if rest else secret
        if secret is None:
            return None
        remember(secret.get_secret_value())
        body = slack if kind == "slack" else Message.as_dict
        return Webhook(name, secret.get_secret_value(), body, alerts.allowed_hosts, alerts.timeout)
    if kind == "email" and alerts.smtp_host:
        password = alerts.smtp_password.get_secret_value() if alerts.smtp_password else None
        remember(password)
        return Mail(
            name, alerts.smtp_host, alerts.smtp_port, alerts.smtp_security, alerts.mail_from,
            (rest,) if rest else alerts.mail_to, alerts.smtp_user, password,
            alerts.smtp_ca_file, alerts.timeout,
        )  # fmt: skip
    return None
