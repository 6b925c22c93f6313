"""The simulated brand as a child process: the demo's sources, and their clock."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import requests

from rivage.airflow.client import wait_for
from rivage.airflow.environment import REPO
from rivage.airflow.processes import Child
from rivage.errors import ServerFailed


class SimulatedBrand:
    """`python -m sandbox serve` on a free port, with its simulated now.

    Args:
        home: folder of its files.
        options: more options of `sandbox serve`, such as `--now`.
    """

    def __init__(self, home: Path, options: Sequence[str] = ()) -> None:
        self.home = home
        self._options = options
        self._child: Child | None = None
        self._http = requests.Session()
        self._http.trust_env = False
        self.url = ""

    @property
    def env_file(self) -> Path:
        """Settings that reach it, one `NAME=value` a line; there once it serves."""
        return self.home / "sandbox.env"

    def start(self) -> None:
        """Start it; returns at once."""
        self.home.mkdir(parents=True, exist_ok=True)
        for name in ("sandbox.json", "sandbox.env"):
            (self.home / name).unlink(missing_ok=True)
        self._child = Child(
            [sys.executable, "-m", "sandbox", "serve", "--home", str(self.home), *self._options],
            env=os.environ,
            log=self.home / "sandbox.log",
            cwd=REPO,
        )

    def wait_until_ready(self, seconds: float = 60.0) -> dict[str, str]:
        """Wait until it serves; returns the settings that reach it, as in its sandbox.env."""
        ready = self.home / "sandbox.json"
        wait_for(ready.exists, seconds, what="the sandbox", every=0.1, watch=[self._check_alive])
        self.url = str(json.loads(ready.read_text())["url"])
        lines = self.env_file.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def _check_alive(self) -> None:
        if self._child is None or self._child.ended is not None:
            said = self._child.tail() if self._child else "never started"
            raise ServerFailed(f"The sandbox stopped by itself: {said}")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call its control plane."""
        answer = self._http.request(method, f"{self.url}/_sandbox/{path}", json=body, timeout=120)
        if not answer.ok:
            raise ServerFailed(f"sandbox {method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json()

    def now(self) -> datetime:
        """Its simulated now."""
        return datetime.fromisoformat(self.control("GET", "clock")["now"])

    def last_day(self) -> date:
        """The day on which its world ends."""
        return date.fromisoformat(self.control("GET", "clock")["last_day"])

    def next_day(self) -> datetime:
        """Move its clock by one day; returns the new now."""
        return datetime.fromisoformat(self.control("POST", "clock", {"advance_days": 1})["now"])

    def stop(self) -> None:
        """End it. Safe to call twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None
