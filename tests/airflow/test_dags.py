"""What every DAG and every task must have."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from rivage.airflow.names import (
    BUILD_DAG,
    DECIDE_DAG,
    FAMILIES,
    POOLS,
    UPKEEP_DAG,
    WRITER_POOL,
    ZONE,
)
from rivage.streams import all_streams, streams_of

HEAVY = ("duckdb", "dbt", "great_expectations", "pandas", "requests", "numpy", "pydantic_settings")
INGEST = [family.dag_id for family in FAMILIES]
ALL = [*INGEST, BUILD_DAG, DECIDE_DAG, UPKEEP_DAG]


def test_every_file_gives_its_dag_and_no_error(dagbag: Any) -> None:
    assert dagbag.import_errors == {}
    assert sorted(dagbag.dags) == sorted(ALL)
    assert {dag.dag_id for dag in dagbag.dags.values()} == {
        path.fileloc.rsplit("/", 1)[1].removesuffix(".py") for path in dagbag.dags.values()
    }


def test_parsing_loads_nothing_heavy() -> None:
    code = (
        "import runpy, sys, time\n"
        "import airflow.sdk\n"
        "started = time.process_time()\n"
        "from pathlib import Path\n"
        "for path in sorted(Path('dags').glob('*.py')): runpy.run_path(str(path))\n"
        "spent = time.process_time() - started\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], spent)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    loaded, spent = done.stdout.strip().rsplit(" ", 1)
    assert loaded == "[]"
    # All files, CPU time, on top of airflow.sdk; measured 0.15 s.
    assert float(spent) < 1.0


@pytest.mark.parametrize("dag_id", ALL)
def test_every_dag_says_what_to_do_when_it_is_red(dagbag: Any, dag_id: str) -> None:
    dag = dagbag.dags[dag_id]
    assert "**Healthy**" in dag.doc_md
    assert "**When red**" in dag.doc_md
    assert "rivage" in dag.tags
    # A hold must not wait behind an older one that nobody answers.
    assert (dag.max_active_runs == 1) == (dag_id != DECIDE_DAG)
    assert dag.catchup is False


@pytest.mark.parametrize("dag_id", ALL)
def test_every_task_can_fail_well(dagbag: Any, dag_id: str) -> None:
    known = {pool.name for pool in POOLS} | {"default_pool"}
    for task in dagbag.dags[dag_id].tasks:
        assert task.owner == "marketing-data", task.task_id
        assert task.execution_timeout <= timedelta(hours=3), task.task_id
        assert task.pool in known, task.task_id
        assert task.doc_md, task.task_id
        assert task.on_failure_callback, task.task_id
        assert task.retries == 3, task.task_id
        assert task.retry_exponential_backoff == 2.0, task.task_id


def decision(dagbag: Any, error: BaseException) -> str:
    policy = dagbag.dags[BUILD_DAG].get_task("build").retry_policy
    return str(policy.evaluate(error, try_number=1, max_tries=3).action.value)


def test_only_what_passes_by_itself_is_tried_again(dagbag: Any) -> None:
    from rivage import errors

    kinds = [k for k in vars(errors).values() if isinstance(k, type)]
    kinds = [k for k in kinds if issubclass(k, errors.RivageError)]
    assert len(kinds) > 15
    for kind in kinds:
        expected = "retry" if kind.transient else "fail"
        assert decision(dagbag, kind("why")) == expected, kind
    assert decision(dagbag, ZeroDivisionError()) == "fail"


def test_the_policy_survives_airflows_serialisation(dagbag: Any) -> None:
    from airflow.sdk import ExceptionRetryPolicy

    policy = dagbag.dags[BUILD_DAG].get_task("build").retry_policy
    again = ExceptionRetryPolicy.deserialize(policy.serialize())
    assert again.serialize() == policy.serialize()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_an_ingest_dag_pulls_every_connector_account_by_account(dagbag: Any, family: Any) -> None:
    dag = dagbag.dags[family.dag_id]
    pulls = {f"pull__{connector}" for connector in family.connectors}
    accounts = {f"accounts__{connector}" for connector in family.connectors}
    assert set(dag.task_ids) == pulls | accounts | {"land"}
    land = dag.get_task("land")
    assert land.upstream_task_ids == pulls
    assert [asset.uri for asset in land.outlets] == [family.uri]
    for connector in family.connectors:
        task = dag.get_task(f"pull__{connector}")
        assert task.upstream_task_ids == {f"accounts__{connector}"}
        assert task.is_mapped
        assert task.pool == f"pull_{connector}"
        for stream in streams_of(connector):
            assert f"`{stream.name}`" in task.doc_md


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_form_offers_the_familys_streams(dagbag: Any, family: Any) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    params = dagbag.dags[family.dag_id].params
    name = streams_of(family.connectors[0])[0].name
    params["streams"] = [name]
    with pytest.raises(ParamValidationError):
        params["streams"] = ["no__such"]
    params["streams"] = None


def test_no_stream_is_left_out() -> None:
    pulled = {s.name for f in FAMILIES for c in f.connectors for s in streams_of(c)}
    assert pulled == set(all_streams())


def test_marts_follow_any_landing_in_four_steps(dagbag: Any) -> None:
    dag = dagbag.dags[BUILD_DAG]
    order = ["settle", "build", "audit", "publish"]
    assert [t.task_id for t in dag.topological_sort() if t.task_id != "ask"] == order
    assert dag.get_task("ask").upstream_task_ids == {"audit"}
    assert dag.get_task("ask").trigger_rule == "one_failed"
    assert {asset.uri for asset in dag.timetable.asset_condition.objects} == {
        family.uri for family in FAMILIES
    }
    assert type(dag.timetable.asset_condition).__name__ == "AssetAny"
    for name in order[1:]:
        assert dag.get_task(name).pool == WRITER_POOL
    assert [asset.name for asset in dag.get_task("publish").outlets] == ["marts"]


@pytest.mark.parametrize("dag_id", [*INGEST, BUILD_DAG])
def test_a_day_that_is_late_is_told(dagbag: Any, dag_id: str) -> None:
    (deadline,) = dagbag.dags[dag_id].deadline
    assert deadline.interval == timedelta(hours=3)
    assert deadline.callback.path == "rivage.airflow.callbacks.say_late"


def test_a_decision_waits_for_a_while_and_silence_holds(dagbag: Any) -> None:
    dag = dagbag.dags[DECIDE_DAG]
    decide = dag.get_task("decide")
    assert (decide.options, decide.defaults) == (["Approve", "Reject"], ["Reject"])
    assert decide.response_timeout == timedelta(hours=4)
    assert dag.get_task("publish").pool == WRITER_POOL
    assert [asset.name for asset in dag.get_task("publish").outlets] == ["marts"]


@pytest.mark.parametrize("dag_id", INGEST)
def test_the_schedule_is_the_brands_morning(dagbag: Any, dag_id: str) -> None:
    # The SDK's timetable has no public fields; its repr has both.
    said = repr(dagbag.dags[dag_id].timetable)
    assert "expression='30 6 * * *'" in said
    assert f"timezone='{ZONE}'" in said


@pytest.mark.parametrize("bad", ["2026-9-1", "tomorrow", "2026-13-01", 20260901])
def test_dates_are_checked_at_the_form(dagbag: Any, bad: object) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    params = dagbag.dags[INGEST[0]].params
    with pytest.raises(ParamValidationError):
        params["from_date"] = bad
    params["from_date"] = "2026-09-01"
    params["from_date"] = None


def test_until_ends_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    from rivage.airflow.defaults import until
    from rivage.errors import BadDate

    assert until() is None
    monkeypatch.setenv("RIVAGE_AIRFLOW_UNTIL", "2026-10-31")
    assert str(until()) == "2026-10-31 23:59:59+00:00"
    monkeypatch.setenv("RIVAGE_AIRFLOW_UNTIL", "soon")
    with pytest.raises(BadDate, match="RIVAGE_AIRFLOW_UNTIL"):
        until()
