"""Findings of one table and run become one message. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from rivage.alerts.grouping import Group
from rivage.alerts.masks import masked
from rivage.alerts.message import Message, Section, What, cut
from rivage.alerts.sections import Known, sections
from rivage.alerts.standing import Standing, age
from rivage.incidents.incident import FLAPPING_DAYS, Incident

LONGEST_VERDICT = 108
"""With the consequence, at most 90 characters, it is read at a glance."""


def of_group(group: Group, what: What, known: Known) -> Message:
    """What is broken: the worst rule in the headline, all of them with their fingerprints."""
    worst = group.worst
    return Message(
        what=what,
        severity=worst["severity"],
        about=group.about,
        verdict=_verdict(group, what, known.incidents.get(worst["fingerprint"]), known.standing),
        consequence=known.standing.consequence,
        owners=tuple(dict.fromkeys(f["owner"] for f in group.findings)),
        fingerprints=tuple(f["fingerprint"] for f in group.findings),
        sections=sections(group, known),
    )


def of_resolved(incidents: Sequence[Incident], standing: Standing) -> Message:
    """What is over, of one table."""
    first = incidents[0]
    more = f" (and {len(incidents) - 1} more)" if len(incidents) > 1 else ""
    end = first.resolved_at or standing.at
    spent = f", after {age(end - first.opened_at)}"
    lines = []
    for one in incidents:
        by = next((e for e in reversed(one.history) if e.kind == "resolved"), None)
        how = "the newest audit no longer finds it" if not one.is_found else "declared over"
        if one.is_found and by:
            how = f"declared over by {by.who}: {cut(by.why, 200)}"
        told = masked(f"{one.rule}: seen {one.times_seen} times; {how}")
        lines.append(f"{one.fingerprint}  {told}")
    return Message(
        what="resolved",
        severity=first.severity,
        about=first.table,
        verdict=_fit(f"RESOLVED {first.table}: {first.rule}", f"{more}{spent}"),
        consequence=standing.consequence,
        owners=tuple(dict.fromkeys(one.owner for one in incidents)),
        fingerprints=tuple(one.fingerprint for one in incidents),
        sections=(Section("Fingerprint", tuple(lines)),),
    )


def _verdict(group: Group, what: What, incident: Incident | None, standing: Standing) -> str:
    worst = group.worst
    level = str(worst["severity"]).upper()
    if what == "reminder" and incident:
        level = f"STILL {level} after {age(standing.at - incident.opened_at)}"
    if what == "flapping" and incident:
        since = standing.at - timedelta(days=FLAPPING_DAYS)
        times = sum(opened >= since for opened in incident.openings)
        level = f"{level}, FLAPPING ({times} times in {FLAPPING_DAYS} days)"
    if not group.own:
        tables = sorted({f["table"] for f in group.findings})
        named = tables[0] + (f" and {len(tables) - 1} more" if len(tables) > 1 else "")
        return _fit(f"{level} {group.about} is behind", f"; rules broken in {named}")
    many = len(group.findings) - 1
    more = f" (and {many} more rule{'s' if many > 1 else ''})" if many else ""
    return _fit(f"{level} {worst['table']}: {worst['rule']}", f" - broken{_how_many(worst)}{more}")


def _how_many(finding: Mapping[str, object]) -> str:
    rows, checked = finding.get("rows"), finding.get("checked")
    if rows is None:
        return ""
    return f" in {rows} of {checked} rows" if checked else f" in {rows} rows"


def _fit(text: str, end: str) -> str:
    """The text cut so that its end is still read."""
    return masked(cut(text, max(40, LONGEST_VERDICT - len(end))) + end)
