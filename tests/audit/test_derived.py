"""The audit a mart gets for its yml alone: each rule holds, and each can fail."""

from __future__ import annotations

import re
from dataclasses import replace
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
        audit: {min_rows: 1, rates: [open_rate], may_be_negative: [net], filled: [sales],
                ranges: {net: [-10, null]}, totals: [sales]}
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
BEFORE = f"from ({GOOD}) where report_date < date '2026-09-10'"
LAST = "report_date = date '2026-09-10'"
HORIZON = (
    "create table ops_freshness as select date '2026-09-10' as horizon_date, "
    "date '2026-09-02' as covered_from_date, true as is_required"
)


def changed(expression: str) -> str:
    """The good rows with a column replaced."""
    return f"select * replace ({expression}) from ({GOOD})"


@pytest.fixture(scope="module")
def mart(tmp_path_factory: pytest.TempPathFactory) -> Mart:
    folder = tmp_path_factory.mktemp("marts")
    (folder / "kpi_toy.yml").write_text(YML)
    (found,) = marts(folder)
    return found


def table(path: Path, query: str) -> Path:
    with duckdb.connect(str(path)) as db:
        db.execute(f"create table kpi_toy as {query}")
        db.execute(HORIZON)
    return path


def broken(tmp_path: Path, mart: Mart, query: str, before: str | None = None) -> list[Finding]:
    candidate = table(tmp_path / "candidate.duckdb", query)
    published = table(tmp_path / "published.duckdb", before) if before else None
    suite = Suite(mart.name, mart.owner, expectations(mart), mart.grain)
    return judge(candidate, published, [suite])[1]


def test_a_sound_mart_passes_every_rule(tmp_path: Path, mart: Mart) -> None:
    assert broken(tmp_path, mart, GOOD, before=GOOD) == []


def test_a_new_day_like_the_others_passes(tmp_path: Path, mart: Mart) -> None:
    assert broken(tmp_path, mart, GOOD, before=BEFORE) == []


@pytest.mark.parametrize(
    ("query", "before", "rule", "severity"),
    [
        (f"{GOOD} limit 0", None, "the table has rows", "critical"),
        (f"{GOOD} union all from ({GOOD} limit 1)", None,
         "report_date, shop_id appears once", "critical"),
        (changed("nullif(report_date, date '2026-09-03') as report_date"),
         None, "report_date, shop_id is never empty", "critical"),
        (changed("-1::decimal(18,4) as sales"), None,
         "counts and amounts are not negative", "critical"),
        (changed("1.01 as open_rate"), None,
         "rates lie between 0 and 1", "warning"),
        (f"from ({GOOD}) where report_date > date '2026-09-02'", GOOD,
         "no published day disappears", "critical"),
        (changed("650::decimal(18,4) as sales"), GOOD,
         "settled days keep their sales within 30% of the last release", "warning"),
        (changed("10::decimal(18,4) as sales"), GOOD,
         "settled days keep their sales within 30% of the last release", "critical"),
        (changed("nullif(sales, 1000) as sales"), None,
         "what is never empty has a value", "critical"),
        (changed("-11::decimal(18,4) as net"), None,
         "values lie in their range", "warning"),
        (f"from ({GOOD}) where report_date <> date '2026-09-04'", None,
         "every day up to the horizon has rows", "critical"),
        (f"from ({GOOD}) where report_date <> date '2026-09-10'", None,
         "every day up to the horizon has rows", "critical"),
        (changed(f"if({LAST}, date '2027-09-10', report_date) as report_date"), None,
         "no day lies after the horizon", "critical"),
        (changed(f"if({LAST}, 5000, sales) as sales"),
         BEFORE, "sales of a new day as on the same weekdays", "warning"),
        (changed(f"if({LAST}, 10000, sales) as sales"),
         BEFORE, "sales of a new day as on the same weekdays", "critical"),
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
    query = changed(f"if({LAST}, -1, sales)::decimal(18,4) as sales")
    (found,) = broken(tmp_path, mart, query)
    assert found.sample == [
        {"report_date": "2026-09-10", "shop_id": "A", "broken": "sales = -1.0000"}
    ]
    assert found.where == [
        {"column": "report_date", "value": "2026-09-10", "rows": 1},
        {"column": "shop_id", "value": "A", "rows": 1},
    ]
    assert (found.value, found.usual, found.expected) == (1, (0, 0), "0 or more")


def test_days_that_the_streams_do_not_cover_may_be_missing(tmp_path: Path, mart: Mart) -> None:
    early = f"from ({GOOD}) where report_date <> date '2026-09-01' union all select * replace "
    early += f"(date '2026-08-20' as report_date) from ({GOOD}) where {LAST}"
    assert broken(tmp_path, mart, early) == []


@pytest.mark.parametrize(("sold", "is_told"), [(900, False), (1000, True)])
def test_a_rate_of_next_to_nothing_may_be_anything(
    tmp_path: Path, mart: Mart, sold: int, is_told: bool
) -> None:
    loose = replace(mart, audit=mart.audit | {"rates_where": "sales > 999"})
    odd = changed(f"if({LAST}, 2, open_rate) as open_rate, if({LAST}, {sold}, sales) as sales")
    told = [found.rule for found in broken(tmp_path, loose, odd)]
    assert ("rates lie between 0 and 1" in told) == is_told


@pytest.mark.parametrize(("sold", "severity"), [(40, "info"), (1000, "critical")])
def test_a_mart_that_may_skip_days_may_lose_one_that_held_little(
    tmp_path: Path, mart: Mart, sold: int, severity: str
) -> None:
    sparse = replace(mart, audit=mart.audit | {"may_skip_days": True})
    lost = "report_date = date '2026-09-09'"
    before = changed(f"if({lost}, {sold}, sales)::decimal(18,4) as sales")
    found = broken(tmp_path, sparse, f"from ({GOOD}) where not {lost}", before)
    told = {finding.rule: finding.severity for finding in found}
    assert told["no published day disappears"] == severity


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
