"""A finding as the sections of a message, in the order in which one decides. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rivage.alerts.grouping import Finding, Group
from rivage.alerts.masks import masked, shown
from rivage.alerts.message import Section, cut
from rivage.alerts.standing import Standing
from rivage.incidents.incident import Incident

DESK = "/rivage/desk"
MOST_ROWS = 5
MOST_LISTED = 10
_LONGEST = 300


@dataclass(frozen=True)
class Known:
    """What a message tells besides the findings; by fingerprint."""

    standing: Standing
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    last_good: Mapping[str, str] = field(default_factory=dict)


def sections(group: Group, known: Known) -> tuple[Section, ...]:
    """Numbers, where, rows, cause, what to do, owner, links, fingerprint: of the worst finding;
    the others are listed with their fingerprints."""
    worst = group.worst
    mark = worst["fingerprint"]
    made = (
        Section("Numbers", _numbers(worst, known.incidents.get(mark), known.last_good.get(mark))),
        Section("Where", _where(worst)),
        Section("Rows", _rows(worst)),
        Section("Probable cause", _causes(group, known.causes.get(mark, ()))),
        _todo(worst, known.standing.at),
        Section("Owner", (_line(worst["owner"]),)),
        Section("Links", _links(worst, known.standing.desk)),
        Section("Fingerprint", _fingerprints(group)),
    )
    return tuple(section for section in made if section.lines or section.code)


def _todo(finding: Finding, now: datetime) -> Section:
    """The runbook, and the commands to run again, acknowledge, snooze or waive."""
    mark, is_stream = finding["fingerprint"], finding.get("gate") == "landing"
    code = [
        f"rivage pull --day {_day(finding)}" + f" --stream {finding['table']}" * is_stream,
        "rivage build && rivage audit && rivage publish",
        f"rivage ack {mark}",
        f"rivage snooze {mark} --hours 12",
    ]
    if finding["severity"] == "critical":
        until = (now + timedelta(days=7)).date()
        code.append(f'rivage waive {mark} --until {until} --reason "…"')
    lines = (
        f"Runbook: expectations/runbooks/{finding['runbook']}",
        "Mend the cause and run again; or take it, silence it for a while, let it pass:",
    )
    return Section("What to do", lines, tuple(code))


def _day(finding: Finding) -> str:
    """The day most affected, to read again."""
    days = (str(p["value"]) for p in finding.get("where", ()) if p["column"].endswith("_date"))
    return next((day for day in days if re.fullmatch(r"\d{4}-\d\d-\d\d", day)), "<day>")


def _numbers(finding: Finding, incident: Incident | None, last_good: str | None) -> tuple[str, ...]:
    lines = [f"observed    {_line(finding['observed'] or 'see the rows')}"]
    if finding["expected"]:
        lines.append(f"expected    {_line(finding['expected'])}")
    if last_good:
        lines.append(f"last good   {_line(last_good)}")
    if finding.get("usual"):
        low, high = finding["usual"]
        lines.append(f"usual range {low:g} to {high:g}")
    if incident:
        lines.append(f"first seen  {incident.opened_at:%Y-%m-%d %H:%M} UTC")
        lines.append(f"times seen  {incident.times_seen}")
    return tuple(lines)


def _where(finding: Finding) -> tuple[str, ...]:
    lines = []
    for place in finding.get("where", ())[:MOST_LISTED]:
        rows = f": {place['rows']} rows" if place.get("rows") is not None else ""
        lines.append(_line(shown(place["column"], place["value"])) + rows)
    return tuple(lines)


def _rows(finding: Finding) -> tuple[str, ...]:
    rows: Sequence[Mapping[str, Any]] = finding.get("sample", ())[:MOST_ROWS]
    return tuple(_line(", ".join(shown(name, row[name]) for name in row)) for row in rows)


def _causes(group: Group, causes: tuple[str, ...]) -> tuple[str, ...]:
    behind = (f"{group.about} is behind: {group.behind}.",) if group.behind else ()
    return tuple(_line(text) for text in dict.fromkeys((*behind, *causes)))[:MOST_LISTED]


def _links(finding: Finding, desk: str) -> tuple[str, ...]:
    if not desk:
        return ()
    page, _, anchor = str(finding["runbook"]).partition("#")
    mark = f"#{anchor}" if anchor else ""
    return (
        f"{desk}{DESK}/findings/{finding['fingerprint']}",
        f"{desk}{DESK}/runbooks/{page.removesuffix('.md')}{mark}",
    )


def _fingerprints(group: Group) -> tuple[str, ...]:
    if len(group.findings) == 1:
        return (str(group.worst["fingerprint"]),)
    lines = [
        f"{f['fingerprint']}  {f['severity']} {f['table']}: {_line(f['rule'])}"
        for f in group.findings[:MOST_LISTED]
    ]
    if left := len(group.findings) - len(lines):
        lines.append(f"and {left} more; `rivage findings` lists them")
    return tuple(lines)


def _line(text: object) -> str:
    return masked(cut(str(text), _LONGEST))
