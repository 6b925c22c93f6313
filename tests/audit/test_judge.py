"""The audit: findings in plain words, severities that decide, checks that can't be skipped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.audit.findings import Finding, verdict
from rivage.audit.judge import judge
from rivage.audit.suites import Suite, suites
from rivage.errors import AuditFailed

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "candidate.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute(
            "create table kpi_toy as select * from (values "
            "('a', date '2026-09-01', 10.0, 3), ('b', date '2026-09-01', -2.5, 9), "
            "('b', date '2026-09-01', 4.0, null)) t(ad_id, report_date, spend, clicks)"
        )
    return path


def expectation(kind: str, severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    meta = {"rule": f"rule of {kind}", "runbook": "kpi_toy.md#spend"} | kwargs.pop("meta", {})
    return {"type": kind, "kwargs": kwargs, "severity": severity, "meta": meta}


def run(
    candidate: Path, *expectations: dict[str, Any], published: Path | None = None
) -> list[Finding]:
    return judge(
        candidate, published, [Suite("kpi_toy", "ads", expectations, ("report_date", "ad_id"))]
    )[1]


def test_a_finding_says_how_many_rows_and_shows_some(candidate: Path) -> None:
    (found,) = run(
        candidate,
        expectation("expect_column_values_to_be_between", column="spend", min_value=0),
        expectation("expect_column_values_to_not_be_null", column="ad_id"),
    )
    assert (found.table, found.severity, found.rows, found.checked) == ("kpi_toy", "critical", 1, 3)
    row = {"ad_id": "b", "report_date": "2026-09-01", "spend": "-2.5"}
    assert found.sample == [row]
    assert found.owner == "ads"
    assert "1 of 3 rows (33.3%)" in found.sentence


def test_sql_rules_bring_the_offending_rows(candidate: Path) -> None:
    query = "select ad_id, spend, clicks from {batch} where clicks > spend"
    (found,) = run(
        candidate,
        expectation("unexpected_rows_expectation", "warning", unexpected_rows_query=query),
    )
    assert found.severity == "warning"
    assert found.rows == 1
    assert found.sample == [{"ad_id": "b", "spend": "-2.5", "clicks": "9"}]


def test_a_check_that_can_not_run_is_a_critical_finding(candidate: Path) -> None:
    (found,) = run(
        candidate, expectation("expect_column_values_to_not_be_null", "info", column="gone")
    )
    assert found.severity == "critical"
    assert "could not run" in found.observed


def test_a_mart_that_was_not_built_is_a_critical_finding(candidate: Path) -> None:
    rule = expectation("expect_column_values_to_not_be_null", column="ad_id")
    checks, (found,) = judge(candidate, None, [Suite("kpi_gone", "ads", (rule,))])
    assert checks == []
    assert (found.table, found.severity, found.owner) == ("kpi_gone", "critical", "ads")


def test_a_rule_may_name_the_mart_as_it_likes(candidate: Path) -> None:
    query = "select 1 as n from {batch} as toy where toy.spend > 100"
    rule = expectation("unexpected_rows_expectation", unexpected_rows_query=query)
    assert run(candidate, rule) == []


def test_a_broken_row_can_make_a_warning_critical(candidate: Path) -> None:
    rule = expectation(
        "unexpected_rows_expectation", "warning",
        unexpected_rows_query="select ad_id, spend from {batch} where spend < 5",
        meta={"critical_where": "spend < 0", "value": "select max(spend) as value, 0 as low, "
              "9 as high from {batch}", "expected": "5 and more"},
    )  # fmt: skip
    checks, (found,) = judge(candidate, None, [Suite("kpi_toy", "ads", (rule,), ("ad_id",))])
    assert found.severity == "critical"
    assert (found.value, found.usual, found.expected) == (10.0, (0.0, 9.0), "5 and more")
    assert found.where == []
    assert checks[0].as_dict() == {
        "table": "kpi_toy", "rule": "rule of unexpected_rows_expectation", "column": None,
        "severity": "critical", "gate": "candidate", "passed": False, "value": 10.0,
        "usual": (0.0, 9.0), "fingerprint": found.fingerprint,
    }  # fmt: skip


def test_a_check_that_passes_is_told_with_its_value(candidate: Path) -> None:
    rules = (
        expectation("expect_column_values_to_not_be_null", column="ad_id"),
        expectation("unexpected_rows_expectation", "info",
                    unexpected_rows_query="select 1 as n from {batch} where clicks < 0"),
    )  # fmt: skip
    checks, findings = judge(candidate, None, [Suite("kpi_toy", "ads", rules)])
    assert findings == []
    assert [(check.passed, check.value, check.usual) for check in checks] == [
        (True, 0.0, (0.0, 0.0))
    ] * 2


def test_rules_on_drift_see_the_published_version_or_wait_for_one(
    candidate: Path, tmp_path: Path
) -> None:
    query = (
        "select 1 as lost from (select count(*) as n from published.main.kpi_toy) as p, "
        "(select count(*) as n from {batch}) as c where c.n < p.n"
    )
    rule = expectation(
        "unexpected_rows_expectation", unexpected_rows_query=query, meta={"needs": "published"}
    )
    assert run(candidate, rule) == []
    published = tmp_path / "marts.duckdb"
    with duckdb.connect(str(published)) as db:
        db.execute("create table kpi_toy as select * from range(9)")
    assert len(run(candidate, rule, published=published)) == 1


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([], "pass"),
        (["info"], "pass"),
        (["warning", "info"], "warn"),
        (["info", "critical"], "fail"),
    ],
)
def test_only_a_critical_finding_fails_the_candidate(severities: list[str], expected: str) -> None:
    findings = [
        Finding("t", "r", s, None, "", "", 1, 1, "o", "r.md")  # type: ignore[arg-type]
        for s in severities
    ]
    assert verdict(findings) == expected


@pytest.mark.parametrize("text", ["{", '{"expectations": [{"type": "x"}]}', "{}"])
def test_a_suite_that_can_not_be_read_is_no_pass(tmp_path: Path, text: str) -> None:
    (tmp_path / "kpi_toy.json").write_text(text)
    with pytest.raises(AuditFailed, match=r"kpi_toy\.json"):
        suites(tmp_path)


def test_the_shipped_suites_name_a_rule_a_severity_and_a_runbook_that_exists() -> None:
    runbooks = Path(__file__).resolve().parents[2] / "expectations" / "runbooks"
    for suite in suites():
        for one in suite.expectations:
            assert one["severity"] in ("critical", "warning", "info"), suite.mart
            assert set(one) <= {"type", "kwargs", "severity", "meta", "description"}, suite.mart
            if one["severity"] == "critical":
                page, _, anchor = one["meta"]["runbook"].partition("#")
                text = (runbooks / page).read_text(encoding="utf-8")
                heads = [
                    re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
                    for line in text.splitlines()
                    if line.startswith("#")
                ]
                assert not anchor or anchor in heads, (suite.mart, anchor, heads)
    assert json.dumps([s.mart for s in suites()])
