"""The record of every release, one small JSON document each; kept when its file is not."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from rivage.settings import Settings


@dataclass(frozen=True)
class Release:
    """One published version: what it is made of and who let it through."""

    version: str
    published_at: datetime
    build_id: str
    content_sha256: str
    """Order-independent hash over the rows of every table."""
    git_commit: str
    horizon: date | None
    tables: dict[str, int]
    """Row count by table."""
    audit_verdict: str
    open_waivers: int
    note: str

    def row(self) -> list[object]:
        """As a row of ops_versions."""
        return [
            self.version, self.published_at, self.build_id, self.content_sha256,
            self.git_commit, self.horizon, len(self.tables), sum(self.tables.values()),
            self.audit_verdict, self.open_waivers, self.note,
        ]  # fmt: skip

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=str, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Release:
        body = json.loads(text)
        day = body["horizon"]
        body["horizon"] = date.fromisoformat(day) if day else None
        body["published_at"] = datetime.fromisoformat(body["published_at"])
        return cls(**body)


def folder(settings: Settings) -> Path:
    return settings.published / "releases"


def releases(settings: Settings) -> list[Release]:
    """All releases, oldest first."""
    found = sorted(folder(settings).glob("*.json")) if folder(settings).is_dir() else []
    return [Release.from_json(path.read_text(encoding="utf-8")) for path in found]


def current(settings: Settings) -> Release | None:
    """The release that readers see, or None before the first publish."""
    pointer = settings.published / "current.json"
    if not pointer.exists():
        return None
    version = json.loads(pointer.read_text(encoding="utf-8"))["version"]
    path = folder(settings) / f"{version}.json"
    return Release.from_json(path.read_text(encoding="utf-8")) if path.exists() else None
