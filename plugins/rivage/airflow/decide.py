"""Builds the DAG `decide_hold`: a person lets a held release pass, or does not, for some hours.

It is a DAG of its own, so that a decision that waits never keeps the next build from starting.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG, Param, task

from rivage.airflow.defaults import START, defaults
from rivage.airflow.marts import marts_asset
from rivage.airflow.names import DECIDE_DAG, WRITER_POOL, WRITER_QUEUE
from rivage.alerts.masks import masked

APPROVE, REJECT = "Approve", "Reject"
NOBODY = "rivage"
"""Who rejects when nobody answers."""


def hours() -> float:
    """How long to wait for an answer; 0: nobody is asked. RIVAGE_AIRFLOW_DECIDE_HOURS."""
    return float(os.environ.get("RIVAGE_AIRFLOW_DECIDE_HOURS", "4"))


def publish_decided(**context: Any) -> dict[str, Any]:
    """Waive and publish when approved; otherwise write down who held it, and publish nothing."""
    from datetime import UTC, datetime

    from airflow.sdk.exceptions import AirflowSkipException

    from rivage import stages
    from rivage.airflow.run import plain, say
    from rivage.approval import approve
    from rivage.incidents import decisions
    from rivage.publish.releases import current
    from rivage.settings import settings

    answer, params = context["ti"].xcom_pull(task_ids="decide"), context["params"]
    form, at = answer.get("params_input") or {}, datetime.now(UTC)
    user = answer.get("responded_by_user") or {}
    by, why = user.get("name") or NOBODY, str(form.get("reason") or "")
    build_id, audit = params["build_id"], params["audit"]
    if answer["chosen_options"] != [APPROVE]:
        told = why or ("no reason given" if user else f"nobody answered within {hours():g} h")
        decisions.reject(settings(), by, told, at, build_id=build_id, audit=audit)
        raise AirflowSkipException(f"held by {by}: {told}; readers keep the last version")
    try:
        waived = approve(
            settings(), build_id, audit, by=by, why=why, days=int(form.get("days") or 1), at=at
        )
    except Exception as error:
        decisions.refused(settings(), by, "approve a held release", str(error), at)
        raise
    say("waived", by=by, rules=waived)
    report = stages.publish(settings())
    release = current(settings())
    context["outlet_events"][marts_asset()].extra = {
        "version": report.version,
        "horizon": str(release.horizon) if release and release.horizon else None,
        "verdict": release.audit_verdict if release else None,
    }
    return plain(report)


def decide_dag() -> DAG:
    """The DAG that `build_marts` starts when an audit holds the release."""
    with DAG(
        dag_id=DECIDE_DAG,
        schedule=None,
        start_date=START,
        catchup=False,
        # A newer hold must not wait behind an older one that nobody answered.
        max_active_runs=16,
        is_paused_upon_creation=False,
        default_args=defaults(),
        params={
            "build_id": Param(type="string", pattern="^[0-9a-z]{1,32}$", title="Build"),
            "audit": Param(type="string", pattern=r"^\w{1,80}$", title="Audit document"),
            "told": Param("", type="string", title="What is broken"),
        },
        tags=["rivage", "decide"],
        doc_md=DOC,
    ) as dag:
        decide = HITLOperator(
            task_id="decide",
            subject="Held: build {{ params.build_id }}",
            body="{{ params.told }}",
            options=[APPROVE, REJECT],
            defaults=REJECT,
            response_timeout=timedelta(hours=hours() or 4),
            params={
                "reason": Param("", type="string", maxLength=2000, title="Reason",
                                description="Readers see it in ops_waivers. Needed to approve."),
                "days": Param(1, type="integer", minimum=1, maximum=31, title="Days",
                              description="How long the broken rules may pass, today included."),
            },
            doc_md="Waits for an answer without holding a worker; silence means hold.",
        )  # fmt: skip
        publish = task(
            task_id="publish",
            pool=WRITER_POOL,
            queue=WRITER_QUEUE,
            execution_timeout=timedelta(minutes=15),
            outlets=[marts_asset()],
            doc_md="Approved: writes the waivers and publishes. Rejected: skipped.",
        )(publish_decided)()
        decide >> publish
    return dag


def as_markdown(findings: list[dict[str, Any]]) -> str:
    """What holds, as a list that a page renders; text from data stays text."""
    stops = [f for f in findings if f["severity"] == "critical" and not f.get("waived_until")]
    lines = [f"- {_literal(f['sentence'])} Owner: {_literal(f['owner'])}." for f in stops]
    return "\n".join(
        [
            *(lines or ["- The log of the audit lists what is broken."]),
            "",
            "**Approve** publishes all the same: every critical rule of this audit is waived for "
            "the days you give, and readers see your name and reason in `ops_waivers`.",
            "**Reject**, or no answer, holds: readers keep the last version.",
        ]
    )


def _literal(text: object) -> str:
    """Markdown's own characters made harmless: a name from data is no link and no picture."""
    line = masked(" ".join(str(text).split()))
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+!|~&" else c for c in line)


DOC = """
### Decide about a held release

Started by `build_marts` when an audit has a critical finding that nobody waived. `decide` waits
some hours (4, or RIVAGE_AIRFLOW_DECIDE_HOURS; 0 asks nobody) under **Required Actions**.

**Healthy**: no run at all; or a green one. Approved: `publish` green, the version is announced.
Rejected, or no answer: `publish` skipped, the release stays held and readers keep the last
version; who rejected it, and why, is in the on-call log.

**When red**: `publish` says why. No reason was given, or the candidate was built or audited again
meanwhile: then nothing was changed. Look at `rivage findings`; to answer again, trigger this DAG
with the same `build_id` and `audit`, or run `rivage waive` for each rule, then `rivage publish`.

**Asked again**: `decide` is on its second try. Airflow lost an answer that a script gave within
the second in which the question was put; nothing was changed, answer once more.
"""
