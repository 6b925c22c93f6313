"""The homes that tests share: made once in a session, by whichever process needs them first."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.simulated import Sandbox, hurry, rivage, served_at, start_sandbox, stop_sandbox


@dataclass(frozen=True)
class Pipeline:
    """Homes over one sandbox: a published first load, the ordinary day after it, and the
    states in between, each as its stage left it."""

    sandbox: Sandbox
    root: Path
    first_days = ("--from", "2026-09-24", "--to", "2026-09-29")
    next_day = ("--day", "2026-09-30")

    @property
    def first(self) -> Path:
        """The first load, published."""
        return self.root / "first"

    @property
    def next(self) -> Path:
        """The day after, published."""
        return self.root / "publish"

    def before(self, stage: str) -> Path:
        """The home in which `stage` of the day after is due."""
        return (
            self.root
            / {"pull": "first", "build": "pull", "audit": "build", "publish": "audit"}[stage]
        )


def homes_of(tmp: pytest.TempPathFactory) -> Path:
    """The same folder for every process of a session: xdist nests its workers' folders."""
    base = tmp.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "homes"


def shared(root: Path) -> Pipeline:
    """The homes under `root`. Who comes while another process makes them waits for it; what
    one gave up halfway is made anew."""
    root.mkdir(exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "made").exists():
            end(root)
            for left in root.glob("*/"):
                shutil.rmtree(left)
            _make(root)
            (root / "made").touch()
    return Pipeline(hurry(served_at(root / "sandbox")), root)


def end(root: Path) -> None:
    """Stop the sandbox of these homes, if one was started."""
    pid = root / "pid"
    if pid.exists():
        stop_sandbox(int(pid.read_text()))
        pid.unlink()


def _make(root: Path) -> None:
    """Run all five stages twice, for real."""
    process = start_sandbox(root / "sandbox", "--size", "tiny")
    (root / "pid").write_text(str(process.pid))
    made = Pipeline(hurry(served_at(root / "sandbox")), root)
    rivage(made.first, made.sandbox, "run", *made.first_days)
    for stage in ("pull", "build", "audit", "publish"):
        shutil.copytree(made.before(stage), root / stage, symlinks=True)
        days = made.next_day if stage == "pull" else ()
        rivage(root / stage, made.sandbox, stage, *days)
