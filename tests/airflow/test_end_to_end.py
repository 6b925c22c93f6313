"""Sandbox, Airflow, dbt, audit and publish, all real: what a brand would see.

The tests build on each other, in the order of the file: a first load, a morning on which
one stream breaks, a week that the platform rewrites, and a critical fault that people hear of.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

import pytest

from rivage.airflow.client import AirflowRefused
from rivage.airflow.names import BUILD_DAG, DECIDE_DAG, FAMILIES, TIKTOK_ADS
from tests.airflow.alive import Pipeline, sinks
from tests.airflow.question import answer, wait_until_asked
from tests.alerts.receivers import mail_server, webhook

pytestmark = [pytest.mark.airflow, pytest.mark.pipeline, pytest.mark.timeout(1800)]
Settled = Callable[..., None]
FIRST, LAST = date(2026, 9, 17), date(2026, 9, 30)
FAULTY = "2026-09-30"
REREAD = {"from_date": FAULTY, "to_date": FAULTY, "streams": ["tiktok_ads__ad_daily"]}
REPORT = "/open_api/v1.3/report/integrated/get/"


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    from rivage.airflow.demo import brand_environment
    from rivage.airflow.local import LocalAirflow
    from rivage.airflow.simulated import SimulatedBrand

    home = tmp_path_factory.mktemp("pipeline")
    brand = SimulatedBrand(home / "sandbox", ["--now", "2026-10-01T06:00:00Z"])
    with ExitStack() as open_until_the_end:
        hook = open_until_the_end.enter_context(webhook())
        box = open_until_the_end.enter_context(mail_server(auth_require_tls=False))
        extra = brand_environment() | sinks(hook, box) | {
            "PYTHONPATH": os.environ["PYTHONPATH"],
            "RIVAGE_AIRFLOW_RETRY_SECONDS": "1",
        }  # fmt: skip
        airflow = LocalAirflow(home, port=0, extra=extra, env_file=brand.env_file)
        open_until_the_end.callback(brand.stop)
        open_until_the_end.callback(airflow.stop)
        brand.start()
        airflow.start()
        brand.wait_until_ready(120)
        airflow.wait_until_healthy(300)
        for dag_id in [*(family.dag_id for family in FAMILIES), BUILD_DAG]:
            airflow.client.unpause(dag_id)
        yield Pipeline(airflow, brand, home, hook, box)


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
    # At every level: the audit holds them against each other.
    levels = ("ad_daily", "adgroup_daily", "campaign_daily", "advertiser_daily")
    reports = {"streams": [f"tiktok_ads__{level}" for level in levels]}
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


def test_a_critical_fault_publishes_nothing_and_is_told_once(
    pipeline: Pipeline, settled: Settled
) -> None:
    before, versions, spend = dict(pipeline.incidents()), pipeline.versions(), pipeline.spend()
    # One day's spend becomes ten-fold, and only the report by ad is read again.
    pipeline.brand.control("POST", "restate", {"from": FAULTY, "to": FAULTY, "factor": 10.0})
    client = pipeline.airflow.client
    settled(pipeline.airflow, [client.trigger(TIKTOK_ADS.dag_id, REREAD)], 900)

    build = client.runs(BUILD_DAG)[0]
    assert (build.state, pipeline.tasks(build)["audit"]) == ("failed", {"failed"})
    # Readers keep what they had, and see since when and why.
    assert pipeline.versions() == versions
    assert pipeline.spend() == spend
    ((why,),) = pipeline.published("select distinct held_why from ops_freshness")
    assert why.startswith("Held back: ")

    opened = pipeline.stops()
    assert opened
    for mark, rule in opened.items():
        assert pipeline.incidents()[mark].state(datetime.now(UTC)) == "open"
        assert mark not in before
        for told in pipeline.heard(mark):
            assert len(told) == 1, rule
            assert told[0].startswith("CRITICAL ")
    text = str(next(b["text"] for b in pipeline.hook.bodies if next(iter(opened)) in b["text"]))
    assert "Nothing was published; BI still shows the version of" in text[:210]
    # The red task itself is no second message.
    assert not any("FAILED build_marts.audit" in str(body["text"]) for body in pipeline.hook.bodies)


def test_only_an_operator_lets_it_pass_and_readers_see_who(pipeline: Pipeline) -> None:
    client, opened, versions = pipeline.airflow.client, pipeline.stops(), pipeline.versions()
    (run,) = client.runs(DECIDE_DAG)
    path = f"dags/{DECIDE_DAG}/dagRuns/{run.run_id}/taskInstances/decide/-1/hitlDetails"
    why = "TikTok confirmed the day by phone"
    approval = {"chosen_options": ["Approve"], "params_input": {"reason": why, "days": 2}}
    wait_until_asked(client, run, [pipeline.airflow.check_alive])
    with pytest.raises(AirflowRefused, match="403"):
        pipeline.person("viewer").call("PATCH", path, json=approval)
    assert pipeline.versions() == versions
    person = pipeline.person("oncall")
    approve = lambda: person.call("PATCH", path, json=approval)  # noqa: E731
    answer(client, run, approve, [pipeline.airflow.check_alive])

    assert pipeline.state(run) == "success"
    assert len(pipeline.versions()) == len(versions) + 1
    assert pipeline.versions()[-1]["verdict"] == "warn"
    now = datetime.now(UTC)
    assert {pipeline.incidents()[mark].state(now) for mark in opened} == {"waived"}
    seen = pipeline.published("select distinct waived_by, reason from ops_waivers")
    assert seen == [("oncall", why)]
    assert pipeline.published("select count(*) from ops_freshness where held_why is not null") == [
        (0,)
    ]


def test_after_the_mend_it_is_over_and_told_so(pipeline: Pipeline, settled: Settled) -> None:
    opened, versions = pipeline.stops(), len(pipeline.versions())
    client = pipeline.airflow.client
    # The platform takes the ten-fold spend back, and the day is read again.
    pipeline.brand.control("POST", "restate", {"from": FAULTY, "to": FAULTY, "factor": 0.1})
    settled(pipeline.airflow, [client.trigger(TIKTOK_ADS.dag_id, REREAD)], 900)
    assert len(pipeline.versions()) == versions + 1
    now = datetime.now(UTC)
    for mark in opened:
        assert pipeline.incidents()[mark].state(now) == "resolved"
        for told in pipeline.heard(mark):
            assert [line.split(" ", 1)[0] for line in told] == ["CRITICAL", "RESOLVED"]


def test_airflow_kept_no_secret(pipeline: Pipeline) -> None:
    """Logs, rendered fields, XComs, connections, landing, audit: no planted token anywhere."""
    planted = pipeline.brand.control("GET", "credentials")
    secrets = {
        name: str(value).encode()
        for name, value in planted.items()
        if any(word in name for word in ("token", "secret")) and isinstance(value, str)
        and "uri" not in name
    }  # fmt: skip
    secrets |= {"webhook": b"very-secret", "mail": b"mail-password"}
    assert len(secrets) >= 7
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
