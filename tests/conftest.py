"""What all tests share: nothing leaves this machine, and no setting leaks in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.homes import Pipeline, end, homes_of, shared
from tests.order import ByFile, longest_first
from tests.simulated import SALT

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
    monkeypatch.setenv("RIVAGE_PRIVACY_SALT", SALT)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def python() -> str:
    """The interpreter for child processes."""
    return sys.executable


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """All five stages, run twice for real. Tests read these homes or copy them."""
    return shared(homes_of(tmp_path_factory))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the sandbox that the tests share, once no process of the session needs it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        end(homes_of(session.config._tmp_path_factory))  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest files first."""
    longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Share the files out among the processes."""
    return ByFile(config, log)
