"""A finding: one rule the candidate broke, in plain words. Pure; standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["critical", "warning", "info"]
Verdict = Literal["pass", "warn", "fail"]
ORDER: dict[str, int] = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Finding:
    """One broken rule.

    `rows` of `checked` rows break it (None when the rule is about the table as a
    whole); `sample` holds at most five of them.
    """

    table: str
    rule: str
    severity: Severity
    column: str | None
    observed: str
    expected: str
    rows: int | None
    checked: int | None
    owner: str
    runbook: str
    sample: list[dict[str, Any]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """The same for the same rule on the same table and column, run after run."""
        text = f"{self.table}|{self.column or ''}|{self.rule}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def sentence(self) -> str:
        """One line for a log or a phone."""
        how_many = ""
        if self.rows is not None and self.checked:
            how_many = f" in {self.rows} of {self.checked} rows ({self.rows / self.checked:.1%})"
        seen = f" Seen: {self.observed}." if self.observed else ""
        return f"{self.severity.upper()} {self.table}: {self.rule} - broken{how_many}.{seen}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"fingerprint": self.fingerprint, "sentence": self.sentence}


def verdict(findings: Iterable[Finding]) -> Verdict:
    """A critical finding fails the candidate; a warning never does."""
    worst = min((ORDER[f.severity] for f in findings), default=3)
    return "fail" if worst == 0 else "warn" if worst == 1 else "pass"
