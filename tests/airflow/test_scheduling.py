"""What a real Airflow does with the DAGs; the stages are fakes, so that only it is tested."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rivage.airflow.client import AirflowRefused, Client, Run
from rivage.airflow.names import BUILD_DAG, DECIDE_DAG, FAMILIES, MARTS_ASSET, TIKTOK_ADS
from rivage.incidents import log
from rivage.settings import Settings
from tests.airflow.question import answer, wait_until_asked

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]
Settled = Callable[..., None]


def versions(airflow: Any) -> int:
    return len(airflow.client.asset_events(MARTS_ASSET))


def states(airflow: Any, run: Run) -> dict[str, str]:
    return {t.task_id: t.state for t in airflow.client.tasks(run)}


def windows(airflow: Any, stream: str) -> list[str]:
    """The windows a stream was pulled over, in order."""
    folder = airflow.home / "fake"
    return [path.read_text() for path in sorted(folder.glob(f"landed_{stream}_*"))]


def test_unpausing_starts_nothing_by_itself(fake_airflow: Any) -> None:
    # RIVAGE_AIRFLOW_UNTIL lies in the past; all DAGs are unpaused by the fixture.
    assert fake_airflow.client.runs() == []


def test_all_families_are_published_once(fake_airflow: Any, settled: Settled) -> None:
    days = {"from_date": "2026-09-01", "to_date": "2026-09-30"}
    runs = [fake_airflow.client.trigger(family.dag_id, days) for family in FAMILIES]
    settled(fake_airflow, runs)
    assert {fake_airflow.client.run(r.dag_id, r.run_id).state for r in runs} == {"success"}
    assert versions(fake_airflow) == 1
    builds = [states(fake_airflow, run) for run in fake_airflow.client.runs(BUILD_DAG)]
    assert {run.state for run in fake_airflow.client.runs(BUILD_DAG)} == {"success"}
    assert [b["publish"] for b in builds].count("success") == 1
    assert all(b["build"] == "skipped" for b in builds if b["publish"] != "success")
    assert windows(fake_airflow, "tiktok_ads__ad_daily") == ["2026-09-01..2026-09-30"]
    # A snapshot has no past.
    assert windows(fake_airflow, "tiktok_ads__campaigns") == ["2026-09-30"]


def test_a_mapped_instance_names_account_and_window(fake_airflow: Any) -> None:
    run = fake_airflow.client.runs(TIKTOK_ADS.dag_id)[-1]
    names = {t.task_id: t.name for t in fake_airflow.client.tasks(run) if t.map_index >= 0}
    assert names["pull__tiktok_ads"] == "tiktok_ads one · 2026-09-01..2026-09-30"


def test_a_bad_date_is_refused_at_the_door(fake_airflow: Any) -> None:
    with pytest.raises(AirflowRefused, match="400"):
        fake_airflow.client.trigger(TIKTOK_ADS.dag_id, {"from_date": "1.9.2026"})


def test_a_week_of_backfill_is_seven_runs_and_one_version(
    fake_airflow: Any, settled: Settled
) -> None:
    before, known = versions(fake_airflow), len(windows(fake_airflow, "tiktok_ads__ad_daily"))
    # As `--from-date 2026-09-24 --to-date 2026-09-30T23:00` on the command line, in UTC.
    first = datetime(2026, 9, 24, tzinfo=UTC)
    fake_airflow.client.backfill(TIKTOK_ADS.dag_id, first, first + timedelta(days=6, hours=23))
    runs = [r for r in fake_airflow.client.runs(TIKTOK_ADS.dag_id) if r.run_type == "backfill"]
    assert len(runs) == 7
    settled(fake_airflow, runs)
    pulled = windows(fake_airflow, "tiktok_ads__ad_daily")[known:]
    # Exactly the days, oldest first, one run after the other; no lookback.
    assert pulled == [f"2026-09-{day}" for day in range(24, 31)]
    assert versions(fake_airflow) == before + 1


def test_midnight_as_end_leaves_the_last_day_out(fake_airflow: Any) -> None:
    body = {
        "dag_id": TIKTOK_ADS.dag_id,
        "from_date": "2026-08-01T00:00:00Z",
        "to_date": "2026-08-07T00:00:00Z",
    }
    found = fake_airflow.client.call("POST", "backfills/dry_run", json=body)["backfills"]
    assert [entry["logical_date"] for entry in found] == [
        f"2026-08-0{day}T04:30:00Z" for day in range(1, 7)
    ]


def test_an_ordinary_run_reads_the_day_its_interval_starts_on(
    fake_airflow: Any, settled: Settled
) -> None:
    # 06:30 in Paris on 2 October until the next day; what a scheduled run would get.
    start = datetime(2026, 10, 2, 4, 30, tzinfo=UTC)
    run = fake_airflow.client.trigger(
        TIKTOK_ADS.dag_id, interval=(start, start + timedelta(days=1))
    )
    settled(fake_airflow, [run])
    assert windows(fake_airflow, "tiktok_ads__ad_daily")[-1] == "2026-10-02"


def test_one_failing_stream_fails_alone(fake_airflow: Any, settled: Settled) -> None:
    plan = fake_airflow.home / "fake" / "fail"
    plan.write_text("tiktok_ads__ads=TokenExpired,shopify__orders=RateLimited")
    before, known = versions(fake_airflow), len(windows(fake_airflow, "shopify__products"))
    try:
        days = {"from_date": "2026-10-01", "to_date": "2026-10-01"}
        runs = {f.name: fake_airflow.client.trigger(f.dag_id, days) for f in FAMILIES}
        settled(fake_airflow, list(runs.values()))
    finally:
        plan.unlink()
    client = fake_airflow.client
    ended = {name: client.run(run.dag_id, run.run_id).state for name, run in runs.items()}
    assert {name for name, state in ended.items() if state == "failed"} == {
        "tiktok_ads", "commerce",
    }  # fmt: skip

    tiktok = {t.task_id: t for t in client.tasks(runs["tiktok_ads"])}
    assert tiktok["pull__tiktok_ads"].state == "failed"
    # The instance itself says which stream failed; all others landed.
    assert tiktok["pull__tiktok_ads"].name.endswith("failed: tiktok_ads__ads")
    assert tiktok["land"].state == "upstream_failed"
    assert windows(fake_airflow, "tiktok_ads__campaigns")[-1] == "2026-10-01"
    # A dead token is not tried again; a rate limit is, three times more ...
    shop = {t.task_id: t for t in client.tasks(runs["commerce"])}
    assert tiktok["pull__tiktok_ads"].tries == 1
    assert shop["pull__shopify"].tries == 4
    # ... and then only the stream that failed is read, not those that landed.
    assert len(windows(fake_airflow, "shopify__products")) == known + 1
    # The families that landed are published.
    assert versions(fake_airflow) == before + 1


def test_a_source_without_settings_is_left_out_not_refused(
    fake_airflow: Any, settled: Settled
) -> None:
    unset = fake_airflow.home / "fake" / "unset"
    unset.write_text("matomo,ga4_export")
    try:
        days = {"from_date": "2026-10-02", "to_date": "2026-10-02"}
        run = fake_airflow.client.trigger("ingest_web_analytics", days)
        settled(fake_airflow, [run])
    finally:
        unset.unlink()
    found = states(fake_airflow, run)
    assert found["accounts__matomo"] == found["pull__matomo"] == "skipped"
    assert found["pull__ga4"] == found["land"] == "success"


def test_a_failure_says_in_one_line_what_happened(fake_airflow: Any) -> None:
    client = fake_airflow.client
    run = next(r for r in client.runs(TIKTOK_ADS.dag_id) if r.state == "failed")
    task = next(t for t in client.tasks(run) if t.state == "failed")
    said = [line for line in client.log(run, task).splitlines() if "task failed:" in line]
    assert len(said) == 1
    assert "task=pull__tiktok_ads[0]" in said[0]
    assert "TokenExpired: as asked" in said[0]


def test_a_failure_is_told_once_to_people(fake_airflow: Any) -> None:
    sent = [e for e in log.read(Settings(home=fake_airflow.home)) if e.facts["what"] == "failed"]
    told = {(e.facts["about"], e.facts["error_class"], e.facts["stream"]) for e in sent}
    assert told == {
        ("ingest_tiktok_ads.pull__tiktok_ads", "TokenExpired", "tiktok_ads__ads"),
        ("ingest_commerce.pull__shopify", "RateLimited", "shopify__orders"),
    }
    assert len(sent) == 2


def test_a_critical_finding_stops_the_release(fake_airflow: Any, settled: Settled) -> None:
    plan = fake_airflow.home / "fake" / "verdict"
    plan.write_text("fail")
    before = versions(fake_airflow)
    try:
        days = {"from_date": "2026-10-03", "to_date": "2026-10-03"}
        run = fake_airflow.client.trigger("ingest_commerce", days)
        settled(fake_airflow, [run])
    finally:
        plan.unlink()
    build = fake_airflow.client.runs(BUILD_DAG)[0]
    tasks = {t.task_id: t for t in fake_airflow.client.tasks(build)}
    assert build.state == "failed"
    assert (tasks["audit"].state, tasks["audit"].tries) == ("failed", 1)
    assert tasks["publish"].state == "upstream_failed"
    assert versions(fake_airflow) == before
    path = f"dags/{BUILD_DAG}/dagRuns/{build.run_id}/taskInstances/audit/xcomEntries/return_value"
    kept = fake_airflow.client.call("GET", path, params={"deserialize": "true"})
    assert "fail" in str(kept["value"])


def test_a_hold_asks_people_and_a_rejection_is_written_down(fake_airflow: Any) -> None:
    client = fake_airflow.client
    (run,) = client.runs(DECIDE_DAG)
    path = f"dags/{DECIDE_DAG}/dagRuns/{run.run_id}/taskInstances/decide/-1/hitlDetails"
    wait_until_asked(client, run, [fake_airflow.check_alive])
    rejection = {"chosen_options": ["Reject"], "params_input": {"reason": "not today", "days": 1}}
    viewer = Client(fake_airflow.url, "viewer", fake_airflow.users["viewer"])
    with pytest.raises(AirflowRefused, match="403"):
        viewer.call("PATCH", path, json=rejection)
    oncall = Client(fake_airflow.url, "oncall", fake_airflow.users["oncall"])
    answer(client, run, lambda: oncall.call("PATCH", path, json=rejection))

    assert client.run(DECIDE_DAG, run.run_id).state == "success"
    assert states(fake_airflow, run) == {"decide": "success", "publish": "skipped"}
    (said,) = (e for e in log.read(Settings(home=fake_airflow.home)) if e.kind == "rejected")
    assert (said.who, said.why) == ("oncall", "not today")
    # The red audit was told by its findings; nobody hears of it twice.
    failed = [e for e in log.read(Settings(home=fake_airflow.home)) if e.kind == "sent"]
    assert not any("audit" in e.facts["about"] for e in failed)
