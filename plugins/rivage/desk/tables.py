"""Every mart and every stream that was judged: how it stands, and how it stood before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from rivage.audit.findings import Finding
from rivage.desk.audits import Judged
from rivage.desk.filters import ALL, Filters
from rivage.warehouse.marts import FOLDER

_RANK = {"fail": 0, "warn": 1, "not judged": 2, "pass": 3}


@dataclass(frozen=True)
class Beat:
    """One audit of one table; `outcome` is pass, warn, fail or not judged."""

    at: datetime
    outcome: str


@dataclass(frozen=True)
class Table:
    """One mart, or one stream of landing."""

    name: str
    owner: str
    is_mart: bool
    outcome: str
    checks: int | None
    """Rules judged in the newest audit; None where the document does not list them."""
    findings: tuple[Finding, ...]
    strip: tuple[Beat, ...]
    """Oldest first."""

    @property
    def told(self) -> str:
        """The strip in words."""
        outcomes = [beat.outcome for beat in self.strip]
        counts = {kind: outcomes.count(kind) for kind in ("fail", "warn", "pass")}
        parts = [f"{count} {kind}" for kind, count in counts.items() if count]
        return f"last {len(outcomes)} audits: {', '.join(parts) or 'not judged'}"


def tables(runs: Sequence[Judged], waived: frozenset[str], chosen: Filters = ALL) -> list[Table]:
    """The tables, worst first."""
    if not runs:
        return []
    owners = owned(FOLDER)
    named = {f.table for run in runs for f in run.findings}
    named |= {check.table for run in runs for check in run.results}
    found = [_table(name, runs, waived, owners) for name in sorted(named | set(owners))]
    kept = [
        table
        for table in found
        if chosen.keeps(state=table.outcome, owner=table.owner, table=table.name)
    ]
    return sorted(kept, key=lambda table: (_RANK[table.outcome], not table.is_mart, table.name))


def _table(
    name: str, runs: Sequence[Judged], waived: frozenset[str], owners: dict[str, str]
) -> Table:
    last = runs[-1]
    findings = tuple(f for f in last.findings if f.table == name)
    checks = sum(check.table == name for check in last.results) if last.results else None
    strip = tuple(Beat(run.audited_at, _outcome(name, run, owners)) for run in runs)
    now = _outcome(name, last, owners)
    if now == "fail" and all(f.fingerprint in waived for f in findings if f.severity == "critical"):
        now = "warn"
    owner = owners.get(name) or (findings[0].owner if findings else "data")
    return Table(name, owner, name in owners, now, checks, findings, strip)


def _outcome(name: str, run: Judged, owners: dict[str, str]) -> str:
    held = [f for f in run.findings if f.table == name]
    if any(f.severity == "critical" and not f.waived_until for f in held):
        return "fail"
    if any(f.severity != "info" for f in held):
        return "warn"
    judged = any(check.table == name for check in run.results) if run.results else name in owners
    return "pass" if judged or held else "not judged"


@lru_cache(maxsize=4)
def owned(folder: Path) -> dict[str, str]:
    """Owner of each mart. Read by pattern: parsing every yml takes a second."""
    owners = {}
    for path in sorted(folder.glob("*.yml")):
        found = re.search(r"^ +owner: *(\S.*?) *$", path.read_text(encoding="utf-8"), re.MULTILINE)
        owners[path.stem] = found[1] if found else "data"
    return owners
