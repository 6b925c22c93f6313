"""The audit a mart gets for its yml alone: each rule holds, and each can fail."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from rivage.audit.derived import expectations
from rivage.audit.findings import Finding
from rivage.audit.judge import judge
from rivage.audit.rules import RUNBOOKS, sections
from rivage.audit.suites import Suite
from rivage.warehouse.marts import Mart, marts

pytestmark = pytest.mark.pipeline

YML = """
models:
  - name: kpi_toy
    description: One row per shop and day.
    config:
      meta:
        owner: finance
        question: What did each shop sell?
        grain: [report_date, shop_id]
        audit: {min_rows: 1, rates: [open_rate], may_be_negative: [net]}
    columns:
      - {name: report_date, data_type: date}
      - {name: shop_id, data_type: varchar}
      - {name: sales, data_type: "decimal(18,4)", config: {meta: {additivity: additive}}}
      - {name: net, data_type: "decimal(18,4)", config: {meta: {additivity: additive}}}
      - {name: open_rate, data_type: double, config: {meta: {additivity: non_additive}}}
"""
GOOD = (
    "select date '2026-09-01' + d::integer as report_date, 'A' as shop_id, "
    "1000::decimal(18,4) as sales, -3::decimal(18,4) as net, 0.5::double as open_rate "
    "from range(10) t(d)"
)


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Mart:
    folder = tmp_path_factory.mktemp("marts")
    (folder / "kpi_toy.yml").write_text(YML)
    (found,) = marts(folder)
    return found


def table(path: Path, query: str) -> Path:
    with duckdb.connect(str(path)) as db:
        db.execute(f"create table kpi_toy as {query}")
    return path


def broken(tmp_path: Path, mart: Mart, query: str, before: str | None = None) -> list[Finding]:
    candidate = table(tmp_path / "candidate.duckdb", query)
    published = table(tmp_path / "published.duckdb", before) if before else None
    suite = Suite(mart.name, mart.owner, expectations(mart), mart.grain)
    return judge(candidate, published, [suite])[1]


def test_a_sound_mart_passes_every_rule(tmp_path: Path, mart: Mart) -> None:
    assert broken(tmp_path, mart, GOOD, before=GOOD) == []


@pytest.mark.parametrize(
    ("query", "before", "rule", "severity"),
    [
        (f"{GOOD} limit 0", None, "the table has rows", "critical"),
        (f"{GOOD} union all from ({GOOD} limit 1)", None,
         "report_date, shop_id appears once", "critical"),
        (f"select * replace (nullif(report_date, date '2026-09-03') as report_date) from ({GOOD})",
         None, "report_date, shop_id is never empty", "critical"),
        (f"select * replace (-1::decimal(18,4) as sales) from ({GOOD})", None,
         "counts and amounts are not negative", "critical"),
        (f"select * replace (1.01 as open_rate) from ({GOOD})", None,
         "rates lie between 0 and 1", "warning"),
        (f"from ({GOOD}) where report_date > date '2026-09-02'", GOOD,
         "no published day disappears", "critical"),
        (f"select * replace (650::decimal(18,4) as sales) from ({GOOD})", GOOD,
         "settled days keep their sales within 30% of the last release", "warning"),
    ],
)  # fmt: skip
def test_each_rule_can_fail(
    tmp_path: Path, mart: Mart, query: str, before: str | None, rule: str, severity: str
) -> None:
    found = {finding.rule: finding for finding in broken(tmp_path, mart, query, before)}
    assert rule in found
    assert found[rule].severity == severity
    assert found[rule].owner == "finance"
    page, _, anchor = found[rule].runbook.partition("#")
    assert anchor in sections(page)


def test_a_finding_names_the_columns_that_broke(tmp_path: Path, mart: Mart) -> None:
    query = f"select * replace (-1::decimal(18,4) as sales) from ({GOOD} limit 1)"
    (found,) = broken(tmp_path, mart, query)
    assert found.sample == [
        {"report_date": "2026-09-01", "shop_id": "A", "broken": "sales = -1.0000"}
    ]


def test_what_may_be_negative_is_let_through_and_the_rest_is_not(mart: Mart) -> None:
    (rule,) = [e for e in expectations(mart) if "negative" in e["meta"]["rule"]]
    query = rule["kwargs"]["unexpected_rows_query"]
    assert "sales < 0" in query
    assert not re.search(r"\bnet < 0", query)


@pytest.mark.parametrize(
    "before", ["select 1 as another_column", "select date '2026-09-01' as report_date"]
)
def test_a_new_mart_or_column_has_nothing_to_compare_with(
    tmp_path: Path, mart: Mart, before: str
) -> None:
    found = broken(tmp_path, mart, GOOD, before=before)
    assert not [f for f in found if "settled" in f.rule or "could not run" in f.observed]


def test_the_page_for_any_mart_answers_every_derived_rule() -> None:
    assert (RUNBOOKS / "any_mart.md").exists()
    for mart in marts():
        for rule in expectations(mart):
            page, _, anchor = rule["meta"]["runbook"].partition("#")
            assert anchor in sections(page), (mart.name, rule["meta"])
