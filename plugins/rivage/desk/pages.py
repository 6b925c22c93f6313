"""The pages: read models put into templates. The same for the running desk and its copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivage.desk import audits, findings, oncall, runbooks, tables, versions, words
from rivage.desk.coverage import calendar
from rivage.desk.filters import OUTCOMES, SEVERITIES, STATES, filters
from rivage.desk.links import Links
from rivage.desk.today import today
from rivage.incidents.decisions import LONGEST_REASON, LONGEST_WAIVER
from rivage.incidents.waivers import in_force
from rivage.settings import Settings

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
ASSETS = {"desk.css": "text/css", "desk.js": "text/javascript"}
SNOOZES = (1, 4, 12, 24, 72)
"""Hours offered; a Monday is never further than three days away."""
DONE = {
    "acknowledge": "Acknowledged. No more reminders; it stays open until an audit passes.",
    "snooze": "Snoozed. Reminders start again when the time is over.",
    "waive": "Waived. The rule no longer holds the release; readers see the waiver.",
    "revoke": "Taken back.",
    "resolve": "Resolved. The next audit that finds it opens it again.",
    "comment": "Comment added.",
    "rollback": "Rolled back. New readers see this version.",
}


@dataclass(frozen=True)
class Viewer:
    """Who looks. A copy without a desk has nobody, and offers nothing to do."""

    name: str = ""
    may_act: bool = False
    token: Callable[[], str] = str
    done: str = ""
    """What was just done, a key of DONE."""


class Pages:
    """The pages of one home at one moment; what several of them need is read once."""

    def __init__(
        self, settings: Settings, now: datetime, links: Links, viewer: Viewer | None = None
    ) -> None:
        self.settings, self.now, self.links, self.viewer = settings, now, links, viewer or Viewer()

    @cached_property
    def known(self) -> findings.Known:
        return findings.Known(
            settings=self.settings,
            now=self.now,
            runs=audits.recent(self.settings),
            log=oncall.OnCall.read(self.settings),
            waived=frozenset(in_force(self.settings, self._today)),
        )

    @property
    def _today(self) -> date:
        return self.now.astimezone(UTC).date()

    @cached_property
    def fingerprints(self) -> set[str]:
        """Those that have a page: found lately, listed as incidents, or waived."""
        log = self.known.log
        lately = {finding.fingerprint for run in self.known.runs[-1:] for finding in run.findings}
        told = {one.incident.fingerprint for one in oncall.listed(log, self.now)}
        return lately | told | (self.known.waived & log.by_fingerprint.keys())

    def today(self) -> str:
        return self._page("today", today=today(self.known))

    def tables(self, query: Mapping[str, str]) -> str:
        chosen = filters(query, states=OUTCOMES)
        found = tables.tables(self.known.runs, self.known.waived, chosen)
        everything = tables.tables(self.known.runs, self.known.waived)
        offered = {
            "state": OUTCOMES,
            "owner": sorted({table.owner for table in everything}),
            "table": sorted(table.name for table in everything),
        }
        return self._page("marts", tables=found, chosen=chosen, offered=offered)

    def finding(self, fingerprint: str) -> str | None:
        card = findings.named(fingerprint, self.known)
        return self._page("finding", card=card) if card else None

    def incidents(self, query: Mapping[str, str]) -> str:
        chosen, log = filters(query), self.known.log
        offered = {"state": STATES, "severity": SEVERITIES, **oncall.choices(log)}
        listed = oncall.listed(log, self.now, chosen)
        events = log.of_releases()
        return self._page("incidents", chosen=chosen, offered=offered, listed=listed, events=events)

    def waivers(self) -> str:
        given = oncall.given(self.settings, self._today)
        return self._page("waivers", given=given, known=self.fingerprints)

    def versions(self) -> str:
        return self._page("versions", versions=versions.versions(self.settings))

    def version(self, name: str) -> str | None:
        """One version, with what it changed; None when there is no such."""
        known = {one.release.version: one for one in versions.versions(self.settings)}
        one = known.get(name)
        if one is None:
            return None
        changes = versions.compare(self.settings, one.before, one.release) if one.before else None
        return self._page("version", version=one, changes=changes)

    def coverage(self, query: Mapping[str, str]) -> str:
        chosen = filters(query)
        shown = calendar(self.settings, self.now, chosen)
        return self._page("coverage", calendar=shown, chosen=chosen)

    def runbooks(self) -> str:
        return self._page("runbooks", names=runbooks.names())

    def runbook(self, name: str) -> str | None:
        found = runbooks.runbook(name, self.links)
        return self._page("runbook", runbook=found) if found else None

    def problem(self, title: str, told: str, do: str = "", kept: str = "") -> str:
        """What went wrong, and what the person had written, so that it is not lost."""
        return self._page("problem", title=title, told=told, do=do, kept=kept)

    def _page(self, name: str, **shown: Any) -> str:
        around = {
            "page": name, "links": self.links, "viewer": self.viewer, "now": self.now,
            "date": self._today, "tomorrow": self._today + timedelta(days=1),
            "last_waivable": self._today + LONGEST_WAIVER, "longest_reason": LONGEST_REASON,
            "snoozes": SNOOZES, "done": DONE.get(self.viewer.done, ""),
        }  # fmt: skip
        return _environment().get_template(f"{name}.html").render(around | shown)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {
        "moment": words.moment, "short": words.short, "day": words.day, "number": words.number,
        "breakable": words.breakable,
    }  # fmt: skip
    made.globals |= {"age": words.age, "delta": words.delta, "span": words.span}
    return made
