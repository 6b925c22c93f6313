"""The manifest beside each landed window: what was pulled, when, and how to prove it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any

FORMAT = 3
"""2 added `types`, `records` and `notes`, 3 `edition`; older manifests are read as without."""


@dataclass(frozen=True)
class Manifest:
    """One pull of one window of one stream and account.

    `object` is the key of the Parquet object relative to landing/, or None when the
    window held no rows. When a pull brings exactly what the pull before it brought,
    no second object is written: `object` then names the earlier one.
    """

    stream: str
    account_id: str
    window_start: date
    window_end: date
    pull_id: str
    pulled_at: datetime
    rows: int
    content: str
    """Order-independent hash of the records as sent; equal content, equal records."""
    object: str | None
    sha256: str | None
    """Of the object's bytes."""
    api_version: str
    request_ids: tuple[str, ...]
    fields: tuple[str, ...]
    """Top-level field names seen."""
    undeclared: tuple[str, ...]
    """Fields that no column declares; their values are in `_extra`."""
    types: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Field by dotted name, two levels deep -> JSON types seen in the whole answer, with
    NULL where some values are null and ABSENT where some records lack the field."""
    records: int = 0
    """Records of the whole answer, which may cover more windows than this one."""
    notes: tuple[str, ...] = ()
    """The source's own doubts about its answer."""
    edition: str = ""
    """Of delivered files: which edition of them, read by which declaration."""

    @property
    def key(self) -> str:
        """Where the manifest lies, relative to landing/."""
        return f"{folder(self.stream, self.account_id, self.window_start)}/{self.pull_id}.json"

    def to_json(self) -> str:
        body = asdict(self) | {"format": FORMAT}
        return json.dumps(body, default=_text, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        known = {each.name for each in fields(cls)}
        body: dict[str, Any] = {k: v for k, v in json.loads(text).items() if k in known}
        return cls(
            **body
            | {
                "window_start": date.fromisoformat(body["window_start"]),
                "window_end": date.fromisoformat(body["window_end"]),
                "pulled_at": datetime.fromisoformat(body["pulled_at"]),
                "request_ids": tuple(body["request_ids"]),
                "fields": tuple(body["fields"]),
                "undeclared": tuple(body["undeclared"]),
                "types": {name: tuple(kinds) for name, kinds in body.get("types", {}).items()},
                "notes": tuple(body.get("notes", ())),
            }
        )


def folder(stream: str, account_id: str, window_start: date) -> str:
    """`<source>/<stream>/account=<id>/window=<start>`: the one layout of landing/."""
    source = stream.split("__", 1)[0]
    return f"{source}/{stream}/account={account_id}/window={window_start}"


def pull_id(pulled_at: datetime, *identity: str) -> str:
    """Sortable and reproducible: the instant, then a digest of what was asked for."""
    stamp = pulled_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return f"{stamp}-{hashlib.sha256('|'.join(identity).encode()).hexdigest()[:8]}"


def _text(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value))
