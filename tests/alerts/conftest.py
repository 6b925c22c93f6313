"""Fixtures of the alert tests; no setting of the person who runs them leaks in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alerts.world import World, world_at


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A home with one version, and two sinks that remember."""
    monkeypatch.chdir(tmp_path)
    return world_at(tmp_path / "home")
