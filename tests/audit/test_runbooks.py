"""Whoever is woken by a rule finds an owner and a page; whoever waives one says until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rivage.audit.rules import RUNBOOKS, sections
from rivage.audit.suites import suites
from rivage.errors import AuditFailed
from rivage.incidents.waivers import written


@cache
def rules() -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple((suite.mart, rule) for suite in suites() for rule in suite.expectations)


def unanswered(severities: set[str]) -> Iterator[str]:
    """Rules of these severities without an owner, or without a section of a runbook."""
    for mart, rule in rules():
        meta = rule["meta"]
        worst = "critical" if meta.get("critical_where") else rule["severity"]
        if worst not in severities:
            continue
        page, _, anchor = meta.get("runbook", "").partition("#")
        if not meta.get("owner"):
            yield f"{mart}: {meta['rule']} has no owner"
        if not anchor or anchor not in sections(page):
            yield f"{mart}: {meta['rule']} has no section {page}#{anchor}"


def test_every_critical_rule_has_an_owner_and_a_section_of_a_runbook() -> None:
    assert len(rules()) > 300
    assert list(unanswered({"critical"})) == []


def test_every_other_rule_has_them_too() -> None:
    assert list(unanswered({"warning", "info"})) == []


def test_no_two_rules_of_a_mart_share_a_name() -> None:
    """Their incidents would be one."""
    named = [
        (mart, rule["meta"]["rule"], rule["kwargs"].get("column") or rule["meta"].get("column"))
        for mart, rule in rules()
    ]
    assert len(named) == len(set(named))


def test_every_section_of_the_pages_between_marts_says_what_to_do() -> None:
    for page in ("between.md", "any_mart.md"):
        text = (RUNBOOKS / page).read_text(encoding="utf-8")
        for section in text.split("\n## ")[1:]:
            for part in ("**Symptom.**", "**Check first.**", "**Mend.**", "**When to waive.**"):
                assert part in section, (page, section.splitlines()[0], part)
        assert "rivage build && rivage audit && rivage publish" in text, page


def test_no_waiver_of_the_repository_has_expired() -> None:
    today = datetime.now(UTC).date()
    over = [f"{w.table}: {w.rule}, {w.until}" for w in written() if w.until < today]
    assert over == [], "renew it with a reason, or mend the cause and remove it"


def test_every_waiver_of_a_mart_names_a_rule_that_exists() -> None:
    known = {(mart, rule["meta"]["rule"]) for mart, rule in rules()}
    judged = {mart for mart, _ in known}
    waived = [(w.table, w.rule) for w in written() if w.table in judged]
    assert [one for one in waived if one not in known] == []


def test_a_waiver_without_a_last_day_is_refused(tmp_path: Path) -> None:
    waiver = {"table": "kpi_ads_daily", "rule": "r", "reason": "why", "by": "kim"}
    lines = [f"    {name}: {value}" for name, value in waiver.items()]
    (tmp_path / "waivers.yml").write_text(
        "waivers:\n  -\n" + "\n".join(lines) + f"\n    given_on: {date(2026, 9, 30)}\n"
    )
    with pytest.raises(AuditFailed, match=r"waivers\.yml"):
        written(tmp_path / "waivers.yml")
