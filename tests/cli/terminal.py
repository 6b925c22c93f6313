"""A program in a terminal of its own, driven as a person would: read, then type."""

from __future__ import annotations

import os
import pty
import select
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 30.0


class Terminal:
    """The program, until it ends; `seen` is everything it has shown.

    Args:
        arguments: the program and its arguments.
    """

    def __init__(self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        self.seen = ""
        self._read_to = 0
        self._pid, self._end = pty.fork()
        if self._pid == 0:  # the child has this terminal as its controlling one
            os.chdir(cwd)
            os.execvpe(arguments[0], list(arguments), dict(env))  # noqa: S606

    def expect(self, text: str) -> str:
        """Wait until it shows `text` after what was expected last; returns what lay between."""
        deadline = time.monotonic() + PATIENCE
        while (at := self.seen.find(text, self._read_to)) < 0:
            if time.monotonic() > deadline or not self._more(deadline):
                raise AssertionError(f"{text!r} was not shown:\n{self.seen[self._read_to :]}")
        between = self.seen[self._read_to : at]
        self._read_to = at + len(text)
        return between

    def type(self, line: str) -> None:
        """A line, and Enter."""
        os.write(self._end, f"{line}\n".encode())

    def answer(self, question: str, line: str) -> str:
        """Wait for a prompt that begins so, and type; returns what was shown before it.

        A prompt ends with ": ". What is typed before its last character may be thrown away:
        echo is turned off in between.
        """
        shown = self.expect(question)
        self.expect(": ")
        self.type(line)
        return shown

    def code(self) -> int:
        """The exit code, once it has ended."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline):
            pass
        _, status = os.waitpid(self._pid, 0)
        os.close(self._end)
        return os.waitstatus_to_exitcode(status)

    def _more(self, deadline: float) -> bool:
        """Read what is there; False when the program has ended."""
        if not select.select([self._end], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise AssertionError(f"it is silent:\n{self.seen[self._read_to :]}")
        try:
            chunk = os.read(self._end, 65536)
        except OSError:  # Linux: the other end is closed
            return False
        self.seen += chunk.decode(errors="replace")
        return bool(chunk)
