"""Schema drift of the newest pulls, as findings."""

from __future__ import annotations

from collections.abc import Iterable

from rivage.audit.findings import ORDER, Finding
from rivage.landing.drift import Drift
from rivage.landing.drift_history import unresolved
from rivage.landing.store import Store
from rivage.streams.model import Stream

_RULES = {
    "new": "the API sends only known fields",
    "widened": "a field keeps the types it had",
    "emptied": "a field that always had a value still has one",
    "gone": "a field that was in every record is still sent",
    "changed": "a field keeps the types it had",
}


_SECTIONS = {
    "new": "a-field-is-new-wider-or-empty",
    "widened": "a-field-is-new-wider-or-empty",
    "emptied": "a-field-is-new-wider-or-empty",
    "gone": "a-field-that-was-in-every-record-is-in-none",
    "changed": "a-field-has-another-type",
}


def drifted(store: Store, streams: Iterable[Stream]) -> list[Finding]:
    """One finding per stream and field, of all accounts that show it."""
    grouped: dict[tuple[str, str, str], list[Drift]] = {}
    for drift in unresolved(store, streams):
        grouped.setdefault((drift.stream, drift.field, drift.what), []).append(drift)
    return [_finding(same) for same in grouped.values()]


def _finding(same: list[Drift]) -> Finding:
    worst = min(same, key=lambda drift: ORDER[drift.severity])
    kept = "; it is kept in _extra" if worst.what == "new" else ""
    sample = f", for example {worst.sample}" if worst.sample else ""
    return Finding(
        table=worst.stream,
        rule=_RULES[worst.what],
        severity=worst.severity,
        column=worst.field,
        observed=f"{worst.field} is {worst.what}: {worst.after}{sample}{kept}",
        expected=f"as before: {worst.before}" if worst.what != "new" else "no such field",
        rows=None,
        checked=None,
        owner="data",
        runbook=f"drift.md#{_SECTIONS[worst.what]}",
        sample=[
            {"account": d.account_id, "pulled_at": d.pulled_at.isoformat(), "manifest": d.manifest}
            for d in same[:5]
        ],
        gate="landing",
        value=float(len(same)),
        usual=(0.0, 0.0),
        where=[{"column": "account_id", "value": d.account_id, "rows": None} for d in same[:5]],
    )
