"""Builds an ingest DAG from the stream declarations of a family's connectors."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param, get_current_context, task

from rivage.airflow.defaults import START, cron, defaults, in_time, until
from rivage.airflow.names import Family, family_named, pool_of
from rivage.connectors import CONNECTORS
from rivage.streams import streams_of

PACE_EVERY = 30.0
"""Seconds between two lines that say how far a pull is."""
MAP_NAME = "pulling"
"""Context key that names a mapped instance in the UI: account and window."""


def day_params() -> dict[str, Param]:
    """`from_date` and `to_date`, both optional: the form shows date pickers."""
    day = {
        "type": ["null", "string"],
        "format": "date",
        "pattern": r"^\d{4}-\d{2}-\d{2}$",
    }
    return {
        "from_date": Param(
            None, title="First day", description="Empty: the run's own day, with lookback.", **day
        ),
        "to_date": Param(
            None, title="Last day", description="Empty: through the run's own day.", **day
        ),
    }


def list_accounts(connector: str, **context: Any) -> list[dict[str, Any]]:
    """Accounts the access can read; the first place where a dead token shows."""
    from airflow.sdk.exceptions import AirflowSkipException

    from rivage import access, preflight, stages
    from rivage.airflow.run import say, settings_for
    from rivage.errors import AccountUnknown, NotGranted

    settings = settings_for(connector)
    if not stages.is_configured(connector, settings):
        raise AirflowSkipException(f"no setting speaks of {connector}; it is left out")
    grants, streams = access.Grants(settings), streams_of(connector)
    preflight.refuse(settings, streams)
    only = context["params"].get("streams") or []
    if not only and (waiting := grants.waiting_source(streams)):
        raise AirflowSkipException(access.summary(waiting))
    try:
        found = stages.accounts(connector, settings)
    except NotGranted as error:
        kept = grants.keep_source(streams, error)
        raise AirflowSkipException(access.sentence(kept[0][0])) from None
    say("accounts", connector=connector, count=len(found), ids=[a.id for a in found])
    if not found:
        # An empty list would expand to no tasks, and the run would look healthy.
        raise AccountUnknown(
            f"The access of {connector} reads no account.",
            do="Grant the token at least one account, or set the account id.",
        )
    return [asdict(account) for account in found]


def pull_account(
    connector: str, at_once: int, account: dict[str, Any], **context: Any
) -> dict[str, Any]:
    """Pull and land every stream of one account over the run's days.

    One process serves all streams, because a process costs more than most pulls do. They
    fail and are repeated one by one all the same: a later try reads only what this run has
    not landed yet. A stream that the platform does not grant is no failure; where nothing else
    is left, the instance ends as skipped.

    Raises:
        RivageError: the first failure that another try can mend, else the first one; the
            log names every stream that failed.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    from rivage import access, local_run, preflight, stages
    from rivage.airflow.run import asked_by, plain, say, settings_for, tell_pace
    from rivage.connectors.base import Account
    from rivage.pace import now_and_then

    settings = settings_for(connector)
    who = Account(**account)
    only = context["params"].get("streams") or []
    wanted = [s for s in streams_of(connector) if not only or s.name in only]
    preflight.refuse(settings, wanted)
    asked = asked_by(context, settings.reporting_timezone)
    run, ti = context["dag_run"], context["ti"]
    source = stages.source(connector, settings)
    planned, grants, before = local_run.Plan(), access.Grants(settings), 0
    for stream in wanted:
        window = asked.of(
            stream,
            # Also reads holes that an outage left, so an ordinary day heals them.
            lambda day, s=stream: stages.ordinary_window(s, who, day, settings),  # type: ignore[misc]
        )
        if not only and (known := grants.waiting(stream, who.id)):
            planned.waiting.append(known)
            continue
        since = run.start_date if ti.try_number > 1 else None
        if since and stages.is_pulled(stream, who, window, since, settings):
            before += 1
            say("landed by an earlier try", stream=stream.name, window=str(window))
            continue
        planned.jobs.append(local_run.Job(source, stream, who, window, since))
    label = f"{who.name} · {asked.window}"
    # The keyword arguments are a copy; only the context itself reaches the template.
    get_current_context()[MAP_NAME] = label
    done = local_run.pull_all(settings, planned, now_and_then(tell_pace, PACE_EVERY), at_once)
    for report in done.reports:
        say("landed", **plain(report))
    for error in done.errors:
        say("stream failed", stream=error.stream, error=str(error))
    for refusal in done.refused:
        say("not granted", stream=refusal.stream, detail=access.sentence(refusal))
    if known_ones := access.summary(done.waiting):
        say(known_ones)
    withheld = sorted({one.stream for one in (*done.refused, *done.waiting)})
    if withheld:
        label += f" · not granted: {', '.join(withheld)}"
        get_current_context()[MAP_NAME] = label
    if done.errors:
        names = sorted({str(error.stream) for error in done.errors})
        get_current_context()[MAP_NAME] = f"{label} · failed: {', '.join(names)}"
        raise next((e for e in done.errors if e.transient), done.errors[0])
    if withheld and not done.reports and not before:
        told = [access.sentence(one) for one in done.refused]
        raise AirflowSkipException("; ".join(told) or known_ones)
    return {"account": who.id, "streams": {r.stream: r.rows for r in done.reports}}


