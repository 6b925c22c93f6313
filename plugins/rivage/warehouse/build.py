"""Build: load what landed, run dbt, leave one finished candidate with its record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rivage.duck import connect
from rivage.errors import BuildFailed
from rivage.landing.store import Store
from rivage.publish.releases import releases
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.warehouse import dbt, ledger, load
from rivage.warehouse.candidate import Candidate
from rivage.warehouse.lock import writer_lock

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Built:
    """What one build did; see reports.BuildReport."""

    changed: bool
    build_id: str
    horizon: date | None
    stale: list[dict[str, Any]]
    windows: int
    models: int
    seconds: float
    full_refresh: bool


def build(
    settings: Settings,
    *,
    full_refresh: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Built:
    """Bring the candidate up to date with landing.

    Killed at any point, the next build takes up: loading is one transaction, pending
    windows stay pending until dbt has finished, and every model replaces whole days.
    """
    started = time.monotonic()
    store = Store(settings.landing_url, settings.home / "tmp")
    project = dbt.project_fingerprint()
    with writer_lock(settings.home):
        if full_refresh:
            for path in (settings.warehouse, settings.candidate):
                path.unlink(missing_ok=True)
        with _warehouse(settings) as db:
            windows = _load(db, settings, store)
            build_id = ledger.build_id(db, project)
            horizon, stale = _standing(db)
            whole = ledger.built_with(db) != project
        finished = Candidate.read(settings)
        if finished and finished.build_id == build_id:
            seconds = time.monotonic() - started
            return Built(False, build_id, horizon, stale, windows, 0, seconds, False)
        if horizon is None:
            raise BuildFailed(
                "Landing holds no day that a required stream covers, so there is nothing to build.",
                do="Pull the required streams first; `rivage status` names them.",
            )
        Candidate.path(settings).unlink(missing_ok=True)
        if whole:  # an interrupted full refresh must start as a full refresh again
            # A mart that the project no longer has must not stay behind in the candidate.
            settings.candidate.unlink(missing_ok=True)
            with _warehouse(settings) as db:
                ledger.set_built_with(db, "")
        command = ["build", "--exclude", "resource_type:unit_test"]
        command += ["--full-refresh"] if whole else ["--select", *dbt.SEEDS_AND_VIEWS_STAND]
        result = dbt.run(settings, command, progress)
        models = sum(1 for r in result.results if r.node.resource_type == "model")
        with _warehouse(settings) as db:
            db.execute("begin")
            ledger.forget_pending(db)
            ledger.set_built_with(db, project)
            db.execute("commit")
        told = str(horizon) if horizon else None
        Candidate(build_id, told, project, stale, models).write(settings)
    seconds = time.monotonic() - started
    return Built(True, build_id, horizon, stale, windows, models, seconds, whole)


@contextmanager
def _warehouse(settings: Settings) -> Iterator[DuckDBPyConnection]:
    with connect(
        settings.warehouse, memory_limit=settings.memory_limit, threads=settings.threads
    ) as db:
        yield db


def _load(db: DuckDBPyConnection, settings: Settings, store: Store) -> int:
    """Register and load what landed, in one transaction; returns windows that changed."""
    db.execute("begin")
    changed = load.load_all(db, store, all_streams().values(), settings.ignored_accounts)
    ledger.set_versions(db, releases(settings))
    db.execute("commit")
    return sum(changed.values())


def _standing(db: DuckDBPyConnection) -> tuple[date | None, list[dict[str, Any]]]:
    """The horizon, and every stream that is behind the others."""
    stale = db.execute(
        "select stream, account_id, covered_to from ledger.stream_status where stale order by all"
    ).fetchall()
    told = [{"stream": s, "account": a, "covered_to": str(day)} for s, a, day in stale]
    return ledger.horizon(db), told
