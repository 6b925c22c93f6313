"""What the bench of planted faults plants with: altered pulls land as if the API had sent them."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bench.faults import are_apart, every
from bench.planting import Plot, Record
from rivage.audit.judge import judge
from rivage.audit.landing_gate import at_landing
from rivage.audit.suites import suites
from rivage.landing.coverage import coverage
from rivage.landing.drift_history import history
from rivage.streams import stream
from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]
DAY = date(2026, 9, 30)
ADS = "tiktok_ads__ad_daily"
FAULTS = {fault.name: fault for fault in every()}


@pytest.fixture
def plot(pipeline: Pipeline, tmp_path: Path) -> Plot:
    """A pulled day that no build has seen yet."""
    home = tmp_path / "home"
    shutil.copytree(pipeline.before("build") / "landing", home / "landing")
    return Plot(home, DAY, pipeline.root / "sandbox" / "bucket")


def test_a_resent_pull_holds_the_same_rows_but_for_the_fault(plot: Plot) -> None:
    before = plot.records(ADS)
    plot.resend(ADS, lambda records: records)
    assert plot.records(ADS) == before
    assert history(plot.store, [stream(ADS)]) == []
    FAULTS["negative spend"].plant(plot)
    after = [float(record["metrics"]["spend"]) for record in plot.records(ADS)]
    same = [float(record["metrics"]["spend"]) for record in before]
    assert sorted(map(abs, after)) == sorted(map(abs, same))
    assert sum(spend < 0 for spend in after) == 1


def test_a_lost_day_is_told_by_the_gate(plot: Plot) -> None:
    fault = FAULTS["missing day"]
    fault.plant(plot)
    (found,) = at_landing(plot.store, [stream(fault.table)])
    assert (found.severity, fault.rule in found.rule) == (fault.severity, True)
    (covered,) = coverage(plot.store, [stream(fault.table)])
    assert date(2026, 9, 27) not in covered.days


def test_an_unreadable_number_lands_and_a_whole_broken_answer_does_not(plot: Plot) -> None:
    def comma(records: list[Record]) -> list[Record]:
        # One of 6 days of 28 ads is less than a hundredth of the answer.
        records[0]["metrics"]["clicks"] = "1,5"
        return records

    plot.resend(ADS, comma, days=6, account=0)
    found = plot.store.newest(f"tiktok_ads/{ADS}/account={_account(plot)}/window=2026-09-25")
    assert found is not None
    with pytest.raises(Exception, match="must be"):
        plot.resend(ADS, lambda records: [r | {"metrics": r["metrics"] | {"clicks": "1,5"}}
                                          for r in records], account=0)  # fmt: skip


def _account(plot: Plot) -> str:
    return min(one.account_id for one in coverage(plot.store, [stream(ADS)]))


def test_a_bug_of_ours_in_the_candidate_is_caught(pipeline: Pipeline, tmp_path: Path) -> None:
    fault = FAULTS["credits that don't add up"]
    shutil.copy(pipeline.before("publish") / "candidate.duckdb", tmp_path)
    fault.plant(Plot(tmp_path, DAY, tmp_path))
    wanted = [suite for suite in suites() if suite.mart == fault.table]
    checks, found = judge(tmp_path / "candidate.duckdb", None, wanted)
    assert checks
    assert any(fault.rule in one.rule and one.severity == fault.severity for one in found)


def test_faults_that_touch_the_same_rows_never_share_a_build() -> None:
    one, other = FAULTS["half a page"], FAULTS["negative spend"]
    assert one.touches == {f"{ADS}/0"}
    assert not are_apart(one, other)
    assert are_apart(one, FAULTS["unreadable number"])
    assert not are_apart(FAULTS["ten-fold spend"], one)
    assert len(FAULTS) >= 25
