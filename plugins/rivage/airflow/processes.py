"""Child processes that never outlive us: started in a session of their own, swept by it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class Child:
    """One child with everything it starts.

    Tasks get process groups of their own, so killing a group is not enough; all of
    them stay in the session the child leads, also when their parent is gone.
    """

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603  our own commands
                command,
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.session = self._process.pid

    @property
    def ended(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._process.poll()

    def tail(self, lines: int = 15) -> str:
        """The last lines it wrote."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def stop(self, patience: float = 2.0) -> None:
        """Ask it to end, then end the whole session by force. Safe to call twice."""
        if self.ended is None:
            self._process.terminate()
            deadline = time.monotonic() + patience
            while self.ended is None and time.monotonic() < deadline:
                time.sleep(0.05)
        for number in (signal.SIGTERM, signal.SIGKILL):
            members = self.members()
            if not members:
                break
            for pid in members:
                _signal(pid, number)
            deadline = time.monotonic() + 2.0
            while self.members() and time.monotonic() < deadline:
                time.sleep(0.05)
        self._process.wait()

    def members(self) -> list[int]:
        """Processes of the session that are still alive."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _session(entry) == self.session:
                found.append(int(entry.name))
        return found


def _session(entry: Path) -> int | None:
    """Session of a living process; zombies are dead and wait for their parent only."""
    try:
        state, *fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if state in "ZX" else int(fields[2])


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def raise_on_sigterm() -> None:
    """Turn SIGTERM into SystemExit, so that `finally` blocks run as they do on Ctrl-C."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
