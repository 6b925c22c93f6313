"""`rivage pull` of given days: stopped, gone on with, and read again on purpose."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rivage import unfinished
from rivage.settings import Settings
from rivage.windows import Window
from tests.conftest import Pipeline
from tests.simulated import environment, rivage

DAYS = Window(date(2026, 9, 24), date(2026, 9, 29))


@pytest.mark.pipeline
@pytest.mark.timeout(600)
def test_a_stopped_pull_goes_on_where_it_stopped(pipeline: Pipeline, tmp_path: Path) -> None:
    home = tmp_path / "home"
    stopped = subprocess.Popen(
        [sys.executable, "-m", "rivage", "pull", *pipeline.first_days],
        env=environment(home, pipeline.sandbox), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    _wait_for(home, 25)
    stopped.send_signal(signal.SIGINT)
    _, told = stopped.communicate(timeout=60)
    assert stopped.returncode == 130, told
    assert "windows are landed" in told
    assert "same command" in told
    landed = _windows(home)

    second = _pull(home, pipeline)
    assert second["errors"] == []
    assert sum(report["earlier"] for report in second["reports"]) > 5
    assert any(report["earlier"] and report["rows"] == 0 for report in second["reports"])
    undisturbed = _windows(pipeline.first)
    assert _windows(home).keys() == undisturbed.keys()
    # What had landed was left alone, but for the few groups that Ctrl-C cut short.
    once = [window for window in landed if _windows(home)[window] == 1]
    assert len(once) > len(landed) / 2

    # It came to its end: the same days now are a second reading on purpose.
    third = _pull(home, pipeline)
    assert not any(report["earlier"] for report in third["reports"])
    assert sum(report["days"] for report in third["reports"]) == len(undisturbed)


@pytest.mark.pipeline
def test_after_a_failure_only_what_failed_is_read(pipeline: Pipeline, tmp_path: Path) -> None:
    home, chosen = (
        tmp_path / "home",
        ["--stream", "shopify__orders", "--stream", "ga4__users_daily"],
    )
    broken = {"RIVAGE_GA4_PROPERTY_ID": "1"}
    failed = rivage(
        home, pipeline.sandbox, "pull", *pipeline.first_days, *chosen, check=False, **broken
    )
    assert failed.returncode == 4
    assert "same command again" in failed.stderr
    again = _pull(home, pipeline, *chosen)
    assert {r["stream"]: r["earlier"] > 0 for r in again["reports"]} == {
        "shopify__orders": True, "ga4__users_daily": False,
    }  # fmt: skip
    rivage(home, pipeline.sandbox, "pull", *pipeline.first_days, *chosen, check=False, **broken)
    afresh = _pull(home, pipeline, *chosen, "--again")
    assert not any(report["earlier"] for report in afresh["reports"])


def test_a_mark_counts_for_a_day(tmp_path: Path) -> None:
    at = Settings(home=tmp_path)
    first = unfinished.begin(at, DAYS, [], afresh=False)
    assert not first.again
    second = unfinished.begin(at, DAYS, [], afresh=False)
    assert (second.again, second.since) == (True, first.since)
    assert not unfinished.begin(at, DAYS, ["shopify__orders"], afresh=False).again
    other = Window(DAYS.start, DAYS.end + timedelta(days=1))
    assert not unfinished.begin(at, other, [], afresh=False).again

    yesterday = time.time() - 25 * 3_600
    os.utime(second.path, (yesterday, yesterday))
    late = unfinished.begin(at, DAYS, [], afresh=False)
    assert not late.again
    assert late.since > first.since


def test_a_long_load_keeps_its_mark_alive(tmp_path: Path) -> None:
    run = unfinished.begin(Settings(home=tmp_path), DAYS, [], afresh=False)
    earlier = time.time() - 20 * 3_600
    os.utime(run.path, (earlier, earlier))
    run.alive()
    assert time.time() - run.path.stat().st_mtime < 60
    run.finished()
    run.alive()  # another process ended the same run: nothing to keep
    assert not unfinished.begin(Settings(home=tmp_path), DAYS, [], afresh=False).again


@pytest.mark.parametrize("text", ["", "{", "[]", '{"since": 3}', '{"since": "soon"}'])
def test_a_damaged_mark_is_none(tmp_path: Path, text: str) -> None:
    at = Settings(home=tmp_path)
    run = unfinished.begin(at, DAYS, [], afresh=False)
    run.path.write_text(text)
    before = datetime.now(UTC)
    anew = unfinished.begin(at, DAYS, [], afresh=False)
    assert not anew.again
    assert anew.since >= before


def _pull(home: Path, pipeline: Pipeline, *more: str) -> dict[str, Any]:
    done = rivage(home, pipeline.sandbox, "pull", *pipeline.first_days, *more, "--json")
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _windows(home: Path) -> dict[str, int]:
    """Manifests of each landed window."""
    found: dict[str, int] = {}
    for path in (home / "landing").glob("*/*/account=*/window=*/*.json"):
        window = str(path.parent.relative_to(home))
        found[window] = found.get(window, 0) + 1
    return found


def _wait_for(home: Path, windows: int) -> None:
    deadline = time.monotonic() + 120
    while len(_windows(home)) < windows:
        assert time.monotonic() < deadline, "nothing landed"
        time.sleep(0.05)
