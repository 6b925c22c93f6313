"""Sandbox, Airflow, dbt, audit and publish, all real: what a brand would see.

The tests build on each other, in the order of the file: a first load, a morning on which
one stream breaks, and a week that the platform rewrites.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rivage.airflow.client import Run
from rivage.airflow.names import BUILD_DAG, FAMILIES, MARTS_ASSET, TIKTOK_ADS

pytestmark = [pytest.mark.airflow, pytest.mark.pipeline, pytest.mark.timeout(1800)]
Settled = Callable[..., None]
FIRST, LAST = date(2026, 9, 17), date(2026, 9, 30)
REPORT = "/open_api/v1.3/report/integrated/get/"


@dataclass
class Pipeline:
    """One sandbox, one Airflow, one home."""

    airflow: Any
    brand: Any
    home: Path

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask what readers see now."""
        from rivage.duck import connect

        with connect(self.home / "published" / "marts.duckdb", read_only=True) as db:
            return db.execute(sql).fetchall()

    def versions(self) -> list[dict[str, Any]]:
        """What was announced, oldest first."""
        return [event["extra"] for event in self.airflow.client.asset_events(MARTS_ASSET)]

    def state(self, run: Run) -> str:
        return str(self.airflow.client.run(run.dag_id, run.run_id).state)

    def tasks(self, run: Run) -> dict[str, set[str]]:
        """State of each task; a mapped one may be in several."""
        found: dict[str, set[str]] = {}
        for task in self.airflow.client.tasks(run):
            found.setdefault(task.task_id, set()).add(task.state)
        return found

    def spend(self) -> dict[str, float]:
        """Published spend by day."""
        rows = self.published("select report_date, sum(spend) from kpi_ads_daily group by all")
        return {str(day): float(amount) for day, amount in rows}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    from rivage.airflow.demo import brand_environment
    from rivage.airflow.local import LocalAirflow
    from rivage.airflow.simulated import SimulatedBrand

    home = tmp_path_factory.mktemp("pipeline")
    brand = SimulatedBrand(home / "sandbox", ["--now", "2026-10-01T06:00:00Z"])
    extra = brand_environment() | {
        "PYTHONPATH": os.environ["PYTHONPATH"],
        "RIVAGE_AIRFLOW_RETRY_SECONDS": "1",
    }
    airflow = LocalAirflow(home, port=0, extra=extra, env_file=brand.env_file)
    try:
        brand.start()
        airflow.start()
        brand.wait_until_ready(120)
        airflow.wait_until_healthy(300)
        for dag_id in [*(family.dag_id for family in FAMILIES), BUILD_DAG]:
            airflow.client.unpause(dag_id)
        yield Pipeline(airflow, brand, home)
    finally:
        airflow.stop()
        brand.stop()


def test_a_first_load_is_published_once(pipeline: Pipeline, settled: Settled) -> None:
    days = {"from_date": str(FIRST), "to_date": str(LAST)}
    runs = [pipeline.airflow.client.trigger(family.dag_id, days) for family in FAMILIES]
    settled(pipeline.airflow, runs, 900)
    assert {pipeline.state(run) for run in runs} == {"success"}
    assert len(pipeline.versions()) == 1
    announced = pipeline.versions()[0]
    assert announced["horizon"] == str(LAST)
    assert announced["verdict"] in {"pass", "warn"}
    assert pipeline.published("select version from ops_versions") == [(announced["version"],)]
    assert max(pipeline.spend()) == str(LAST)


def test_a_broken_stream_fails_alone_and_holds_back_its_day(
    pipeline: Pipeline, settled: Settled
) -> None:
    pipeline.brand.next_day()
    # The ad report loses a field that the stream relies on; the campaign report is fine.
    drift = {
        "match": REPORT,
        "contains": ["data_level=AUCTION_AD&", "BASIC", "stat_time_day"],
        "kind": "schema_drift",
        "field": "spend",
    }
    pipeline.brand.control("PUT", "faults", [drift])
    start = datetime(2026, 10, 1, 4, 30, tzinfo=UTC)
    interval = (start, start + timedelta(days=1))
    try:
        client = pipeline.airflow.client
        runs = {f.name: client.trigger(f.dag_id, interval=interval) for f in FAMILIES}
        settled(pipeline.airflow, list(runs.values()), 900)
    finally:
        pipeline.brand.control("DELETE", "faults")

    ended = {name: pipeline.state(run) for name, run in runs.items()}
    assert {name for name, state in ended.items() if state != "success"} == {"tiktok_ads"}
    tasks = pipeline.tasks(runs["tiktok_ads"])
    assert tasks.pop("pull__tiktok_ads") == {"failed"}
    assert tasks.pop("land") == {"upstream_failed"}
    assert set.union(*tasks.values()) == {"success"}

    # The other families were built, but readers see no day that the ads don't cover.
    built = [run for run in client.runs(BUILD_DAG) if run.state == "success"]
    assert len(built) >= 2
    assert max(pipeline.spend()) == str(LAST)
    assert pipeline.versions()[-1]["horizon"] == str(LAST)
    late = pipeline.published(
        "select distinct stream from ops_freshness "
        "where is_required and covered_to_date = horizon_date"
    )
    assert late == [("tiktok_ads__ad_daily",)]
    waiting = pipeline.published("select distinct stream from ops_freshness where is_held_back")
    assert ("shopify__orders",) in waiting


def test_rewritten_days_are_published_exactly_once_after_a_backfill(
    pipeline: Pipeline, settled: Settled
) -> None:
    before, versions = pipeline.spend(), len(pipeline.versions())
    body = {"from": "2026-09-24", "to": "2026-09-30", "factor": 2.0}
    pipeline.brand.control("POST", "restate", body)
    first = datetime(2026, 9, 24, tzinfo=UTC)
    client = pipeline.airflow.client
    reports = {"streams": ["tiktok_ads__ad_daily", "tiktok_ads__campaign_daily"]}
    client.backfill(TIKTOK_ADS.dag_id, first, first + timedelta(days=6, hours=23), conf=reports)
    runs = [run for run in client.runs(TIKTOK_ADS.dag_id) if run.run_type == "backfill"]
    assert len(runs) == 7
    settled(pipeline.airflow, runs, 1500)
    assert [pipeline.state(run) for run in runs] == ["success"] * 7
    assert len(pipeline.versions()) == versions + 1

    after = pipeline.spend()
    assert after.keys() == before.keys()
    for day, spend in before.items():
        factor = 2.0 if body["from"] <= day <= body["to"] else 1.0
        assert after[day] == pytest.approx(spend * factor, rel=0.001), day


def test_airflow_kept_no_secret(pipeline: Pipeline) -> None:
    """Logs, rendered fields, XComs, connections, landing, audit: no planted token anywhere."""
    planted = pipeline.brand.control("GET", "credentials")
    secrets = {
        name: str(value).encode()
        for name, value in planted.items()
        if any(word in name for word in ("token", "secret")) and isinstance(value, str)
        and "uri" not in name
    }  # fmt: skip
    assert len(secrets) >= 5
    # The brand's own folder hands out the tokens; token files exist to keep one.
    own = (pipeline.home / "sandbox", pipeline.home / "tokens")
    seen = 0
    for path in pipeline.home.rglob("*"):
        if not path.is_file() or any(path.is_relative_to(folder) for folder in own):
            continue
        seen += 1
        content = path.read_bytes()
        assert [name for name, secret in secrets.items() if secret in content] == [], path
    assert seen > 100
