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


@pytest.mark.parametrize("point", ["pull", "land", "load", "build", "audit", "publish", "swap"])
def test_killed_and_run_again_publishes_the_same_rows(
    pipeline: Pipeline, tmp_path: Path, point: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.first, home)
    before = published(home)
    driver = Path(__file__).with_name("dying.py")
    died = subprocess.run(
        [sys.executable, str(driver), point, "run", *pipeline.next_day],
        env=environment(home, pipeline.sandbox),
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert died.returncode == -signal.SIGKILL, died.stdout + died.stderr
    if point != "swap":
        assert published(home) == before
    rivage(home, pipeline.sandbox, "run", *pipeline.next_day)
    after, undisturbed = published(home), published(pipeline.next)
    assert after.keys() == undisturbed.keys()
    for table, rows in undisturbed.items():
        assert after[table] == rows, table


def test_a_full_refresh_publishes_the_same_rows_as_the_increments(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.next, home)
    increments = published(home)
    rivage(home, pipeline.sandbox, "build", "--full-refresh")
    rivage(home, pipeline.sandbox, "audit")
    rivage(home, pipeline.sandbox, "publish")
    whole = published(home)
    for table in increments.keys() - {"ops_versions"}:
        assert whole[table] == increments[table], table
