"""Builds the DAG `build_marts`: settle -> build -> audit -> publish, or a question."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from airflow.sdk import DAG, Asset, Param, task

from rivage.airflow.callbacks import ReleaseHeld
from rivage.airflow.defaults import START, defaults, in_time
from rivage.airflow.ingest import landing_asset
from rivage.airflow.names import (
    BUILD_DAG,
    DECIDE_DAG,
    FAMILIES,
    MARTS_ASSET,
    MARTS_URI,
    WRITER_POOL,
    WRITER_QUEUE,
)

TOP_FINDINGS = 10


def wait_for_ingestion(**context: Any) -> dict[str, Any]:
    """Hold until no ingest run is queued or running, at most `settle_minutes`."""
    from rivage.airflow.run import plain, say
    from rivage.airflow.settle import BUSY_STATES, settle

    ti = context["ti"]
    done = settle(
        [family.dag_id for family in FAMILIES],
        lambda dag_id: int(ti.get_dr_count(dag_id=dag_id, states=list(BUSY_STATES))),
        limit_seconds=60 * float(context["params"]["settle_minutes"]),
        told=lambda busy, waited: say("waiting", seconds=round(waited, 1), busy=busy),
    )
    if done.quiet:
        say("settled", seconds=done.seconds)
    else:
        say("gave up waiting; building with what has landed", **plain(done))
    return plain(done)


def build_candidate(**context: Any) -> dict[str, Any]:
    """Bring the candidate up to date; skip the rest when readers already have it."""
    from airflow.sdk.exceptions import AirflowSkipException

    from rivage import stages
    from rivage.airflow.run import ProgressLog, plain, say, settings_for_all

    report = stages.build(
        settings_for_all(),
        full_refresh=bool(context["params"]["full_refresh"]),
        progress=ProgressLog(),
    )
    fields = plain(report)
    say("built", **fields)
    for stale in fields["stale"]:
        say("stale stream: later days wait for it", **stale)
    if report.published and not report.changed:
        raise AirflowSkipException("nothing new landed since the published version was built")
    return fields


def audit_candidate(**context: Any) -> dict[str, Any]:
    """Judge the candidate; the verdict is kept as XCom even when it stops the release."""
    from rivage import stages
    from rivage.airflow.run import plain, say
    from rivage.settings import settings

    report = stages.audit(settings())
    fields = plain(report)
    for finding in fields["findings"]:
        say("finding", **finding)
    say("audited", verdict=report.verdict, checks=report.checks, findings=len(report.findings))
    fields["findings"] = fields["findings"][:TOP_FINDINGS]
    if report.verdict == "fail":
        context["ti"].xcom_push(key="return_value", value=fields)
        raise ReleaseHeld(
            f"{len(report.findings)} finding(s), at least one critical without a waiver; "
            "readers keep the last version.",
            do="`rivage findings` says more. Repair the cause and land the days again, or answer "
            f"the question in {DECIDE_DAG}, or `rivage waive` each rule, then clear audit.",
        )
    return fields


def ask_people(**context: Any) -> None:
    """Start `decide_hold` about the release that the audit holds; once per audit."""
    from pathlib import Path

    from airflow.sdk.exceptions import AirflowSkipException, DagRunTriggerException

    from rivage.airflow.decide import as_markdown, hours

    audited = context["ti"].xcom_pull(task_ids="audit") or {}
    if audited.get("verdict") != "fail" or not hours():
        raise AirflowSkipException("there is nothing to ask, or nobody is to be asked")
    audit = Path(audited["document"]).stem
    told = as_markdown(audited["findings"])
    raise DagRunTriggerException(
        trigger_dag_id=DECIDE_DAG,
        dag_run_id=f"held__{audit}",
        conf={"build_id": audited["build_id"], "audit": audit, "told": told},
        reset_dag_run=False,
        skip_when_already_exists=True,
        wait_for_completion=False,
        allowed_states=["success"],
        failed_states=["failed"],
        poke_interval=60,
        deferrable=False,
    )


def publish_candidate(**context: Any) -> dict[str, Any]:
    """Swap the audited candidate in and announce the version."""
    from rivage import stages
    from rivage.airflow.run import plain, say
    from rivage.settings import settings

    report = stages.publish(settings())
    built = context["ti"].xcom_pull(task_ids="build") or {}
    audited = context["ti"].xcom_pull(task_ids="audit") or {}
    context["outlet_events"][marts_asset()].extra = {
        "version": report.version,
        "horizon": built.get("horizon"),
        "verdict": audited.get("verdict"),
    }
    fields = plain(report)
    say("published", **fields)
    return fields


def marts_asset() -> Asset:
    """What `publish` announces: a new version readers see."""
    return Asset(name=MARTS_ASSET, uri=MARTS_URI)


def build_dag() -> DAG:
    """The DAG that turns landings into one published version."""
    # Audit only reads, but DuckDB refuses readers while a writer is at work.
    writer: dict[str, Any] = {"pool": WRITER_POOL, "queue": WRITER_QUEUE}
    with DAG(
        dag_id=BUILD_DAG,
        schedule=reduce(or_, [landing_asset(family) for family in FAMILIES]),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        deadline=in_time(),
        default_args=defaults(),
        params={
            "full_refresh": Param(
                False, type="boolean", description="Build everything again from landing."
            ),
            "settle_minutes": Param(
                20, type="number", minimum=0, description="How long to wait for ingest runs."
            ),
        },
        tags=["rivage", "build"],
        doc_md=DOC,
    ) as dag:
        settle = task(
            task_id="settle",
            execution_timeout=timedelta(hours=3),
            doc_md="Waits for running ingest DAGs, so that they are built and published once.",
        )(wait_for_ingestion)()
        build = task(
            task_id="build",
            doc_md="Loads what landed and runs dbt into the candidate file.",
            **writer,
        )(build_candidate)()
        audit = task(
            task_id="audit",
            execution_timeout=timedelta(minutes=30),
            doc_md="Judges the candidate. A critical finding without a waiver stops here.",
            **writer,
        )(audit_candidate)()
        publish = task(
            task_id="publish",
            execution_timeout=timedelta(minutes=15),
            outlets=[marts_asset()],
            doc_md="Swaps the published file atomically; readers never see a mix.",
            **writer,
        )(publish_candidate)()
        ask = task(
            task_id="ask",
            trigger_rule="one_failed",
            execution_timeout=timedelta(minutes=5),
            doc_md=f"Only when the audit holds the release: starts {DECIDE_DAG}.",
        )(ask_people)()
        settle >> build >> audit >> [publish, ask]
    return dag


DOC = """
### Build, audit and publish the marts

Starts whenever a source family has landed. `settle` waits for the ingest runs under way, so
three families or a backfill of many days end in one build and one published version.

**Healthy**: green, with `publish` green or skipped. Skipped means nothing new landed since the
published version; several such runs follow a backfill and cost nothing.

**When red**
- `build`: the log names the dbt model and its error. Nothing was published.
- `audit`: a critical finding. Readers keep the last version, and `ops_freshness` says so. The
  alert, the log and `rivage findings` name each rule with owner and runbook. Repair and land the
  days again; or let it pass: `ask` has started a run of `decide_hold` that waits for your answer.
- `publish`: readers keep the last version; clear the task once the cause in its log is gone.

A stream that stopped does not turn this DAG red: only days that every required stream covers
are published, and `ops_freshness` and the log of `build` name the one they wait for. A task that
fails, and a day that is not published three hours after a run was due, send an alert
(`rivage alerts` shows where to).

To build everything again, trigger with `full_refresh`.
"""
