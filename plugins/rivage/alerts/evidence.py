"""What is known besides a finding: the same for a message and for a page of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rivage.alerts.causes import RECENT, Evidence
from rivage.incidents.events import Event
from rivage.settings import Settings
from rivage.warehouse.lineage import streams_by_model


def evidence(
    settings: Settings,
    findings: Sequence[dict[str, Any]],
    stale: Sequence[Mapping[str, Any]],
    events: Iterable[Event],
    now: datetime,
) -> Evidence:
    """The evidence about the findings of one audit.

    Args:
        findings: all of the audit, as its document has them.
        stale: streams that are behind, likewise.
        events: the on-call log, for tasks that failed lately.
    """
    return Evidence(
        findings=findings,
        stale=stale,
        reads=streams_by_model(),
        failures=[
            event for event in events
            if event.facts.get("what") == "failed" and now - event.at < RECENT
        ],
        currencies=frozenset((settings.reporting_currency, "EUR", *settings.ecb.currencies)),
    )  # fmt: skip
