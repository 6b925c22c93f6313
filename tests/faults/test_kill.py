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


# Where it dies, in which stage, and the stages that are due from there on.
POINTS = {
    "pull": ("pull", ["pull", "build", "audit", "publish"]),
    "land": ("pull", ["pull", "build", "audit", "publish"]),
    "load": ("build", ["build", "audit", "publish"]),
    "build": ("build", ["build", "audit", "publish"]),
    "audit": ("audit", ["audit", "publish"]),
    "publish": ("publish", ["publish"]),
    "swap": ("publish", ["publish"]),
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_and_run_again_publishes_the_same_rows(
    pipeline: Pipeline, tmp_path: Path, point: str
) -> None:
    stage, due = POINTS[point]
    days = {"pull": pipeline.next_day}
    home = tmp_path / "home"
    shutil.copytree(pipeline.before(stage), home, symlinks=True)
    before = published(home)
    driver = Path(__file__).with_name("dying.py")
    died = subprocess.run(
        [sys.executable, str(driver), point, stage, *days.get(stage, ())],
        env=environment(home, pipeline.sandbox),
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert died.returncode == -signal.SIGKILL, died.stdout + died.stderr
    if point != "swap":
        assert published(home) == before
    for again in due:
        rivage(home, pipeline.sandbox, again, *days.get(again, ()))
    after, undisturbed = published(home), published(pipeline.next)
    assert after.keys() == undisturbed.keys()
    for table, rows in undisturbed.items():
        assert after[table] == rows, table


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
