"""The value that a rule had when it last held, from the newest audit documents."""

from __future__ import annotations

import json
from collections.abc import Collection

from rivage.settings import Settings

DOCUMENTS = 30


def last_good(settings: Settings, marks: Collection[str]) -> dict[str, str]:
    """By fingerprint: value and day, of those that held in one of the newest audits."""
    found: dict[str, str] = {}
    for path in sorted(settings.audits.glob("*_*.json"))[-DOCUMENTS:]:
        body = json.loads(path.read_text(encoding="utf-8"))
        for result in body.get("results", ()):
            if result["passed"] and result["fingerprint"] in marks and result["value"] is not None:
                found[result["fingerprint"]] = f"{result['value']:g} on {body['audited_at'][:10]}"
    return found
