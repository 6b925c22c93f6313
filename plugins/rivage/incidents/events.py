"""One line of the on-call log: what happened to a finding, who did it, when and why. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal[
    "found", "cleared",
    "acknowledged", "snoozed", "waived", "revoked", "resolved", "commented",
    "rolled_back", "rejected", "sent", "refused",
]  # fmt: skip
"""`found` and `cleared` are written by an audit, `sent` by the alerts, `refused` for an
attempt that was not allowed, the rest by people."""
SYSTEM = "rivage"
"""Who, when no person did it."""


@dataclass(frozen=True)
class Event:
    """What happened at one instant.

    `fingerprint` names the rule on its table ("" for what concerns no finding, as a
    rollback); `audit` the audit document's stem; `until` is the end of a snooze or the
    last day of a waiver; `facts` holds what the kind needs besides, as plain JSON.
    """

    at: datetime
    kind: Kind
    who: str
    fingerprint: str = ""
    why: str = ""
    audit: str = ""
    until: datetime | date | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line; empty fields are left out."""
        body = {name: value for name, value in asdict(self).items() if value not in ("", None, {})}
        return json.dumps(body, default=_text, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Event:
        body = json.loads(line)
        body["at"] = datetime.fromisoformat(body["at"])
        if until := body.get("until"):
            body["until"] = (
                date.fromisoformat(until) if len(until) == 10 else datetime.fromisoformat(until)
            )
        return cls(**body)


def _text(value: object) -> str:
    if isinstance(value, date):  # a datetime, too
        return value.isoformat()
    return str(value)
