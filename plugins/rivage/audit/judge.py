"""The one place that imports Great Expectations: suites -> findings, pushed down as SQL."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rivage.audit.evidence import SAMPLE_ROWS
from rivage.audit.findings import Check, Finding
from rivage.audit.outcome import outcome
from rivage.audit.suites import Suite
from rivage.duck import connect, literal

# AUTOCOMMIT alone is not enough: the pool's rollback would close DuckDB's open result.
ENGINE = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
}
DATABASE = {"memory_limit": "600MB", "threads": 2}
"""What is left of one gigabyte beside Great Expectations; larger sorts and groups go to disk."""
RESULT_FORMAT = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": SAMPLE_ROWS,
    "include_unexpected_rows": True,
}


def judge(
    candidate: Path,
    published: Path | None,
    suites: list[Suite],
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[list[Check], list[Finding]]:
    """Run every suite on the candidate; the published version is attached as `published`.

    Expectations whose meta says `"needs": "published"` are left out as long as the
    published version has no such mart, or lacks one of `needs_columns`: a new mart or
    column has nothing to compare with. Any other expectation that can't be evaluated is
    itself a critical finding: a check that did not run must not count as passed.

    Returns:
        What became of every expectation that ran, and the findings.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    import great_expectations as gx

    from rivage.audit.counted_rows import CountedRowsExpectation

    for noisy in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql(
        name="candidate",
        connection_string=f"duckdb:///{candidate}",
        kwargs=ENGINE | {"connect_args": {"read_only": True, "config": DATABASE}},
    )
    engine = source.get_engine()
    _attach(engine, published)
    known = _columns(published) if published else {}
    checks: list[Check] = []
    findings: list[Finding] = []
    with engine.connect() as connection:

        def ask(query: str) -> list[dict[str, Any]]:
            return [dict(row) for row in connection.exec_driver_sql(query).mappings()]

        for number, suite in enumerate(suites, start=1):
            wanted = [e for e in suite.expectations if _comparable(e, suite.mart, known)]
            if progress:
                progress(suite.mart, number, len(suites))
            batch = (
                source.add_table_asset(name=suite.mart, table_name=suite.mart)
                .add_batch_definition_whole_table("all")
                .get_batch()
            )
            body = [_expectation(e, CountedRowsExpectation) for e in wanted]
            result = batch.validate(
                gx.ExpectationSuite(name=suite.mart, expectations=body),
                result_format=RESULT_FORMAT,
            )
            for one in result.results:
                check, finding = outcome(suite, one, ask)
                checks.append(check)
                findings += [finding] if finding else []
    engine.dispose()
    return checks, findings


def _attach(engine: Any, published: Path | None) -> None:
    """Every connection runs in UTC and sees the published version."""
    from sqlalchemy import event

    def attach(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("set timezone = 'UTC'")
        if published:
            cursor.execute(
                f"attach if not exists {literal(str(published))} as published (read_only)"
            )
        cursor.close()

    event.listen(engine, "connect", attach)
    engine.dispose()


def _expectation(written: dict[str, Any], rows: Any) -> Any:
    """The configuration; a rule in SQL as an expectation that runs its query once.

    Great Expectations puts a named subquery in the place of {batch}; in one more pair of
    brackets the rule may name it as it likes.
    """
    if written["type"] != "unexpected_rows_expectation":
        return {name: value for name, value in written.items() if name != "description"}
    query = written["kwargs"]["unexpected_rows_query"].replace("{batch}", "(from {batch})")
    return rows(unexpected_rows_query=query, severity=written["severity"], meta=written["meta"])


def _columns(published: Path) -> dict[str, set[str]]:
    """The published tables with their columns."""
    with connect(published, read_only=True) as db:
        rows = db.execute("select table_name, column_name from duckdb_columns()").fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def _comparable(expectation: dict[str, Any], mart: str, known: dict[str, set[str]]) -> bool:
    """Whether the published version has what the expectation compares with.

    A name of `needs_columns` is the mart's own, or another's: `kpi_ads_daily.spend`.
    """
    meta = expectation.get("meta") or {}
    if meta.get("needs") != "published":
        return True
    if mart not in known:
        return False
    for name in meta.get("needs_columns", ()):
        table, _, column = str(name).rpartition(".")
        if column not in known.get(table or mart, ()):
            return False
    return True
