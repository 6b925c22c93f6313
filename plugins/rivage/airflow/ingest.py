"""Builds an ingest DAG from the stream declarations of a family's connectors."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, Param, TaskGroup, get_current_context, task

from rivage.airflow.defaults import START, cron, defaults, until
from rivage.airflow.names import Family, family_named, pool_of
from rivage.streams import streams_of

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


def list_accounts(connector: str) -> list[dict[str, Any]]:
    """Accounts the access can read; the first place where a dead token shows."""
    from rivage import stages
    from rivage.airflow.run import say, settings_for
    from rivage.errors import AccountUnknown

    found = stages.accounts(connector, settings_for(connector))
    say("accounts", connector=connector, count=len(found), ids=[a.id for a in found])
    if not found:
        # An empty list would expand to no tasks, and the run would look healthy.
        raise AccountUnknown(
            f"The access of {connector} reads no account.",
            do="Grant the token at least one account, or set the account id.",
        )
    return [asdict(account) for account in found]


def pull_stream(stream_name: str, account: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Pull and land one stream of one account over the run's days."""
    from rivage import stages
    from rivage.airflow.run import ProgressLog, asked_by, plain, say, settings_for
    from rivage.connectors.base import Account
    from rivage.streams import stream

    declared = stream(stream_name)
    settings = settings_for(declared.connector)
    who = Account(**account)
    asked = asked_by(context, settings.reporting_timezone)
    window = asked.of(
        declared,
        # Also reads holes that an outage left, so an ordinary day heals them.
        lambda day: stages.ordinary_window(declared, who, day, settings),
    )
    # The keyword arguments are a copy; only the context itself reaches the template.
    get_current_context()[MAP_NAME] = f"{who.name} · {window}"
    report = stages.pull(stream_name, who, window, settings, ProgressLog())
    fields = plain(report)
    say("landed", **fields)
    return fields


def verify_landing(family_name: str, **context: Any) -> list[dict[str, Any]]:
    """Check that every stream and account of the family covers the run's days."""
    from rivage import stages
    from rivage.airflow.run import asked_by, plain, say, settings_for
    from rivage.errors import LandingBroken

    family = family_named(family_name)
    reports = []
    for connector in family.connectors:
        settings = settings_for(connector)
        window = asked_by(context, settings.reporting_timezone).window
        reports.append(plain(stages.land(connector, window, settings)))
        say("verified", **reports[-1])
    missing = [{"source": r["source"], **gap} for r in reports for gap in r["missing"]]
    if missing or not all(report["complete"] for report in reports):
        raise LandingBroken(
            f"Landing does not cover the days asked for; missing: {missing}",
            do="Clear the pull task of the stream named here; land runs after it.",
        )
    context["outlet_events"][landing_asset(family)].extra = {
        report["source"]: report["window"] for report in reports
    }
    return reports


def landing_asset(family: Family) -> Asset:
    """What `land` announces and `build_marts` waits for."""
    return Asset(name=family.asset, uri=family.uri)


def ingest_dag(family: Family, *, tags: tuple[str, ...] = ()) -> DAG:
    """The DAG `ingest_<family>`: accounts -> pull (one mapped task per stream) -> land."""
    streams = [s for connector in family.connectors for s in streams_of(connector)]
    with DAG(
        dag_id=family.dag_id,
        schedule=cron("30 6 * * *"),
        start_date=START,
        end_date=until(),
        catchup=False,
        max_active_runs=1,
        default_args=defaults(),
        params=day_params(),
        tags=["rivage", "ingest", *tags],
        doc_md=_doc(family),
    ) as dag:
        accounts = {
            connector: task(
                task_id=f"accounts__{connector}",
                pool=pool_of(connector),
                execution_timeout=timedelta(minutes=5),
                doc_md="Lists the accounts and so proves that the access works.",
            )(list_accounts)(connector)
            for connector in family.connectors
        }
        with TaskGroup("pull", tooltip="One task per stream, one instance per account") as pulls:
            for stream in streams:
                task(
                    task_id=stream.name,
                    pool=pool_of(stream.connector),
                    map_index_template="{{ " + MAP_NAME + " }}",
                    doc_md=f"{stream.doc}\n\nLookback {stream.lookback.days} days: "
                    f"{stream.lookback.reason}",
                )(pull_stream).partial(stream_name=stream.name).expand(
                    account=accounts[stream.connector]
                )
        land = task(
            task_id="land",
            outlets=[landing_asset(family)],
            execution_timeout=timedelta(minutes=10),
            doc_md="Checks coverage of the days asked for, then announces the landing.",
        )(verify_landing)(family_name=family.name)
        pulls >> land
    return dag


def _doc(family: Family) -> str:
    return f"""
### {family.title}: pull and land

**Healthy**: green every morning before 07:00; `land` announces
`{family.uri}`, and `build_marts` starts by itself.

**When red**
- `accounts__…` red: the access is dead (expired token, missing scope). Renew it, then clear the
  task. It is never retried, because the answer would be the same.
- one `pull.…` red: only that stream is missing. The log's last line says what to do. Clear
  the red instance; `land` follows. Until then `build_marts` goes on publishing the days
  that all required streams cover and names this one as stale.
- `land` red: it names stream, account and missing days.

**Read days again**
- one range in one run: trigger with `from_date` and `to_date` (exactly these days, no lookback).
- one run per day:
  `airflow backfill create --dag-id {family.dag_id} --from-date 2026-09-24 \\
  --to-date 2026-09-30T23:00 --reprocess-behavior completed`
  reads the seven days 24 to 30 September. A bare `--to-date 2026-09-30` is midnight, before
  that day's 06:30, and would stop at the 29th. The marts are built and published once, at the end.

The logical date of a run is the day its data is about. A run triggered without one reads
yesterday.
"""
