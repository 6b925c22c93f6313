"""The value that a rule had when it last held, from the newest audit documents."""

from __future__ import annotations

from collections.abc import Collection

from rivage.audit.document import recent
from rivage.settings import Settings


def last_good(settings: Settings, marks: Collection[str]) -> dict[str, str]:
    """By fingerprint: value and day, of those that held in one of the newest audits."""
    found: dict[str, str] = {}
    for audit in recent(settings):
        for result in audit.results:
            if result["passed"] and result["fingerprint"] in marks and result["value"] is not None:
                found[result["fingerprint"]] = f"{result['value']:g} on {audit.audited_at:%Y-%m-%d}"
    return found
