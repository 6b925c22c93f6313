"""What every task shares: retries, timeout, owner, and what a failure says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from rivage.airflow.callbacks import say_late, say_what_failed
from rivage.airflow.names import OWNER, ZONE
from rivage.errors import BadDate, RivageError
from rivage.windows import parse_day

START = datetime(2025, 1, 1, tzinfo=UTC)


def _transient(root: type[RivageError] = RivageError) -> Iterator[type[RivageError]]:
    """The errors that say of themselves that trying again can help."""
    for kind in root.__subclasses__():
        if kind.transient:
            yield kind
        else:
            yield from _transient(kind)


# Rules are tried in order. An unknown error is a bug: it fails at once, in the open.
# A worker that dies raises nothing here, so Airflow's ordinary retry still applies.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=list(_transient()),
            action=RetryAction.RETRY,
            reason="the cause is known to pass by itself",
        ),
        RetryRule(
            exception=RivageError,
            action=RetryAction.FAIL,
            reason="trying the same thing again can't help",
        ),
    ],
    default=RetryAction.FAIL,
)


def defaults() -> dict[str, Any]:
    """`default_args` of every DAG; seconds between tries come from the environment."""
    seconds = float(os.environ.get("RIVAGE_AIRFLOW_RETRY_SECONDS", "60"))
    return {
        "owner": OWNER,
        "retries": 3,
        "retry_delay": timedelta(seconds=seconds),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(seconds=seconds * 20),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": timedelta(minutes=60),
        "on_failure_callback": say_what_failed,
    }


def cron(expression: str) -> CronDataIntervalTimetable:
    """A schedule whose logical date is the day the data is about, in the brand's zone."""
    return CronDataIntervalTimetable(expression, timezone=ZONE)


def in_time() -> DeadlineAlert:
    """The `deadline` of a DAG: its day is published some hours after the run was due.

    RIVAGE_AIRFLOW_LATE_HOURS; the alert runs as a task of the executor, and stays silent
    when something was published meanwhile.
    """
    hours = float(os.environ.get("RIVAGE_AIRFLOW_LATE_HOURS", "3"))
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=hours),
        callback=SyncCallback(say_late),
        name="published in time",
    )


def until() -> datetime | None:
    """The `end_date` of scheduled DAGs: RIVAGE_AIRFLOW_UNTIL, or none.

    Against a world that ends in the past, such as the sandbox, no run must start
    by itself; Airflow still accepts backfills and manual runs up to this day.
    """
    text = os.environ.get("RIVAGE_AIRFLOW_UNTIL", "").strip()
    if not text:
        return None
    try:
        day = parse_day(text)
    except BadDate as error:
        raise BadDate(f"RIVAGE_AIRFLOW_UNTIL: {error.what}") from None
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
