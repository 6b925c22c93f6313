"""Suites as hand-written JSON: expectations/suites/<mart>.json, no generated ids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rivage.errors import AuditFailed
from rivage.settings import REPO

FOLDER = REPO / "expectations" / "suites"


@dataclass(frozen=True)
class Suite:
    """The expectations on one mart; the file's stem is the mart's name."""

    mart: str
    owner: str
    expectations: tuple[dict[str, Any], ...]


def suites(folder: Path = FOLDER) -> list[Suite]:
    """All suites, by mart.

    Raises:
        AuditFailed: a file is not JSON, or an expectation lacks severity or rule; a
            suite that can't be read must not count as passed.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            expectations = tuple(body["expectations"])
            for expectation in expectations:
                expectation["type"], expectation["severity"], expectation["meta"]["rule"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise AuditFailed(
                f"expectations/suites/{path.name} can't be read: {error!r}.",
                do="Give every expectation a type, a severity and meta.rule.",
            ) from None
        if not expectations:
            continue  # an empty suite judges nothing; the audit names its mart
        owner = body.get("meta", {}).get("owner", "data")
        found.append(Suite(path.stem, owner, expectations))
    return found
