"""Wait until ingestion is quiet, so that many landings become one build."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BUSY_STATES = ("queued", "running")


@dataclass(frozen=True)
class Settled:
    """How the waiting ended; `busy` names the DAGs that were still at work."""

    quiet: bool
    seconds: float
    busy: list[str]


def settle(
    dag_ids: Sequence[str],
    unfinished: Callable[[str], int],
    *,
    limit_seconds: float,
    every: float = 1.5,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    told: Callable[[list[str], float], None] | None = None,
) -> Settled:
    """Poll until no DAG has an unfinished run, or the limit is reached.

    Waiting is a courtesy and never a gate: a stuck ingest run must not hold back
    what the others landed, so the end of patience is no error.

    Args:
        unfinished: runs of a DAG that are queued or running.
        told: called with what is busy whenever that changes.
    """
    started = clock()
    before: list[str] = []
    while True:
        busy = [dag_id for dag_id in dag_ids if unfinished(dag_id)]
        waited = clock() - started
        if not busy or waited >= limit_seconds:
            return Settled(quiet=not busy, seconds=round(waited, 1), busy=busy)
        if told and busy != before:
            told(busy, waited)
        before = busy
        sleep(every)
