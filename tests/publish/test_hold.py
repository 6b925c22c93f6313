"""A held release: readers keep the last version, know since when and why, and a waiver frees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.audit.document import Audit
from rivage.audit.findings import fingerprint_of
from rivage.errors import AuditFailed
from rivage.incidents import decisions
from rivage.incidents.observe import observe
from rivage.publish import hold, versions
from rivage.publish.publish import publish, rollback
from rivage.publish.releases import current
from rivage.settings import Settings
from rivage.warehouse.candidate import Candidate
from tests.publish.test_publish import OPS_VERSIONS

MARK = fingerprint_of("kpi_ads_daily", "", "spend is never empty")
OPS_WAIVERS = """
create table ops_waivers (
    fingerprint varchar, table_name varchar, broken_rule varchar, waived_by varchar, reason varchar,
    given_date date, last_date date, kept_in varchar
)
"""


@pytest.fixture
def at(home: Path) -> Settings:
    return Settings(home=home, keep_versions=2)


def audited(at: Settings, spend: int, *, broken: bool = False) -> Audit:
    """A candidate with this spend and its audit, as the two stages leave them."""
    at.home.mkdir(parents=True, exist_ok=True)
    at.candidate.unlink(missing_ok=True)
    with duckdb.connect(str(at.candidate)) as db:
        db.execute(f"create table kpi_ads_daily as select {spend} as spend")
        db.execute("create table ops_freshness as select 'shopify__orders' as stream")
        db.execute(OPS_VERSIONS + ";" + OPS_WAIVERS)
    build_id = f"{spend:012x}"
    Candidate(build_id, "2026-09-30", "p", [], 3).write(at)
    finding: dict[str, Any] = {
        "table": "kpi_ads_daily", "rule": "spend is never empty", "severity": "critical",
        "owner": "performance", "runbook": "", "fingerprint": MARK, "sentence": "CRITICAL spend",
    }  # fmt: skip
    now = datetime.now(UTC)
    verdict = "fail" if broken else "pass"
    audit = Audit(build_id, verdict, now, None, None, 1, 0.1, [], [finding] * broken)
    audit.write(at)
    observe(at, audit, now)
    if broken:
        hold.hold(at, audit)
    return audit


def seen(at: Settings) -> tuple[int, Any, Any]:
    """What readers see: spend, held since, held why; from the file and from its Parquet twin."""
    with duckdb.connect(str(versions.live(at)), read_only=True) as db:
        (spend,) = db.execute("select spend from kpi_ads_daily").fetchone() or ()
        columns = [name for name, *_ in db.execute("describe ops_freshness").fetchall()]
        held = (None, None)
        if "held_why" in columns:
            held = db.execute("select held_since, held_why from ops_freshness").fetchone()
        twin = f"describe from '{at.published}/parquet/ops_freshness.parquet'"
        assert [name for name, *_ in db.execute(twin).fetchall()] == columns
        (again,) = db.sql(f"from '{at.published}/parquet/kpi_ads_daily.parquet'").fetchone() or ()
    assert again == spend
    return (spend, *held)


def test_readers_keep_the_last_version_and_learn_since_when_and_why(at: Settings) -> None:
    audited(at, 1)
    version = publish(at)[0].version
    original = versions.file_of(at, version).read_bytes()
    first = audited(at, 2, broken=True)
    spend, since, why = seen(at)
    assert (spend, since) == (1, first.audited_at)
    assert why == "Held back: kpi_ads_daily: spend is never empty - broken."
    audited(at, 3, broken=True)
    assert seen(at)[1] == first.audited_at, "held since the first of them"
    now = current(at)
    assert now is not None
    assert now.version == version
    assert versions.file_of(at, version).read_bytes() == original, "a version never changes"


def test_what_is_mended_and_published_is_not_held_any_more(at: Settings) -> None:
    audited(at, 1)
    publish(at)
    audited(at, 2, broken=True)
    audited(at, 3)
    publish(at)
    assert seen(at) == (3, None, None)
    assert hold.read(at) is None


def test_a_rollback_while_something_is_held_still_says_so(at: Settings) -> None:
    for spend in (1, 2):
        audited(at, spend)
        publish(at)
    audited(at, 3, broken=True)
    rollback(at)
    spend, since, _ = seen(at)
    assert spend == 1
    assert since is not None


def test_nothing_is_held_from_readers_who_have_nothing_yet(at: Settings) -> None:
    audited(at, 1, broken=True)
    assert not versions.live(at).exists()


def test_a_waiver_frees_the_release_and_readers_see_who_and_why(at: Settings) -> None:
    audited(at, 1)
    publish(at)
    audited(at, 2, broken=True)
    with pytest.raises(AuditFailed, match="1 critical"):
        publish(at)
    now = datetime.now(UTC)
    last = now.date() + timedelta(days=1)
    decisions.waive(at, MARK, "ada", "credit note confirmed", last, now)
    release, _ = publish(at)
    assert (release.audit_verdict, release.open_waivers) == ("warn", 1)
    assert seen(at) == (2, None, None)
    with duckdb.connect(str(versions.live(at)), read_only=True) as db:
        told = db.execute("select fingerprint, waived_by, reason, last_date from ops_waivers")
        assert told.fetchall() == [(MARK, "ada", "credit note confirmed", last)]


def test_versions_retired_leave_nothing_of_a_hold_behind(at: Settings) -> None:
    audited(at, 1)
    first = publish(at)[0].version
    audited(at, 2, broken=True)
    for spend in (3, 4, 5):
        audited(at, spend)
        publish(at)
    assert not list((at.published / "versions").glob(f"*{first}*"))
