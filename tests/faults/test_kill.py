"""SIGKILL at any stage, run again: the published tables equal an undisturbed run's."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Pipeline
from tests.simulated import environment, published, rivage

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]


# Where it dies one time after the other, each in the stage that is due then.
CRASHES = {
    "mid_page-then-mid_landing": {"pull": ["pull", "land"]},
    "mid_load-then-mid_build": {"build": ["load", "build"]},
    "before_the_audit_is_written-then-around_the_swap": {
        "audit": ["audit"], "publish": ["publish", "swap"],
    },
}  # fmt: skip
STAGES = ("pull", "build", "audit", "publish")


@pytest.mark.parametrize("crash", CRASHES)
def test_killed_and_run_again_publishes_the_same_rows(
    pipeline: Pipeline, tmp_path: Path, crash: str
) -> None:
    points = CRASHES[crash]
    first = next(iter(points))
    home = tmp_path / "home"
    shutil.copytree(pipeline.before(first), home, symlinks=True)
    before = published(home)
    for stage in STAGES[STAGES.index(first) :]:
        days = pipeline.next_day if stage == "pull" else ()
        for point in points.get(stage, ()):
            died = _die(point, home, pipeline, stage, *days)
            assert died.returncode == -signal.SIGKILL, died.stdout + died.stderr
            if point != "swap":
                assert published(home) == before, point
        rivage(home, pipeline.sandbox, stage, *days)
    after, undisturbed = published(home), published(pipeline.next)
    assert after.keys() == undisturbed.keys()
    for table, rows in undisturbed.items():
        assert after[table] == rows, table


def _die(
    point: str, home: Path, pipeline: Pipeline, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(Path(__file__).with_name("dying.py")), point, *arguments],
        env=environment(home, pipeline.sandbox), capture_output=True, text=True, timeout=280,
    )  # fmt: skip


def test_a_full_refresh_publishes_the_same_rows_as_the_increments(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.next, home, symlinks=True)
    increments = published(home)
    rivage(home, pipeline.sandbox, "build", "--full-refresh")
    rivage(home, pipeline.sandbox, "audit")
    rivage(home, pipeline.sandbox, "publish")
    whole = published(home)
    for table in increments.keys() - {"ops_versions"}:
        assert whole[table] == increments[table], table
