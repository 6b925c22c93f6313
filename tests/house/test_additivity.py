"""People are counted once: no model adds up reach, or anything else that has no sum."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Pipeline
from tests.house.sums import forbidden

CAUGHT = [
    ("select report_date, sum(reach) as reach from ads group by all", ["reach"]),
    ("with a as (select reach as r from ads) select sum(r)::bigint as people from a", ["reach"]),
    ("select sum(coalesce(ads.reach, 0)) from ads", ["reach"]),
    ("select sum(reach) over (partition by ad_id order by day) from ads", ["reach"]),
    ("select sum(reach * 2) from ads", ["reach"]),
    ("select sum(live_viewers) filter (where x) from ads", ["live_viewers"]),
    ("select sum(reach)::bigint as reach_total from ads", ["reach"]),
    ("select (select sum(ctr) from ads) / 7 as ctr", ["ctr"]),
]
ALLOWED = [
    "select max(reach), sum(impressions) from ads",
    "select sum(reach) as combined_reach_as_stated from videos",
    "select sum(ctr order by ctr)::double as ctr_total from single_cases",
    "select sum(ctr * impressions) / sum(impressions) as ctr from ads",
]


@pytest.mark.parametrize(("sql", "columns"), CAUGHT)
def test_a_sum_of_people_or_rates_is_caught(sql: str, columns: list[str]) -> None:
    assert forbidden(sql, {"reach", "ctr"}) == columns


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_may_be_added_up_is_not_caught(sql: str) -> None:
    assert forbidden(sql, {"reach", "ctr"}) == []


def models(home: Path) -> list[dict[str, Any]]:
    """The models that a build compiled."""
    manifest = json.loads((home / "dbt" / "target" / "manifest.json").read_text())
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["language"] == "sql"
    ]


def non_additive(found: list[dict[str, Any]]) -> set[str]:
    """Columns that are non-additive in every mart that has them."""
    said: dict[str, set[str]] = {}
    for model in found:
        for name, column in model["columns"].items():
            kind = column.get("config", {}).get("meta", {}).get("additivity")
            if kind:
                said.setdefault(name, set()).add(kind)
    return {name for name, kinds in said.items() if kinds == {"non_additive"}}


def judged(home: Path) -> dict[str, list[str]]:
    """Per model, what it adds up and must not."""
    found = models(home)
    names = non_additive(found)
    assert {"reach", "frequency", "ctr", "hook_rate"} <= names
    compiled = {model["name"]: model.get("compiled_code") for model in found}
    assert [name for name, code in compiled.items() if not code] == []
    wrong = {name: forbidden(str(code), names) for name, code in compiled.items()}
    return {name: columns for name, columns in wrong.items() if columns}


@pytest.mark.pipeline
@pytest.mark.timeout(600)
def test_no_model_adds_up_what_has_no_sum(pipeline: Pipeline) -> None:
    assert judged(pipeline.first) == {}  # the build that compiled every model


@pytest.mark.pipeline
@pytest.mark.timeout(600)
def test_levels_agree_on_sums_and_not_on_reach(pipeline: Pipeline) -> None:
    marts = ["kpi_ads_daily", "kpi_adgroup_daily", "kpi_campaign_daily", "kpi_advertiser_daily"]
    sums = ("spend", "impressions", "clicks", "video_views_6s", "conversions", "purchase_value")
    totals, people = [], []
    with duckdb.connect(str(pipeline.next / "published" / "marts.duckdb"), read_only=True) as db:
        for mart in marts:
            listed = ", ".join(f"sum({name})" for name in sums)
            query = f"select report_date, advertiser_id, {listed} from {mart} group by 1, 2"
            totals.append(db.execute(f"{query} order by 1, 2").fetchall())
            row = db.execute(f"select sum(reach) from {mart}").fetchone()
            people.append(row[0] if row else 0)
    assert len(totals[0]) == 14
    assert totals[0] == totals[1] == totals[2] == totals[3]
    # The same people see several ads: what the levels say themselves is less than their parts' sum.
    assert people[0] > people[1] > people[2] > people[3] > 0
