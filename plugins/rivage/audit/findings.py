"""A finding: one rule the candidate broke, in plain words. Pure; standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["critical", "warning", "info"]
Verdict = Literal["pass", "warn", "fail"]
Gate = Literal["landing", "candidate", "between"]
"""What was judged: the pulls, one mart by itself, or two that must agree."""
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
    """Key columns and the numbers the rule looks at; personal data masked."""
    gate: Gate = "candidate"
    value: float | None = None
    """The number the rule looks at, whose course the desk draws; rows that break it otherwise."""
    usual: tuple[float, float] | None = None
    """Range in which `value` lay before, or should lie."""
    where: list[dict[str, Any]] = field(default_factory=list)
    """Most affected first: `{"column": "report_date", "value": "2026-09-30", "rows": 12}`."""
    waived_until: str | None = None
    """Last day of the waiver that lets it pass, if one does."""

    @property
    def fingerprint(self) -> str:
        """The same for the same rule on the same table and column, run after run."""
        return fingerprint_of(self.table, self.column or "", self.rule)

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


@dataclass(frozen=True)
class Check:
    """What became of one rule, broken or not: the points of the desk's trends.

    `value` is the number the rule looks at and `usual` the range it should lie in; a rule
    about single rows counts those that break it, and none should.
    """

    table: str
    rule: str
    column: str | None
    severity: Severity
    gate: Gate
    passed: bool
    value: float | None = None
    usual: tuple[float, float] | None = None

    @classmethod
    def of(cls, finding: Finding) -> Check:
        """The check that a finding is the outcome of."""
        return cls(
            finding.table, finding.rule, finding.column, finding.severity, finding.gate,
            passed=False, value=finding.value, usual=finding.usual,
        )  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """That of its finding."""
        return fingerprint_of(self.table, self.column or "", self.rule)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"fingerprint": self.fingerprint}


def fingerprint_of(table: str, column: str, rule: str) -> str:
    """Twelve hexadecimal digits that name one rule on one table (and column)."""
    return hashlib.sha256(f"{table}|{column}|{rule}".encode()).hexdigest()[:12]


def verdict(findings: Iterable[Finding]) -> Verdict:
    """publish (pass), publish with warnings (warn) or hold (fail).

    A critical finding without a waiver holds the candidate; a waived one and a warning
    only tell.
    """
    worst = min((_weight(finding) for finding in findings), default=3)
    return "fail" if worst == 0 else "warn" if worst == 1 else "pass"


def _weight(finding: Finding) -> int:
    return max(1, ORDER[finding.severity]) if finding.waived_until else ORDER[finding.severity]
