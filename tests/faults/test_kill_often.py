"""A first load killed ten times: the same command goes on, and publishes the same rows."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Pipeline
from tests.simulated import environment, published, rivage

pytestmark = [pytest.mark.pipeline, pytest.mark.long, pytest.mark.timeout(900)]
PULLS = 8
LATER = ("load", "build")
AT_ONCE = 4
"""Pulls that may be under way when the process dies."""


def test_killed_ten_times_and_run_again_publishes_the_same_rows(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    home, chance = tmp_path / "home", random.Random(10)
    wanted = _manifests(pipeline.first)
    for number in range(PULLS):
        # Anywhere between just begun and nearly all of its share of the windows landed.
        target = _manifests(home) + chance.randint(1, 2 * wanted // (3 * PULLS))
        assert _killed(home, pipeline, target, chance.uniform(0, 0.3)), number
    for point in LATER:
        died = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("dying.py")), point, "run",
             *pipeline.first_days],
            env=environment(home, pipeline.sandbox), capture_output=True, text=True, timeout=280,
        )  # fmt: skip
        assert died.returncode == -signal.SIGKILL, died.stdout + died.stderr
    landed = _manifests(home)
    rivage(home, pipeline.sandbox, "run", *pipeline.first_days)
    # Killed in the build: only what a source had not served to its last day is asked again.
    assert landed <= _manifests(home) <= landed + 4 * 6
    # Windows that a kill cut short were pulled again, six days at most of each pull; no others.
    assert wanted <= landed <= wanted + PULLS * AT_ONCE * 6 / 2
    after, undisturbed = published(home), published(pipeline.first)
    assert after.keys() == undisturbed.keys()
    for table, rows in undisturbed.items():
        assert after[table] == rows, table


def _killed(home: Path, pipeline: Pipeline, manifests: int, later: float) -> bool:
    """Kill a run a moment after so many manifests have landed; False when it ended before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rivage", "run", *pipeline.first_days],
        env=environment(home, pipeline.sandbox), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while process.poll() is None and _manifests(home) < manifests:
        assert time.monotonic() < deadline, "nothing landed"
        time.sleep(0.02)
    time.sleep(later)
    process.kill()
    return process.wait() == -signal.SIGKILL


def _manifests(home: Path) -> int:
    return sum(1 for _ in (home / "landing").glob("*/*/account=*/window=*/*.json"))
