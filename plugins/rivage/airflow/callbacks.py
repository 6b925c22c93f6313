"""What Airflow calls when a task failed or a day is late: one log line, and a message.

Light to import: every DAG names these functions, and they run in task processes, in the DAG
processor (for a process that died) and in the executor (for a deadline).
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from rivage.errors import AuditFailed, RivageError

PUNCTUAL_RUNS = ("scheduled", "asset_triggered")
"""Kinds of runs that anybody waits for; a backfill takes as long as it takes."""
log = logging.getLogger(__name__)


class ReleaseHeld(AuditFailed):
    """The audit holds the release. Its alert has told so: no second one about the red task."""


def say_what_failed(context: Any) -> None:
    """One line in plain words about a failed task instance, and a message to the sinks."""
    ti, error = context["ti"], context.get("exception")
    where = f"{ti.task_id}[{ti.map_index}]" if ti.map_index >= 0 else ti.task_id
    log.error(
        "task failed: dag=%s task=%s run=%s try=%s error=%s",
        ti.dag_id,
        where,
        ti.run_id,
        ti.try_number,
        " ".join(str(error).split()) if error else "unknown",
    )
    if isinstance(error, ReleaseHeld):
        return
    from rivage.alerts.failures import Failure, tell_failure
    from rivage.settings import settings

    named = error if isinstance(error, RivageError) else None
    failure = Failure(
        dag=ti.dag_id,
        task=ti.task_id,
        run=ti.run_id,
        error_class=type(error).__name__ if error else "",
        error=named.what if named else str(error or ""),
        do=named.do if named else "",
        stream=(named.stream or "") if named else "",
    )
    tell_failure(settings(), failure, datetime.now(UTC))


def say_late(context: Any, **_more: Any) -> None:
    """A message when the day of a run is not published though it should be by now."""
    run = context["dag_run"]
    if run["run_type"] not in PUNCTUAL_RUNS:
        return
    from rivage.alerts.failures import tell_late
    from rivage.settings import settings

    since = datetime.fromisoformat(run["run_after"])
    tell_late(settings(), run["dag_id"], run["dag_run_id"], since, datetime.now(UTC))
