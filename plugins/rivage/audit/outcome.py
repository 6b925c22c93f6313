"""One result of Great Expectations -> what became of the check, and a finding if it is broken."""

from __future__ import annotations

from typing import Any

from rivage.audit import evidence
from rivage.audit.evidence import Ask
from rivage.audit.expected import expected
from rivage.audit.findings import ORDER, Check, Finding, Severity
from rivage.audit.suites import Suite

NONE_BREAKS = (0.0, 0.0)


def outcome(suite: Suite, result: Any, ask: Ask) -> tuple[Check, Finding | None]:
    """The check, passed or not; the finding is None when it passed."""
    config, facts = result.expectation_config, result.result or {}
    meta = config.meta or {}
    raised = _exception(result.exception_info)
    value, usual = (None, None) if raised else _value(suite, config, facts, ask)
    query = evidence.offending(config.type, config.kwargs, suite.mart)
    check = Check(
        table=suite.mart,
        rule=meta.get("rule", config.type),
        column=config.kwargs.get("column") or meta.get("column"),
        severity="critical" if raised else _severity(config, query, result.success, ask),
        gate=meta.get("gate", "candidate"),
        passed=bool(result.success),
        value=value,
        usual=usual,
    )
    if result.success:
        return check, None
    rows = [] if raised else _rows(query, facts, ask)
    told = f"{config.kwargs.get('unexpected_rows_query', '')} {config.kwargs.get('column', '')}"
    sample = evidence.narrowed(rows, told, suite.grain)
    finding = Finding(
        table=check.table,
        rule=check.rule,
        severity=check.severity,
        column=check.column,
        observed=f"the check could not run: {raised}" if raised else _observed(facts, sample),
        expected=expected(
            config.type, config.kwargs, meta, usual if usual != NONE_BREAKS else None
        ),
        rows=None if raised else _count(config, facts),
        checked=facts.get("element_count"),
        owner=meta.get("owner", suite.owner),
        runbook=meta.get("runbook", f"{suite.mart}.md"),
        sample=sample,
        gate=check.gate,
        value=value,
        usual=usual,
        where=evidence.where(ask, query, list(rows[0])) if query and rows else [],
    )
    return check, finding


def _severity(config: Any, query: str | None, success: bool, ask: Ask) -> Severity:
    """As the rule says; critical when a broken row is of the kind `meta.critical_where` names."""
    told = str(getattr(config.severity, "value", config.severity) or "critical")
    worse = (config.meta or {}).get("critical_where")
    if worse and query and not success:
        (counted,) = ask(f"select count(*) as n from ({query}) where {worse}")
        told = "critical" if counted["n"] else told
    return told if told in ORDER else "critical"  # type: ignore[return-value]


def _value(
    suite: Suite, config: Any, facts: dict[str, Any], ask: Ask
) -> tuple[float | None, tuple[float, float] | None]:
    if query := (config.meta or {}).get("value"):
        return evidence.measured(ask, query.replace("{batch}", suite.mart))
    broken = _count(config, facts)
    if broken is not None:
        return float(broken), NONE_BREAKS
    seen = facts.get("observed_value")
    return (float(seen), None) if isinstance(seen, int | float) else (None, None)


def _exception(info: Any) -> str:
    """First message of a raised exception, whatever of its two shapes GX uses."""
    infos = info.values() if info and "raised_exception" not in info else [info or {}]
    for one in infos:
        if isinstance(one, dict) and one.get("raised_exception"):
            return str(one.get("exception_message"))[:300]
    return ""


def _rows(query: str | None, facts: dict[str, Any], ask: Ask) -> list[dict[str, Any]]:
    """At most five offending rows; GX counts the rows of a rule in SQL but does not bring them."""
    if query:
        return ask(f"select * from ({query}) limit {evidence.SAMPLE_ROWS}")
    return [dict(row) for row in facts.get("unexpected_rows") or []][: evidence.SAMPLE_ROWS]


def _count(config: Any, facts: dict[str, Any]) -> int | None:
    if "unexpected_rows_query" in config.kwargs:
        return int(facts.get("observed_value") or 0)
    count = facts.get("unexpected_count")
    return None if count is None else int(count)


def _observed(facts: dict[str, Any], sample: list[dict[str, str]]) -> str:
    value = facts.get("observed_value")
    if sample and "unexpected_count" not in facts:  # a rule in SQL: its rows say more
        first = ", ".join(f"{name} {text}" for name, text in sample[0].items())
        count = f"{value} rows, the first" if value != 1 else "1 row"
        return f"{count}: {first}"[:300]
    return "" if value is None else str(value)[:200]
