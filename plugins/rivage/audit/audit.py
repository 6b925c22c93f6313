"""Audit the candidate: run the suites, write the document, give the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from rivage.audit import document, judge
from rivage.audit.asked import asked
from rivage.audit.drifted import drifted
from rivage.audit.findings import ORDER, Check, Finding, verdict
from rivage.audit.landing_gate import at_landing
from rivage.audit.suites import suites
from rivage.duck import connect
from rivage.errors import NothingToPublish
from rivage.incidents.waivers import Waiver, in_force
from rivage.landing.store import Store
from rivage.publish.releases import current
from rivage.publish.versions import file_of
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.warehouse.candidate import Candidate


def audit(
    settings: Settings, progress: Callable[[str, int, int], None] | None = None
) -> document.Audit:
    """Judge the finished candidate against expectations/ and the published version, and the newest
    pulls against the ones before them.

    Raises:
        NothingToPublish: there is no finished candidate.
        AuditFailed: a suite file can't be read.
    """
    started = time.monotonic()
    candidate = Candidate.read(settings)
    if candidate is None:
        raise NothingToPublish("There is no finished candidate.", do="Run `rivage build`.")
    now = current(settings)
    published = file_of(settings, now.version) if now else None
    if published and not published.exists():
        published = None
    read = suites()
    missing = unjudged(settings, {suite.mart for suite in read})
    state = _candidate_state(settings)
    read, left_out = asked(read, state.filled)
    checks, findings = judge.judge(settings.candidate, published, read, progress)
    findings += missing
    store = Store(settings.landing_url, settings.home / "tmp")
    findings += drifted(store, all_streams().values())
    findings += at_landing(store, all_streams().values(), settings.ignored_accounts, state.closed)
    waivers = in_force(settings, datetime.now(UTC).date())
    findings = [_waived(finding, waivers.get(finding.fingerprint)) for finding in findings]
    findings.sort(key=lambda f: (f.waived_until is not None, ORDER[f.severity], f.table, f.rule))
    result = document.Audit(
        build_id=candidate.build_id,
        verdict=verdict(findings),
        audited_at=datetime.now(UTC),
        horizon=candidate.horizon,
        compared_with=now.version if now and published else None,
        checks=len(checks),
        seconds=round(time.monotonic() - started, 2),
        stale=candidate.stale,
        findings=[finding.as_dict() for finding in findings],
        results=[check.as_dict() for check in _all(checks, findings)],
        not_asked=[asdict(one) for one in left_out],
    )
    result.write(settings)
    return result


@dataclass(frozen=True)
class _State:
    """What the candidate says of its streams."""

    filled: frozenset[str]
    """Streams that brought rows."""
    closed: frozenset[tuple[str, str]]
    """Streams and accounts that are not read any more: their source is not configured now, or
    the platform refuses them."""


def _candidate_state(settings: Settings) -> _State:
    with connect(settings.candidate, read_only=True) as db:
        rows = db.execute(
            "select stream, account_id, landed_rows, access from ops_freshness"
        ).fetchall()
    return _State(
        frozenset(stream for stream, _, landed, _ in rows if landed),
        frozenset((stream, account) for stream, account, _, how in rows if how != "granted"),
    )


def _all(checks: list[Check], findings: list[Finding]) -> list[Check]:
    """Every check once; what was found outside the suites has no other check than itself."""
    known = {check.fingerprint for check in checks}
    return [*checks, *(Check.of(f) for f in findings if f.fingerprint not in known)]


def _waived(finding: Finding, waiver: Waiver | None) -> Finding:
    return replace(finding, waived_until=str(waiver.until)) if waiver else finding


def unjudged(settings: Settings, judged: set[str]) -> list[Finding]:
    """A mart without any rule has not passed anything: that is a critical finding."""
    with connect(settings.candidate, read_only=True) as db:
        tables = db.execute("select table_name from duckdb_tables() order by 1").fetchall()
    return [
        Finding(
            table=name,
            rule="every mart has rules that judge it",
            severity="critical",
            column=None,
            observed=f"dbt_project/models/marts/{name}.yml names no grain to judge it by",
            expected="a yml whose meta names the grain, or a suite in expectations/suites",
            rows=None,
            checked=None,
            owner="data",
            runbook="any_mart.md#nothing-judges-the-table",
        )
        for (name,) in tables
        if name not in judged
    ]
