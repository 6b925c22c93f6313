"""Build: load what landed, run dbt, leave one finished candidate with its record."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from rivage.duck import connect
from rivage.errors import BuildFailed
from rivage.landing.refusals import all_in_force
from rivage.landing.store import Store
from rivage.publish.releases import releases
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.warehouse import access as access_rules
from rivage.warehouse import dbt, ledger, load
from rivage.warehouse.access import Access
from rivage.warehouse.candidate import Candidate
from rivage.warehouse.lineage import streams_by_model
from rivage.warehouse.lock import writer_lock
from rivage.warehouse.marts import Mart, marts

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
    described = marts()
    with writer_lock(settings.home):
        if full_refresh:
            for path in (settings.warehouse, settings.candidate):
                path.unlink(missing_ok=True)
        with _warehouse(settings) as db:
            access = access_of(settings, store)
            windows = _load(db, settings, store, access)
            access_rules.write_marts(db, described, streams_by_model())
            landed = ledger.landed_streams(db)
            build_id = ledger.build_id(db, project, access)
            horizon, stale = _standing(db)
            made_of = _made_of(project, described, landed)
            whole = ledger.built_with(db) != made_of
        finished = Candidate.read(settings)
        if finished and finished.build_id == build_id:
            seconds = time.monotonic() - started
            return Built(False, build_id, horizon, stale, windows, 0, seconds, False)
        if horizon is None:
            raise BuildFailed(
                "Landing holds no day of any stream, so there is nothing to build.",
                do="Pull a source first: `rivage run` does, `rivage check` shows what can be read.",
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
        _empty(settings, access_rules.unanswered(described, landed))
        with _warehouse(settings) as db:
            db.execute("begin")
            ledger.forget_pending(db)
            ledger.set_built_with(db, made_of)
            db.execute("commit")
        Candidate(
            build_id, str(horizon), project, stale, models, sorted(access.sources)
        ).write(settings)  # fmt: skip
    seconds = time.monotonic() - started
    return Built(True, build_id, horizon, stale, windows, models, seconds, whole)


@contextmanager
def _warehouse(settings: Settings) -> Iterator[DuckDBPyConnection]:
    with connect(
        settings.warehouse, memory_limit=settings.memory_limit, threads=settings.threads
    ) as db:
        yield db


def access_of(settings: Settings, store: Store) -> Access:
    """What is configured and granted at this moment."""
    refused = all_in_force(store, datetime.now(UTC))
    return access_rules.of(settings, _landed_sources(store), refused)


def _landed_sources(store: Store) -> Iterator[str]:
    """Lists landing only when somebody asks: a home with settings never does."""
    for key in store.manifests():
        yield key.split("/", 1)[0]


def _made_of(project: str, described: list[Mart], landed: set[str]) -> str:
    """What increments rest on. When a mart's first stream lands, days that it does not touch
    get rows as well: that takes a full refresh, as a changed project does."""
    needed = {stream for mart in described for group in mart.needs for stream in group}
    text = ",".join(sorted(needed & landed))
    return f"{project}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _empty(settings: Settings, names: list[str]) -> None:
    """Take the rows out of marts whose own streams never landed: zero orders where no shop is
    connected would be a wrong number, not an answer."""
    with connect(settings.candidate) as db:
        for name in names:
            db.execute(f"delete from {name}")


def _load(db: DuckDBPyConnection, settings: Settings, store: Store, access: Access) -> int:
    """Register and load what landed, in one transaction; returns windows that changed."""
    db.execute("begin")
    changed = load.load_all(db, store, all_streams().values(), settings.ignored_accounts, access)
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
