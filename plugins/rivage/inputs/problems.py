"""One thing that is wrong in a file kept by hand: where, what, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

HIDDEN = "(not repeated here)"


@dataclass(frozen=True, order=True)
class Problem:
    """One wrong cell, line or file.

    Args:
        line: 1 is the first line of the file as an editor shows it, comments included.
        column: the header's word; "" when the whole line is wrong.
        value: the cell as written.
        what: half a sentence that follows the value: "is no date".
        instead: what to write.
        personal: the value names a person; logs do not repeat it.
    """

    file: str
    line: int
    column: str
    value: str
    what: str
    instead: str
    personal: bool = False

    def told(self, *, in_logs: bool = False) -> str:
        """The problem as one line; `in_logs` leaves out what names a person."""
        column = f", column {self.column}" if self.column else ""
        value = HIDDEN if self.personal and in_logs else repr(self.value)
        shown = f"{value} " if self.value or self.personal else ""
        instead = "correct it; `rivage inputs` says how" if self.personal and in_logs else None
        return (
            f"{self.file} line {self.line}{column}: {shown}{self.what}; {instead or self.instead}"
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"told": self.told()}


def closest(value: str, words: Iterable[str]) -> str | None:
    """The known word that `value` was probably meant to be."""
    known = {word.lower(): word for word in words}
    found = get_close_matches(value.strip().lower(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def write_one_of(value: str, words: Iterable[str], otherwise: str = "") -> str:
    """What to write instead of an unknown word: the closest, else where to find one."""
    words = list(words)
    meant = closest(value, words)
    if meant:
        return f"did you mean {meant!r}?"
    if otherwise:
        return otherwise
    return f"write one of {', '.join(words[:30])}" if words else "leave it empty"
