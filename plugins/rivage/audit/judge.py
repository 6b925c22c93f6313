"""The one place that imports Great Expectations: suites -> findings, pushed down as SQL."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rivage.audit.findings import Finding
from rivage.audit.suites import Suite
from rivage.duck import connect, literal

# AUTOCOMMIT alone is not enough: the pool's rollback would close DuckDB's open result.
ENGINE = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
}
SAMPLE_ROWS = 5
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
) -> tuple[int, list[Finding]]:
    """Run every suite on the candidate; the published version is attached as `published`.

    Expectations whose meta says `"needs": "published"` are left out as long as the
    published version has no such mart, or lacks one of `needs_columns`: a new mart or
    column has nothing to compare with. Any other expectation that can't be evaluated is
    itself a critical finding: a check that did not run must not count as passed.

    Returns:
        How many expectations ran, and the findings.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
    import great_expectations as gx
    from sqlalchemy import event

    for noisy in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql(
        name="candidate",
        connection_string=f"duckdb:///{candidate}",
        kwargs=ENGINE | {"connect_args": {"read_only": True}},
    )
    engine = source.get_engine()

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
    known = _columns(published) if published else {}
    checks, findings = 0, []
    for number, suite in enumerate(suites, start=1):
        wanted = [e for e in suite.expectations if _comparable(e, known.get(suite.mart, set()))]
        if progress:
            progress(suite.mart, number, len(suites))
        batch = (
            source.add_table_asset(name=suite.mart, table_name=suite.mart)
            .add_batch_definition_whole_table("all")
            .get_batch()
        )
        body = [{k: v for k, v in e.items() if k != "description"} for e in wanted]
        result = batch.validate(
            gx.ExpectationSuite(name=suite.mart, expectations=body),
            result_format=RESULT_FORMAT,
        )
        checks += len(result.results)
        findings += [_finding(suite, one, engine) for one in result.results if not one.success]
    engine.dispose()
    return checks, findings


def _columns(published: Path) -> dict[str, set[str]]:
    """The published tables with their columns."""
    with connect(published, read_only=True) as db:
        rows = db.execute("select table_name, column_name from duckdb_columns()").fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def _comparable(expectation: dict[str, Any], columns: set[str]) -> bool:
    meta = expectation.get("meta") or {}
    if meta.get("needs") != "published":
        return True
    return bool(columns) and columns.issuperset(meta.get("needs_columns", ()))


def _finding(suite: Suite, result: Any, engine: Any) -> Finding:
    config, facts = result.expectation_config, result.result or {}
    meta = config.meta or {}
    severity = str(getattr(config.severity, "value", config.severity) or "critical")
    broken = _exception(result.exception_info)
    if broken:
        severity = "critical"
    sample = [] if broken else _sample(config, facts, suite.mart, engine)
    return Finding(
        table=suite.mart,
        rule=meta.get("rule", config.type),
        severity=severity if severity in ("critical", "warning", "info") else "critical",  # type: ignore[arg-type]
        column=config.kwargs.get("column"),
        observed=f"the check could not run: {broken}" if broken else _observed(facts, sample),
        expected=_expected(config.kwargs),
        rows=None if broken else _count(config, facts),
        checked=facts.get("element_count"),
        owner=meta.get("owner", suite.owner),
        runbook=meta.get("runbook", f"{suite.mart}.md"),
        sample=sample,
    )


def _exception(info: Any) -> str:
    """First message of a raised exception, whatever of its two shapes GX uses."""
    infos = info.values() if info and "raised_exception" not in info else [info or {}]
    for one in infos:
        if isinstance(one, dict) and one.get("raised_exception"):
            return str(one.get("exception_message"))[:300]
    return ""


def _sample(config: Any, facts: dict[str, Any], mart: str, engine: Any) -> list[dict[str, Any]]:
    """At most five offending rows, as text."""
    rows = facts.get("unexpected_rows") or []
    query = config.kwargs.get("unexpected_rows_query")
    if query and not rows:  # GX counts the rows of such a rule but does not bring them
        with engine.connect() as db:
            rows = db.exec_driver_sql(
                f"select * from ({query.replace('{batch}', mart)}) limit {SAMPLE_ROWS}"
            ).mappings()
            rows = list(rows)
    return [{k: str(v) for k, v in dict(row).items()} for row in rows[:SAMPLE_ROWS]]


def _count(config: Any, facts: dict[str, Any]) -> int | None:
    if "unexpected_rows_query" in config.kwargs:
        return int(facts.get("observed_value") or 0)
    count = facts.get("unexpected_count")
    return None if count is None else int(count)


def _observed(facts: dict[str, Any], sample: list[dict[str, Any]]) -> str:
    value = facts.get("observed_value")
    if sample and "unexpected_count" not in facts:  # a rule in SQL: its rows say more
        first = ", ".join(f"{name} {text}" for name, text in sample[0].items())
        return f"{value} rows, the first: {first}"[:300]
    return "" if value is None else str(value)[:200]


def _expected(kwargs: dict[str, Any]) -> str:
    skip = {"batch_id", "unexpected_rows_query", "column"}
    shown = {k: v for k, v in kwargs.items() if k not in skip and v is not None}
    return ", ".join(f"{k}={v}" for k, v in sorted(shown.items()))
