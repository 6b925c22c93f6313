"""Incidents: one per fingerprint, counted up, resolved when no longer found, flapping said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rivage.audit.document import Audit
from rivage.audit.findings import fingerprint_of
from rivage.incidents import decisions, log
from rivage.incidents.incident import incidents
from rivage.incidents.observe import Changes, observe
from rivage.incidents.waivers import in_force, written
from rivage.settings import Settings

START = datetime(2026, 10, 1, 3, tzinfo=UTC)
MARK = fingerprint_of("kpi_ads_daily", "", "spend is never empty")


def finding(severity: str = "critical") -> dict[str, Any]:
    return {
        "table": "kpi_ads_daily", "rule": "spend is never empty", "severity": severity,
        "owner": "performance", "runbook": "kpi_ads_daily.md#spend-is-empty",
        "fingerprint": MARK, "sentence": "CRITICAL kpi_ads_daily: spend is never empty",
    }  # fmt: skip


@pytest.fixture
def at(home: Path) -> Settings:
    return Settings(home=home)


def audited(at: Settings, hour: int, *findings: dict[str, Any]) -> Changes:
    when = START + timedelta(hours=hour)
    verdict = "fail" if findings else "pass"
    audit = Audit("b", verdict, when, None, None, 1, 0.1, [], list(findings))
    return observe(at, audit, when)


def test_a_finding_opens_once_counts_up_and_resolves_when_it_is_gone(at: Settings) -> None:
    first, second, third = audited(at, 0, finding()), audited(at, 1, finding()), audited(at, 2)
    assert [len(first.opened), len(first.repeated), len(first.cleared)] == [1, 0, 0]
    assert [len(second.opened), len(second.repeated), len(second.cleared)] == [0, 1, 0]
    assert [len(third.opened), len(third.repeated), len(third.cleared)] == [0, 0, 1]
    only = incidents(log.read(at))[MARK]
    assert (only.times_seen, only.first_seen, only.is_found) == (2, START, False)
    assert only.state(START) == "resolved"


def test_the_same_audit_observed_again_changes_nothing(at: Settings) -> None:
    once, again = audited(at, 0, finding()), audited(at, 0, finding())
    assert again == once
    assert incidents(log.read(at))[MARK].times_seen == 1


def test_what_only_shows_opens_nothing(at: Settings) -> None:
    assert audited(at, 0, finding("info")).opened == []


def test_what_comes_and_goes_three_times_in_a_week_flaps(at: Settings) -> None:
    for hour in range(0, 72, 24):
        audited(at, hour, finding())
        audited(at, hour + 1)
    found = incidents(log.read(at))[MARK]
    assert found.is_flapping(START + timedelta(days=3))
    assert not found.is_flapping(START + timedelta(days=12))


def test_decisions_have_an_author_and_end_by_themselves(at: Settings) -> None:
    audited(at, 0, finding())
    decisions.snooze(at, MARK, "ada", "", START + timedelta(hours=6), START)
    snoozed = incidents(log.read(at))[MARK]
    assert snoozed.state(START + timedelta(hours=5)) == "snoozed"
    assert snoozed.state(START + timedelta(hours=6)) == "open"
    decisions.acknowledge(at, MARK[:6], "bob", "on it", START)
    assert incidents(log.read(at))[MARK].state(START) == "acknowledged"
    decisions.revoke(at, MARK, "bob", "", START)
    assert incidents(log.read(at))[MARK].state(START) == "open"
    decisions.resolve(at, MARK, "ada", "token renewed", START)
    assert incidents(log.read(at))[MARK].state(START) == "resolved"
    assert len(audited(at, 1, finding()).opened) == 1, "found again: open again"


def test_a_waiver_holds_through_its_day_whatever_comes_and_goes(at: Settings) -> None:
    audited(at, 0, finding())
    decisions.waive(at, MARK, "ada", "account closed", date(2026, 10, 3), START)
    audited(at, 1)
    audited(at, 2, finding())
    held = in_force(at, date(2026, 10, 3))[MARK]
    assert (held.by, held.reason, held.days_left(date(2026, 10, 3))) == ("ada", "account closed", 1)
    assert in_force(at, date(2026, 10, 4)) == {}
    decisions.revoke(at, MARK, "bob", "reopened", START)
    assert in_force(at, date(2026, 10, 3)) == {}


@pytest.mark.parametrize(
    ("decide", "told"),
    [
        (lambda at: decisions.waive(at, MARK, "ada", " ", date(2026, 10, 2), START), "reason"),
        (lambda at: decisions.waive(at, MARK, "ada", "x", date(2026, 9, 30), START), "31 days"),
        (lambda at: decisions.waive(at, MARK, "ada", "x", date(2027, 1, 1), START), "31 days"),
        (lambda at: decisions.waive(at, MARK, "", "x", date(2026, 10, 2), START), "Who decides"),
        (lambda at: decisions.waive(at, MARK, "a\nb", "x", date(2026, 10, 2), START), "not a name"),
        (lambda at: decisions.comment(at, MARK, "ada", "x" * 2_001, START), "2,001 characters"),
        (lambda at: decisions.snooze(at, MARK, "ada", "", START, START), "14 days"),
        (lambda at: decisions.acknowledge(at, "../..", "ada", "", START), "No incident"),
        (lambda at: decisions.acknowledge(at, "", "ada", "", START), "No incident"),
        (lambda at: decisions.revoke(at, MARK, "ada", "", START), "Nothing to take back"),
    ],
)  # fmt: skip
def test_a_decision_that_cannot_be_taken_says_why_and_writes_nothing(
    at: Settings, decide: Any, told: str
) -> None:
    audited(at, 0, finding())
    before = log.read(at)
    with pytest.raises(decisions.DecisionInvalid, match=told):
        decide(at)
    assert log.read(at) == before


def test_what_is_over_needs_no_decision(at: Settings) -> None:
    audited(at, 0, finding())
    audited(at, 1)
    with pytest.raises(decisions.DecisionInvalid, match="is over since"):
        decisions.acknowledge(at, MARK, "ada", "", START)


def test_a_refused_attempt_is_written_down_whatever_it_contains(at: Settings) -> None:
    decisions.refused(at, "eve\n<script>", "POST /waive" * 1000, "role viewer", START, "f" * 40)
    (event,) = log.read(at)
    assert (event.kind, event.who, event.fingerprint) == ("refused", "eve<script>", "f" * 12)
    assert len(event.facts["what"]) == decisions.LONGEST_REASON


def test_somebody_who_keeps_trying_fills_no_disk(at: Settings) -> None:
    for second in range(80):
        when = START + timedelta(seconds=second)
        decisions.refused(at, "eve", f"GET /{second}", "no such page", when)
    decisions.refused(at, "bob", "GET /x", "no such page", START + timedelta(seconds=99))
    decisions.refused(at, "eve", "GET /y", "no such page", START + timedelta(hours=2))
    kept = [event for event in log.read(at) if event.who == "eve"]
    assert len(kept) == decisions.REFUSALS_KEPT + 2
    assert kept[-2].why == "more within the hour is not written down"
    assert kept[-1].facts["what"] == "GET /y"
    assert [event.who for event in log.read(at)].count("bob") == 1


def test_reviewed_waivers_need_author_reason_and_dates(tmp_path: Path) -> None:
    from rivage.errors import AuditFailed

    file = tmp_path / "waivers.yml"
    entry = (
        "waivers:\n  - {table: kpi_ads_daily, rule: spend is never empty, reason: closed, by: ada, "
        "given_on: 2026-10-01, until: 2026-10-03}\n"
    )
    file.write_text(entry)
    assert [w.fingerprint for w in written(file)] == [MARK]
    for spoiled in ("reason: closed, ", "by: ada, ", ", until: 2026-10-03"):
        file.write_text(entry.replace(spoiled, ""))
        with pytest.raises(AuditFailed, match=r"waivers\.yml can't be read"):
            written(file)
