"""The first page: what stands, what follows from it, and the worst finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rivage.audit.findings import Finding
from rivage.desk import words
from rivage.desk.audits import Judged
from rivage.desk.findings import Card, Known, card
from rivage.publish import hold
from rivage.publish.releases import Release, current
from rivage.publish.versions import held_builds
from rivage.settings import Settings


@dataclass(frozen=True)
class Strip:
    """The verdict in one line, and what follows from it in another."""

    state: str
    """hold, warn, publish, waiting, back or nothing"""
    headline: str
    consequence: str
    facts: tuple[tuple[str, str], ...]
    """What, and its value; in the order of reading."""


@dataclass(frozen=True)
class Today:
    """Everything the first page shows."""

    strip: Strip
    worst: Card | None
    others: tuple[Card, ...]


def today(known: Known) -> Today:
    """The newest audit beside what BI sees."""
    last = known.runs[-1] if known.runs else None
    found = sorted(last.findings, key=lambda f: f.fingerprint in known.waived) if last else []
    cards = [card(finding, known) for finding in found]
    strip = _strip(known.settings, last, current(known.settings), known.waived, known.now)
    return Today(strip, cards[0] if cards else None, tuple(cards[1:]))


def _strip(
    settings: Settings, last: Judged | None, live: Release | None, waived: frozenset[str],
    now: datetime,
) -> Strip:  # fmt: skip
    still = f"BI still shows {_told(live, now)}" if live else "BI has nothing to show yet"
    facts = list(_facts(last, live, now))
    if last is None:
        what = "Nothing was audited yet"
        return Strip("nothing", what, f"{still}.", tuple(facts))
    stops = last.stops(waived)
    if live and live.build_id == last.build_id:
        state = "warn" if live.audit_verdict != "pass" else "publish"
        headline = "Published, with warnings" if state == "warn" else "Published"
        return Strip(state, headline, f"BI shows {_told(live, now)}.", tuple(facts))
    if last.build_id in held_builds(settings):
        what = "The newest build was taken back by a rollback; the next build replaces it."
        return Strip("back", "Rolled back", f"{what} BI shows {_told(live, now)}.", tuple(facts))
    if stops:
        held = hold.read(settings)
        if held:
            facts.insert(0, ("held for", words.age(held.since, now)))
        return Strip("hold", "Hold", f"Nothing was published; {still}.", tuple(facts))
    passed = "Every critical finding is waived by now" if last.verdict == "fail" else "It passed"
    what = f"{passed}, and is not published yet; {still}."
    return Strip("waiting", "Ready to publish", what, tuple(facts))


def _told(live: Release | None, now: datetime) -> str:
    if live is None:
        return "nothing"
    days = f", with days through {words.day(live.horizon)}" if live.horizon else ""
    age = words.age(live.published_at, now)
    return f"the version of {words.short(live.published_at)} UTC, {age} old{days}"


def _facts(last: Judged | None, live: Release | None, now: datetime) -> Sequence[tuple[str, str]]:
    if last is None:
        return ()
    return (
        ("BI's data is", f"{words.age(live.published_at, now)} old" if live else "absent"),
        ("audited", f"{words.age(last.audited_at, now)} ago"),
        ("found", _counts(last.findings)),
    )


def _counts(findings: Sequence[Finding]) -> str:
    severities = [finding.severity for finding in findings]
    told = [
        f"{count} {kind}" for kind in ("critical", "warning", "info")
        if (count := severities.count(kind))  # type: ignore[arg-type]
    ]  # fmt: skip
    return ", ".join(told) or "nothing wrong"
