"""Probable causes of a finding, each with the evidence for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from rivage.incidents.events import Event

RECENT = timedelta(hours=36)
"""A failed task of the last day's runs may be why data is missing."""
_ACCESS = ("TokenExpired", "TokenMissing", "ScopeMissing", "NotGranted", "AccountUnknown")
RATES = "ecb__exchange_rates"


@dataclass(frozen=True)
class Evidence:
    """What is known besides the finding itself."""

    findings: Sequence[dict[str, Any]] = ()
    """All of the same audit."""
    stale: Sequence[Mapping[str, Any]] = ()
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    failures: Sequence[Event] = ()
    """What was sent about tasks that failed lately."""
    currencies: frozenset[str] = frozenset()
    """Currencies that have a rate."""


def causes(finding: Mapping[str, Any], known: Evidence) -> tuple[str, ...]:
    """Sentences, the most telling first; empty when nothing is known."""
    table = str(finding["table"])
    streams = known.reads.get(table, frozenset()) | {table}
    found = [
        *_access(streams, known.failures),
        *_drift(finding, streams, known.findings),
        *_late(streams, known.stale),
        *_rates(finding, streams, known),
    ]
    return tuple(dict.fromkeys(found))


def _access(streams: frozenset[str], failures: Iterable[Event]) -> list[str]:
    told = []
    for event in failures:
        error, stream = str(event.facts.get("error_class", "")), str(event.facts.get("stream", ""))
        sources = {name.partition("__")[0] for name in streams}
        if stream not in streams and stream not in sources:
            continue
        if error in _ACCESS:
            told.append(
                f"The access to {stream} is dead: {error} at {event.at:%Y-%m-%d %H:%M} UTC."
            )
        elif error:
            told.append(f"The pull of {stream} failed: {error} at {event.at:%Y-%m-%d %H:%M} UTC.")
    return told


def _drift(
    finding: Mapping[str, Any], streams: frozenset[str], findings: Iterable[Mapping[str, Any]]
) -> list[str]:
    return [
        f"In the same run, {other['table']}: {other['rule']} - broken ({other['observed']})."
        for other in findings
        if other["table"] in streams and other["table"] != finding["table"]
    ]


def _late(streams: frozenset[str], stale: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        f"{one['stream']} of {one['account']} is behind: it ends {one['covered_to']}."
        for one in stale
        if one["stream"] in streams
    ]


def _rates(finding: Mapping[str, Any], streams: frozenset[str], known: Evidence) -> Iterable[str]:
    """Money that could not be converted: the sample names a currency that no rate is read for."""
    if RATES not in streams or not known.currencies:
        return
    for row in finding.get("sample", ()):
        for column, value in row.items():
            if column.endswith("currency") and str(value) not in known.currencies | {"None"}:
                yield f"There is no exchange rate for {value}: RIVAGE_ECB_CURRENCIES lacks it."
