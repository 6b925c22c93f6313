"""What a contribution costs: a stream is a declaration and a staging pair, a KPI is a pair."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.conftest import REPO, Pipeline
from tests.simulated import environment, rivage

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

STREAM = {
    "plugins/rivage/streams/tiktok_ads__adgroup_platform_daily.py": '''
"""Daily audience report by ad group and operating system."""

from rivage.streams._tiktok_metrics import ENGAGED_VIEW
from rivage.streams._tiktok_report import audience_report

STREAM = audience_report("adgroup", "platform", ("platform",), extra=ENGAGED_VIEW, late_hours=16)
''',
    "dbt_project/models/staging/stg_tiktok_ads__adgroup_platform_daily.sql": """
select
    adgroup_id,
    _window_start as report_date,
    coalesce(platform, 'UNKNOWN') as platform,
    {{ tiktok_measures('core') }}
from {{ source('landing', 'tiktok_ads__adgroup_platform_daily') }}
""",
    "dbt_project/models/staging/stg_tiktok_ads__adgroup_platform_daily.yml": """
version: 2
sources:
  - name: landing
    tables:
      - {name: tiktok_ads__adgroup_platform_daily, description: TikTok's report by system.}
models:
  - {name: stg_tiktok_ads__adgroup_platform_daily, description: One row per ad group and day.}
""",
}
KPI = {
    "dbt_project/models/marts/kpi_toy_daily.sql": """
{{ config(materialized='days', meta={
    'day_column': 'report_date', 'subjects': ['tiktok_ads__adgroup_platform_daily']
}) }}
-- depends_on: {{ ref('int_changes__days') }}
with reported as (
    select * from {{ ref('stg_tiktok_ads__adgroup_platform_daily') }}
    where {{ in_batch('report_date') }}
)
select
    report_date, platform,
    sum(clicks)::bigint as clicks,
    sum(impressions)::bigint as impressions,
    {{ ratio('sum(clicks)', 'sum(impressions)') }} as ctr
from reported
group by all
""",
    "dbt_project/models/marts/kpi_toy_daily.yml": """
version: 2
models:
  - name: kpi_toy_daily
    description: One row per operating system and day of the ad account.
    config:
      meta:
        owner: performance
        question: Which phones click?
        grain: [report_date, platform]
        audit: {min_rows: 1, rates: [ctr]}
        example_query: select platform, sum(clicks) from kpi_toy_daily group by all;
    columns:
      - {name: report_date, data_type: date, description: Day in the account's zone.}
      - {name: platform, data_type: varchar, description: System.}
      - name: clicks
        data_type: bigint
        description: Clicks.
        config: {meta: {additivity: additive}}
      - name: impressions
        data_type: bigint
        description: Impressions.
        config: {meta: {additivity: additive}}
      - name: ctr
        data_type: double
        description: clicks / impressions.
        config: {meta: {additivity: non_additive}}
""",
}


@dataclass(frozen=True)
class Contributed:
    """A checkout with the toy files, and a home it built on top of a published version."""

    repo: Path
    home: Path
    pipeline: Pipeline

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        paths = [str(self.repo / "plugins"), str(self.repo), os.environ["PYTHONPATH"]]
        return subprocess.run(
            [sys.executable, "-m", "rivage", *arguments], cwd=self.repo, text=True,
            env=environment(self.home, self.pipeline.sandbox)
            | {"PYTHONPATH": os.pathsep.join(paths)},
            capture_output=True, timeout=280,
        )  # fmt: skip

    def query(self, sql: str) -> list[tuple[object, ...]]:
        marts = self.home / "published" / "marts.duckdb"
        with duckdb.connect(str(marts), read_only=True) as db:
            return db.execute(sql).fetchall()


@pytest.fixture(scope="module")
def contributed(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Contributed:
    root = tmp_path_factory.mktemp("contributed")
    for folder in ("plugins", "dbt_project", "expectations", "inputs"):
        ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(REPO / folder, root / "repo" / folder, ignore=ignored)
    for name, text in (STREAM | KPI).items():
        (root / "repo" / name).write_text(text.lstrip())
    shutil.copytree(pipeline.next, root / "home", symlinks=True)
    made = Contributed(root / "repo", root / "home", pipeline)
    stream = ("--stream", "tiktok_ads__adgroup_platform_daily")
    for step in (
        ["pull", "--from", "2026-09-24", "--to", "2026-09-30", *stream],
        ["build"], ["audit"], ["publish"],
    ):  # fmt: skip
        done = made.run(*step)
        assert done.returncode == 0, (step, done.stdout + done.stderr)
    return made


def test_a_toy_stream_and_a_toy_kpi_are_published(contributed: Contributed) -> None:
    ours = contributed.query(
        "select report_date, sum(impressions), sum(clicks) from kpi_toy_daily group by all "
        "order by all"
    )
    whole = contributed.query(
        "select report_date, sum(impressions), sum(clicks) from kpi_ads_daily "
        "where report_date >= date '2026-09-24' group by all order by all"
    )
    assert len(ours) == 7
    # The systems' report rounds shares away; it never holds more than the ads' own.
    assert all(part[1] <= total[1] for part, total in zip(ours, whole, strict=True))  # type: ignore[operator]


def test_the_toy_kpi_is_judged_by_what_its_yml_says(contributed: Contributed) -> None:
    (newest,) = sorted((contributed.home / "audit").glob("*.json"))[-1:]
    before = json.loads(newest.read_text())
    with duckdb.connect(str(contributed.home / "candidate.duckdb")) as db:
        db.execute("update kpi_toy_daily set clicks = -1, ctr = 2")
    done = contributed.run("audit")
    (newest,) = sorted((contributed.home / "audit").glob("*.json"))[-1:]
    found = {f["rule"] for f in json.loads(newest.read_text())["findings"]}
    assert "kpi_toy_daily" not in {f["table"] for f in before["findings"]}
    assert {"counts and amounts are not negative", "rates lie between 0 and 1"} <= found
    assert done.returncode == 7


def test_a_kpi_that_is_given_up_leaves_nothing_behind(contributed: Contributed) -> None:
    for name in KPI:
        (contributed.repo / name).unlink()
    done = contributed.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(contributed.home / "candidate.duckdb"), read_only=True) as db:
        tables = {
            name for (name,) in db.execute("select table_name from duckdb_tables()").fetchall()
        }
    assert "kpi_ads_daily" in tables
    assert "kpi_toy_daily" not in tables
    assert rivage(contributed.home, contributed.pipeline.sandbox, "status").returncode == 0
