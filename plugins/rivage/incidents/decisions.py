"""What people decide about an incident; the desk, the command line and an approval call these.

Each function checks what it is given and appends one line to the on-call log: who, when,
why. Nothing is changed or deleted, and a decision is taken back by another line.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from rivage.errors import RivageError
from rivage.incidents import log
from rivage.incidents.events import Event, Kind
from rivage.incidents.incident import Incident, incidents
from rivage.settings import Settings

LONGEST_REASON = 2_000
LONGEST_NAME = 100
REFUSALS_KEPT = 60
LONGEST_WAIVER = timedelta(days=31)
LONGEST_SNOOZE = timedelta(days=14)


class DecisionInvalid(RivageError):
    """A decision that can't be taken as given: no reason, a wrong date, nothing to decide."""

    exit_code = 2


class IncidentUnknown(DecisionInvalid):
    """No incident has this fingerprint."""

    advice = "`rivage findings` lists them with their fingerprints."


def named(settings: Settings, text: str) -> Incident:
    """The incident of a fingerprint, or of its first digits (four at least).

    Raises:
        IncidentUnknown: none has it, or several begin so.
    """
    known = incidents(log.read(settings))
    found = [i for mark, i in known.items() if len(text) >= 4 and mark.startswith(text)]
    if len(found) != 1:
        many = f"{len(found)} incidents begin" if found else "No incident begins"
        raise IncidentUnknown(f"{many} with {text[:20]!r}.")
    return found[0]


def acknowledge(settings: Settings, mark: str, by: str, why: str, at: datetime) -> None:
    """Somebody is at work on it; no more reminders. The reason may be empty."""
    _write(settings, "acknowledged", _unresolved(settings, mark), by, why, at, needs_reason=False)


def snooze(settings: Settings, mark: str, by: str, why: str, until: datetime, at: datetime) -> None:
    """No word until then; it still holds the release when it is critical."""
    if not at < until <= at + LONGEST_SNOOZE:
        raise DecisionInvalid(
            f"A snooze ends between now and {LONGEST_SNOOZE.days} days from now, not {until}.",
            do="For longer, mend the cause or waive the rule with a reason.",
        )
    incident = _unresolved(settings, mark)
    _write(settings, "snoozed", incident, by, why, at, needs_reason=False, until=until)


def waive(settings: Settings, mark: str, by: str, why: str, until: date, at: datetime) -> None:
    """The release may pass in spite of it, through the day `until` (UTC); BI sees who and why."""
    today = at.astimezone(UTC).date()
    if not today <= until <= today + LONGEST_WAIVER:
        raise DecisionInvalid(
            f"A waiver ends between today and {LONGEST_WAIVER.days} days from now, not {until}.",
            do="What shall pass for longer belongs into the rule itself.",
        )
    _write(settings, "waived", _unresolved(settings, mark), by, why, at, until=until)


def revoke(settings: Settings, mark: str, by: str, why: str, at: datetime) -> None:
    """Take back an acknowledgement, a snooze or a waiver."""
    incident = named(settings, mark)
    if incident.decision is None:
        raise DecisionInvalid(f"Nothing to take back: nobody decided about {mark}.")
    _write(settings, "revoked", incident, by, why, at, needs_reason=False)


def resolve(settings: Settings, mark: str, by: str, why: str, at: datetime) -> None:
    """Declare it over; the next audit that still finds it opens it again."""
    _write(settings, "resolved", _unresolved(settings, mark), by, why, at)


def comment(settings: Settings, mark: str, by: str, why: str, at: datetime) -> None:
    """A remark for whoever comes next."""
    _write(settings, "commented", named(settings, mark), by, why, at)


def reject(settings: Settings, by: str, why: str, at: datetime, **facts: Any) -> None:
    """A held release stays held, by decision or by silence."""
    log.append(settings, [Event(at, "rejected", _name(by), why=_cut(why), facts=facts)])


def check(by: str, why: str) -> None:
    """Refuse a name or a reason that can't be written down, before anything is done for it."""
    _name(by), _reason(why)


def rolled_back(settings: Settings, by: str, why: str, at: datetime, **facts: Any) -> None:
    """Readers were given an earlier version."""
    log.append(settings, [Event(at, "rolled_back", _name(by), why=_reason(why), facts=facts)])


def refused(
    settings: Settings, by: str, what: str, why: str, at: datetime, fingerprint: str = ""
) -> None:
    """Somebody tried what they may not, or in a way that is not allowed. Never raises on text.

    Of one person no more than REFUSALS_KEPT within an hour: nobody fills the disk by trying.
    """
    who = "".join(c for c in by if c.isprintable())[:LONGEST_NAME] or "(nobody)"
    lately = sum(
        event.kind == "refused" and event.who == who and at - event.at < timedelta(hours=1)
        for event in log.read(settings)
    )
    if lately > REFUSALS_KEPT:
        return
    told = _cut(why) if lately < REFUSALS_KEPT else "more within the hour is not written down"
    facts = {"what": _cut(what)}
    log.append(settings, [Event(at, "refused", who, fingerprint[:12], told, facts=facts)])


def _write(
    settings: Settings,
    kind: Kind,
    incident: Incident,
    by: str,
    why: str,
    at: datetime,
    *,
    needs_reason: bool = True,
    until: datetime | date | None = None,
) -> None:
    told = _reason(why) if needs_reason or why.strip() else ""
    log.append(settings, [Event(at, kind, _name(by), incident.fingerprint, told, until=until)])


def _unresolved(settings: Settings, mark: str) -> Incident:
    incident = named(settings, mark)
    if incident.resolved_at is not None:
        raise DecisionInvalid(
            f"{incident.table}: {incident.rule} is over since {incident.resolved_at:%Y-%m-%d %H:%M}"
            " UTC; there is nothing to decide."
        )
    return incident


def _reason(why: str) -> str:
    told = why.strip()
    if not told:
        raise DecisionInvalid("A reason is missing.", do="Say why in a sentence: others read it.")
    if len(told) > LONGEST_REASON:
        raise DecisionInvalid(
            f"The reason has {len(told):,} characters; at most {LONGEST_REASON:,} are kept."
        )
    return told


def _name(by: str) -> str:
    if not by.strip() or len(by) > LONGEST_NAME or not by.isprintable():
        raise DecisionInvalid("Who decides is missing, or is not a name.", do="Give your name.")
    return by.strip()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"
