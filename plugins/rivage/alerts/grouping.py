"""One message per table; a failing source speaks for the tables that read it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rivage.audit.findings import ORDER

Finding = dict[str, Any]
"""A finding as the audit document has it."""


@dataclass(frozen=True)
class Group:
    """The findings that one message tells, worst first; the source's own before the others."""

    about: str
    """A table, or the failing stream."""
    findings: tuple[Finding, ...]
    behind: str = ""
    """How far the stream is behind, when it is."""

    @property
    def worst(self) -> Finding:
        return self.findings[0]

    @property
    def own(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f["table"] == self.about)


def grouped(
    findings: Iterable[Finding],
    stale: Iterable[Mapping[str, Any]],
    reads: Mapping[str, frozenset[str]],
) -> list[Group]:
    """The messages of one audit, worst first.

    A stream fails when a finding of the landing gate names it, or when it is behind the
    others. A table that reads a failing stream gets no message of its own: its findings are
    told with the stream's. A finding never hides behind a milder one, so a warning about
    a stream leaves a critical of a table by itself.

    Args:
        stale: the audit's streams that are behind: `stream`, `account`, `covered_to`.
        reads: the streams that each table is made of.
    """
    told = [f for f in findings if f["severity"] in ("critical", "warning")]
    late = _behind(stale)
    streams = frozenset().union(*reads.values()) if reads else frozenset()
    failing: dict[str, int] = dict.fromkeys(late, 0)
    for finding in told:
        if finding.get("gate") == "landing" or finding["table"] in streams:
            name = finding["table"]
            failing[name] = min(failing.get(name, 9), ORDER[finding["severity"]])
    groups: dict[str, list[Finding]] = {}
    for finding in told:
        about = _told_with(finding, failing, reads.get(finding["table"], frozenset()))
        groups.setdefault(about, []).append(finding)
    made = [
        Group(about, tuple(sorted(same, key=lambda f, a=about: _rank(f, a))), late.get(about, ""))  # type: ignore[misc]
        for about, same in groups.items()
    ]
    return sorted(made, key=lambda group: (ORDER[group.worst["severity"]], group.about))


def _told_with(finding: Finding, failing: Mapping[str, int], streams: frozenset[str]) -> str:
    """The worst failing stream that the finding's table reads, or the table itself."""
    rank = ORDER[finding["severity"]]
    causes = [(failing[name], name) for name in streams & failing.keys() if failing[name] <= rank]
    return min(causes)[1] if causes else str(finding["table"])


def _behind(stale: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    ends: dict[str, list[str]] = {}
    for one in stale:
        ends.setdefault(str(one["stream"]), []).append(
            f"{one['account']} ends {one['covered_to']}" if one["covered_to"] != "None"
            else f"{one['account']} has nothing"
        )  # fmt: skip
    return {stream: ", ".join(accounts) for stream, accounts in ends.items()}


def _rank(finding: Finding, about: str) -> tuple[int, bool, str, str]:
    severity = ORDER[finding["severity"]]
    return severity, finding["table"] != about, finding["table"], finding["rule"]