def verify_landing(family_name: str, **context: Any) -> list[dict[str, Any]]:
    """Check that every stream and account of the family covers the run's days."""
    from rivage import stages
    from rivage.airflow.run import asked_by, plain, say, settings_for
    from rivage.errors import LandingBroken

    family = family_named(family_name)
    only = context["params"].get("streams") or []
    reports = []
    for connector in family.connectors:
        settings = settings_for(connector)
        if not stages.is_configured(connector, settings):
            continue
        window = asked_by(context, settings.reporting_timezone).window
        reports.append(plain(stages.land(connector, window, settings, only)))
        say("verified", **reports[-1])
    missing = [{"source": r["source"], **gap} for r in reports for gap in r["missing"]]
    if missing or not all(report["complete"] for report in reports):
        raise LandingBroken(
            f"Landing does not cover the days asked for; missing: {missing}",
            do="Clear the pull task of the account named here; land runs after it.",
        )
    context["outlet_events"][landing_asset(family)].extra = {
        report["source"]: report["window"] for report in reports
    }
    return reports


def landing_asset(family: Family) -> Asset:
    """What `land` announces and `build_marts` waits for."""
    return Asset(name=family.asset, uri=family.uri)


def ingest_dag(family: Family, *, tags: tuple[str, ...] = ()) -> DAG:
    """The DAG `ingest_<family>`: accounts -> pull (one mapped task per account) -> land."""
    with DAG(
        dag_id=family.dag_id,
        schedule=cron("30 6 * * *"),
        start_date=START,
        end_date=until(),
        catchup=False,
        max_active_runs=1,
        deadline=in_time(),
        default_args=defaults(),
        params=day_params() | {"streams": _streams_param(family)},
        tags=["rivage", "ingest", *tags],
        doc_md=_doc(family),
    ) as dag:
        pulls = []
        for connector in family.connectors:
            entry = CONNECTORS[connector]
            accounts = task(
                task_id=f"accounts__{connector}",
                pool=pool_of(connector),
                execution_timeout=timedelta(minutes=5),
                doc_md="Lists the accounts and so proves that the access works. Skipped when no "
                "setting speaks of this source.",
            )(list_accounts)(connector)
            pulls.append(
                task(
                    task_id=f"pull__{connector}",
                    pool=pool_of(connector),
                    map_index_template="{{ " + MAP_NAME + " }}",
                    doc_md=_streams_doc(connector),
                )(pull_account)
                .partial(connector=connector, at_once=entry.at_once)
                .expand(account=accounts)
            )
        land = task(
            task_id="land",
            outlets=[landing_asset(family)],
            # A source without settings is skipped; the others are landed all the same.
            trigger_rule="none_failed_min_one_success",
            execution_timeout=timedelta(minutes=10),
            doc_md="Checks coverage of the days asked for, then announces the landing.",
        )(verify_landing)(family_name=family.name)
        pulls >> land
    return dag


def _streams_param(family: Family) -> Param:
    names = [s.name for connector in family.connectors for s in streams_of(connector)]
    return Param(
        None,
        type=["null", "array"],
        items={"type": "string", "enum": names},
        title="Streams",
        description="Empty: all of them.",
    )


def _streams_doc(connector: str) -> str:
    lines = [
        f"- `{s.name}`: {s.doc} Look-back {s.lookback.days} days: {s.lookback.reason}"
        for s in streams_of(connector)
    ]
    return "Pulls and lands, a few at a time:\n\n" + "\n".join(lines)


def _doc(family: Family) -> str:
    return f"""
### {family.title}: pull and land

**Healthy**: green every morning before 07:00; `land` announces
`{family.uri}`, and `build_marts` starts by itself.

**When red**
- `accounts__…` red: the access is dead (expired token, missing scope), or a setting such as the
  privacy salt is refused. Mend what the log names, then clear the task. It is never retried,
  because the answer would be the same. Skipped: not configured, or not granted.
- one `pull__…` names streams as *not granted*, or is skipped for it: the platform refuses them by
  permission. Nothing is red for it; they are asked for again weekly, or when a run names them in
  `streams`. The log says what is missing and where to ask.
- one `pull__…` red: its name says which streams of which account failed; all others have landed.
  The log has one line per failure saying what to do. Retries read only what failed. Afterwards
  clear the red instance; `land` follows. Until then `build_marts` goes on publishing the days
  that all required streams cover and names this one as stale.
- `land` red: it names stream, account and missing days.

**Read days again**
- one range in one run: trigger with `from_date` and `to_date` (exactly these days, no lookback),
  and `streams` to read only some of them.
- one run per day:
  `airflow backfill create --dag-id {family.dag_id} --from-date 2026-09-24 \\
  --to-date 2026-09-30T23:00 --reprocess-behavior completed`
  reads the seven days 24 to 30 September. A bare `--to-date 2026-09-30` is midnight, before
  that day's 06:30, and would stop at the 29th. The marts are built and published once, at the end.

The logical date of a run is the day its data is about; without one it reads yesterday.
"""
