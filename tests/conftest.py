"""What all tests share: nothing leaves this machine, and no setting leaks in."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.simulated import Sandbox, rivage, sandbox

REPO = Path(__file__).resolve().parents[1]
GUARD = REPO / "tests" / "guard"

# Child processes load the guard through sitecustomize; this process has pytest-socket.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(GUARD), *filter(None, [os.environ.get("PYTHONPATH")])]
)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# No test is timed: the first example may import what the others find ready.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
os.environ["GX_ANALYTICS_ENABLED"] = "False"
for name in [name for name in os.environ if name.startswith("RIVAGE_")]:
    del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def nothing_leaves_this_machine(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Fail the session when any child process tried to connect elsewhere."""
    log = tmp_path_factory.mktemp("guard") / "connections.txt"
    os.environ["RIVAGE_TEST_GUARD_LOG"] = str(log)
    yield
    if log.exists():
        pytest.fail(f"a child process tried to leave this machine:\n{log.read_text()}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty RIVAGE_HOME."""
    monkeypatch.setenv("RIVAGE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RIVAGE_PRIVACY_SALT", "a salt for tests")
    return tmp_path / "home"


@pytest.fixture(scope="session")
def python() -> str:
    """The interpreter for child processes."""
    return sys.executable


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


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Run all five stages twice, for real. Tests read these homes or copy them."""
    root = tmp_path_factory.mktemp("pipeline")
    with sandbox(root / "sandbox", "--size", "tiny") as brand:
        made = Pipeline(brand, root)
        rivage(made.first, brand, "run", *made.first_days)
        for stage in ("pull", "build", "audit", "publish"):
            shutil.copytree(made.before(stage), root / stage, symlinks=True)
            days = made.next_day if stage == "pull" else ()
            rivage(root / stage, brand, stage, *days)
        yield made
