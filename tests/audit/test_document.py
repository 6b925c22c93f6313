"""The audit document: every check with its number, readable for as long as it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rivage.audit.document import Audit, latest, recent
from rivage.audit.findings import Check, Finding, fingerprint_of
from rivage.settings import Settings

AT = datetime(2026, 9, 30, 6, tzinfo=UTC)
CHECK = Check("kpi_ads_daily", "spend is steady", "spend", "warning", "candidate", passed=True,
              value=120.5, usual=(40.0, 360.0))  # fmt: skip


def audit(build: str, at: datetime = AT) -> Audit:
    return Audit(build, "pass", at, "2026-09-29", None, 1, 0.1, [], [], [CHECK.as_dict()])


def test_a_check_is_kept_with_its_value_and_usual_range(home: Path) -> None:
    settings = Settings()
    audit("a").write(settings)
    found = latest(settings)
    assert found is not None
    assert found.results == [
        {
            "table": "kpi_ads_daily", "rule": "spend is steady", "column": "spend",
            "severity": "warning", "gate": "candidate", "passed": True, "value": 120.5,
            "usual": [40.0, 360.0],
            "fingerprint": fingerprint_of("kpi_ads_daily", "spend", "spend is steady"),
        }
    ]  # fmt: skip


def test_a_finding_and_its_check_have_one_fingerprint() -> None:
    finding = Finding("t", "r", "critical", "c", "", "", 1, 1, "o", "p.md#a", value=1.0)
    assert Check.of(finding).fingerprint == finding.fingerprint
    assert not Check.of(finding).passed


def test_the_newest_audits_come_last_and_only_as_many_as_wanted(home: Path) -> None:
    settings = Settings()
    for number in range(5):
        audit(f"b{number}", AT + timedelta(hours=number)).write(settings)
    assert [one.build_id for one in recent(settings, 3)] == ["b2", "b3", "b4"]
    assert len(recent(settings)) == 5
    assert recent(settings, 0) == []


def test_documents_of_before_results_were_kept_still_load(home: Path) -> None:
    settings = Settings()
    path = replace(audit("old")).write(settings)
    body = json.loads(path.read_text())
    del body["results"]
    path.write_text(json.dumps(body))
    assert [one.results for one in recent(settings)] == [[]]
