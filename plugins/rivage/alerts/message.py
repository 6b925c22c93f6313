"""What a sink sends: a headline that stands by itself, and sections in a fixed order. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

What = Literal["opened", "reminder", "flapping", "resolved", "failed", "late", "test"]
READ_AT_A_GLANCE = 200
"""Characters that a phone shows of a message: verdict, rule and consequence fit in them."""


@dataclass(frozen=True)
class Section:
    """Lines under a title; `code` lines are commands to copy."""

    title: str
    lines: tuple[str, ...] = ()
    code: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """One message about one table (or failing source) and run.

    Text is plain: each sink escapes it for its own reader, at the last moment.
    """

    what: What
    severity: str
    about: str
    """The table, stream or task it is about."""
    verdict: str
    """First line: what is broken."""
    consequence: str
    """Second line: what readers see meanwhile."""
    owners: tuple[str, ...]
    fingerprints: tuple[str, ...]
    sections: tuple[Section, ...] = ()

    def text(self) -> str:
        """All of it, for a terminal or a mail."""
        blocks = [f"{self.verdict}\n{self.consequence}"]
        for section in self.sections:
            lines = (*section.lines, *(f"  {line}" for line in section.code))
            blocks.append("\n".join((section.title, *(f"  {line}" for line in lines))))
        return "\n\n".join(blocks) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self) | {"text": self.text()}


def cut(text: str, longest: int) -> str:
    """The text on one line, with an ellipsis where it was too long; no control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
