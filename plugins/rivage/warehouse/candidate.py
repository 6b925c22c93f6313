"""The record of a finished candidate: absent while a build is under way."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rivage.atomic import write_text
from rivage.settings import Settings


@dataclass(frozen=True)
class Candidate:
    """What the candidate file holds, written only once it is whole."""

    build_id: str
    horizon: str | None
    project: str
    stale: list[dict[str, Any]]
    models: int
    sources: list[str] = field(default_factory=list)
    """Connectors that were configured when it was built."""

    @staticmethod
    def path(settings: Settings) -> Path:
        return settings.home / "candidate.json"

    @classmethod
    def read(cls, settings: Settings) -> Candidate | None:
        path = cls.path(settings)
        if not path.exists() or not settings.candidate.exists():
            return None
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, settings: Settings) -> None:
        write_text(self.path(settings), json.dumps(asdict(self), indent=1))
