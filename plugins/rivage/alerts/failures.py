"""What is no finding: a task that failed, a day that is not published in time, a test.

They look like any other message. There is no incident to close: the same failure is told
once within the time after which a critical is told again. A sink that is down hears of it later.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rivage.alerts import waiting
from rivage.alerts.deliver import Delivery, Post, sinks
from rivage.alerts.masks import masked
from rivage.alerts.message import Message, Section, cut
from rivage.alerts.routes import RoutesInvalid, everywhere, routes, sinks_for
from rivage.alerts.settings import Alerts, read_settings
from rivage.alerts.standing import age, standing
from rivage.audit.findings import fingerprint_of
from rivage.connectors.redaction import redact
from rivage.incidents import log as oncall
from rivage.settings import Settings

OWNER = "data"
IN_TIME = "the day is published in time"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A task that gave up."""

    dag: str
    task: str
    run: str
    error_class: str
    """`TokenExpired`; "" when the process died without a word."""
    error: str
    do: str = ""
    stream: str = ""

    @property
    def about(self) -> str:
        return f"{self.dag}.{self.task}"

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.about, self.stream, self.error_class)


def tell_failure(
    settings: Settings,
    failure: Failure,
    at: datetime,
    alerts: Alerts | None = None,
    post: Post | None = None,
) -> list[Delivery]:
    """Say which task failed, why, and what to do. Never raises."""
    told = f"{failure.error_class}: {failure.error}" if failure.error_class else "its process died"
    do = failure.do or "Read the task's log, mend the cause."
    message = Message(
        what="failed",
        severity="critical",
        about=failure.about,
        verdict=_plain(f"FAILED {failure.about}: {told}", 108),
        consequence="",
        owners=(OWNER,),
        fingerprints=(failure.fingerprint,),
        sections=(
            Section("Where", tuple(filter(None, (f"run {failure.run}", failure.stream)))),
            Section("Probable cause", (_plain(told, 500),)),
            Section("What to do", (_plain(do, 500), "Then clear the task; the run goes on.")),
            Section("Owner", (OWNER,)),
        ),
    )
    facts = {"error_class": failure.error_class, "stream": failure.stream}
    path = f"/dags/{failure.dag}/runs/{failure.run}/tasks/{failure.task}"
    return _tell(settings, message, path, facts, at, alerts, post)


def tell_late(
    settings: Settings,
    dag: str,
    run: str,
    since: datetime,
    at: datetime,
    alerts: Alerts | None = None,
    post: Post | None = None,
) -> list[Delivery]:
    """Say that a run's day is not published yet; silent when something was since. Never raises.

    Args:
        since: when the run was due.
    """
    seen = standing(settings, "", at, "")
    if seen.published_at is not None and seen.published_at >= since:
        return []
    message = Message(
        what="late",
        severity="critical",
        about=dag,
        verdict=f"LATE {dag}: nothing was published for {age(at - since)}",
        consequence="",
        owners=(OWNER,),
        fingerprints=(fingerprint_of(dag, "", IN_TIME),),
        sections=(
            Section("Where", (f"run {run}, due {since.astimezone(UTC):%Y-%m-%d %H:%M} UTC",)),
            Section(
                "What to do",
                ("See which task of build_marts or of an ingest DAG is red, or still running.",),
                ("rivage status", "rivage findings"),
            ),
            Section("Owner", (OWNER,)),
        ),
    )
    return _tell(settings, message, f"/dags/{dag}/runs/{run}", {}, at, alerts, post)


def tell_test(settings: Settings, at: datetime, post: Post, names: Iterable[str]) -> list[Delivery]:
    """A message to each of these sinks that says it is only a test; nothing is written down."""
    seen = standing(settings, "", at, "")
    message = Message(
        "test", "info", "alerts", "TEST of Rivage's alerts: nothing is wrong", seen.seen,
        (OWNER,), (), (Section("What to do", ("Nothing: this sink works.",)),),
    )  # fmt: skip
    return [post.send(name, message) for name in names]


def _tell(
    settings: Settings,
    message: Message,
    path: str,
    facts: Mapping[str, Any],
    at: datetime,
    alerts: Alerts | None,
    post: Post | None,
) -> list[Delivery]:
    try:
        alerts = alerts or read_settings()
        whole = _finished(message, settings, alerts, path, at)
        with waiting.alone(settings):
            known = _told_since(settings, message, at - timedelta(hours=alerts.remind_hours))
            wanted = [name for name in _sinks(alerts, message.severity) if name not in known]
            post = post or Post(sinks(settings, alerts, {*wanted, *waiting.sinks_of(settings)}))
            done = [post.send(name, whole) for name in wanted]
            mark = message.fingerprints[0]
            told = {mark: {"what": message.what, "severity": message.severity, **facts}}
            oncall.append(settings, [event for each in done for event in each.events(at, told)])
            for each in done:
                waiting.settle(settings, each, told, at)
            waiting.send(settings, post, at)
    except Exception as error:
        log.error("alerts failed: %s", redact(f"{type(error).__name__}: {error}"))
        return []
    return done


def _finished(
    message: Message, settings: Settings, alerts: Alerts, path: str, at: datetime
) -> Message:
    """With what readers see, the link, and the fingerprint at its end."""
    links = (alerts.desk_url.rstrip("/") + path,) if alerts.desk_url else ()
    end = (Section("Links", links), Section("Fingerprint", message.fingerprints))
    return replace(
        message,
        consequence=standing(settings, "", at, "").consequence,
        sections=(*message.sections, *(section for section in end if section.lines)),
    )


def _told_since(settings: Settings, message: Message, since: datetime) -> set[str]:
    """Sinks that heard of the same lately."""
    return {
        str(event.facts.get("sink"))
        for event in oncall.read(settings)
        if event.kind == "sent"
        and event.fingerprint in message.fingerprints
        and event.at > since
        and event.facts.get("ok")
    }


def _sinks(alerts: Alerts, severity: str) -> list[str]:
    try:
        routed = routes(alerts)
    except RoutesInvalid as error:
        log.error("%s Until then every sink hears of everything.", error)
        routed = everywhere(alerts)
    return sinks_for(routed, OWNER, severity)


def _plain(text: str, longest: int) -> str:
    """One line without secrets and personal data."""
    return masked(cut(redact(text), longest))
