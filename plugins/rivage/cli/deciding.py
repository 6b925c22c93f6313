"""Verbs of the on-call person: what is broken, and what is decided about it."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from rivage.audit.document import latest
from rivage.cli import output
from rivage.cli.running import Json
from rivage.incidents import decisions, log
from rivage.incidents.incident import Incident, incidents
from rivage.settings import Settings, settings
from rivage.windows import parse_day

Mark = Annotated[str, typer.Argument(help="Fingerprint, or its first digits; see `findings`.")]
By = Annotated[str | None, typer.Option("--by", help="Who decides; the system's user by default.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for whoever reads it later.")]
_COLOURS = {"critical": "red", "warning": "yellow"}


def add_to(app: typer.Typer) -> None:
    """Register the verbs."""
    for verb in (findings, ack, snooze, waive, revoke, resolve, comment):
        app.command()(verb)


def findings(
    mark: Annotated[str | None, typer.Argument(help="One finding, with its history.")] = None,
    resolved: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    json: Json = False,
) -> None:
    """Incidents, worst first: what the audits found and what was decided about it."""
    at, now = settings(), datetime.now(UTC)
    if mark:
        _show_one(at, decisions.named(at, mark), now, json)
        return
    known = [
        incident
        for incident in incidents(log.read(at)).values()
        if resolved or incident.resolved_at is None
    ]
    known.sort(key=lambda i: (i.resolved_at is not None, i.severity != "critical", i.last_seen))
    if json:
        output.show_json([_plain(incident, now) for incident in known])
        return
    rows = [
        [i.fingerprint[:8], f"[{_COLOURS.get(i.severity, 'white')}]{i.severity}[/]", i.table,
         i.rule, _state(i, now), i.times_seen, f"{i.opened_at:%m-%d %H:%M}", i.owner]
        for i in known
    ]  # fmt: skip
    columns = ["", "severity", "table", "rule", "state", "seen", "since (UTC)", "owner"]
    output.table("incidents", columns, rows, right={5})


def ack(mark: Mark, why: Why = "", by: By = None) -> None:
    """Somebody is at work on it: no more reminders."""
    at, one = settings(), _named(mark)
    decisions.acknowledge(at, one.fingerprint, _who(by), why, datetime.now(UTC))
    _told(one, "acknowledged")


def snooze(
    mark: Mark,
    hours: Annotated[float, typer.Option("--hours", help="How long to say nothing.")] = 12,
    why: Why = "",
    by: By = None,
) -> None:
    """No word about it for a while; a critical one still holds the release."""
    at, one, now = settings(), _named(mark), datetime.now(UTC)
    until = now + timedelta(hours=hours)
    decisions.snooze(at, one.fingerprint, _who(by), why, until, now)
    _told(one, f"snoozed until {until:%Y-%m-%d %H:%M} UTC")


def waive(
    mark: Mark,
    until: Annotated[str, typer.Option("--until", help="Last day it may pass, YYYY-MM-DD, UTC.")],
    why: Annotated[str, typer.Option("--reason", help="Why it may pass; readers see it.")],
    by: By = None,
) -> None:
    """Let the release pass in spite of it; then `rivage publish`."""
    at, one, last = settings(), _named(mark), parse_day(until)
    decisions.waive(at, one.fingerprint, _who(by), why, last, datetime.now(UTC))
    _told(one, f"waived through {last}; `rivage publish` lets the candidate pass")


def revoke(mark: Mark, why: Why = "", by: By = None) -> None:
    """Take back an acknowledgement, a snooze or a waiver."""
    one = _named(mark)
    decisions.revoke(settings(), one.fingerprint, _who(by), why, datetime.now(UTC))
    _told(one, "open again")


def resolve(mark: Mark, why: Why, by: By = None) -> None:
    """Declare it over; the next audit that still finds it opens it again."""
    one = _named(mark)
    decisions.resolve(settings(), one.fingerprint, _who(by), why, datetime.now(UTC))
    _told(one, "resolved")


def comment(
    mark: Mark, text: Annotated[str, typer.Argument(help="The remark.")], by: By = None
) -> None:
    """Leave a remark for whoever comes next."""
    one = _named(mark)
    decisions.comment(settings(), one.fingerprint, _who(by), text, datetime.now(UTC))
    _told(one, "commented")


def _named(mark: str) -> Incident:
    return decisions.named(settings(), mark)


def _who(by: str | None) -> str:
    return by or getpass.getuser()


def _told(incident: Incident, what: str) -> None:
    _line(f"{incident.fingerprint} {incident.table}: {incident.rule} - {what}")


def _state(incident: Incident, now: datetime) -> str:
    state: str = incident.state(now)
    decision = incident.decision
    if decision and state in ("snoozed", "waived"):
        state = f"{state} until {decision.until:%m-%d}"
    if decision and state != "open":
        state = f"{state} by {decision.who}"
    return f"{state}, flapping" if incident.is_flapping(now) else state


def _plain(incident: Incident, now: datetime) -> dict[str, Any]:
    told = ("fingerprint", "table", "rule", "severity", "owner", "runbook", "opened_at",
            "first_seen", "last_seen", "times_seen", "resolved_at")  # fmt: skip
    return {name: getattr(incident, name) for name in told} | {
        "state": incident.state(now),
        "is_flapping": incident.is_flapping(now),
    }


def _show_one(at: Settings, incident: Incident, now: datetime, json: bool) -> None:
    audit = latest(at)
    told = [f for f in audit.findings if f["fingerprint"] == incident.fingerprint] if audit else []
    if json:
        history = [vars(event) for event in incident.history]
        facts = {"finding": told[0] if told else None, "history": history}
        output.show_json(_plain(incident, now) | facts)
        return
    _line(f"{incident.severity.upper()} {incident.table}: {incident.rule}")
    _line(f"  state     {_state(incident, now)}; seen {incident.times_seen} times")
    for finding in told:
        _line(f"  observed  {finding['observed']}")
        _line(f"  expected  {finding['expected'] or 'as the rule says'}")
        for row in finding["sample"]:
            _line("            " + ", ".join(f"{name} {value}" for name, value in row.items()))
    _line(f"  owner     {incident.owner}")
    _line(f"  runbook   expectations/runbooks/{incident.runbook}")
    for event in incident.history:
        until = f" until {event.until}" if event.until else ""
        why = f": {event.why}" if event.why else ""
        _line(f"  {event.at:%Y-%m-%d %H:%M}  {event.kind}{until} by {event.who}{why}")


def _line(text: str) -> None:
    """As it is: what data says must not be read as markup."""
    output.out.print(text, soft_wrap=True, markup=False, highlight=False)
