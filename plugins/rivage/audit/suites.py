"""Suites: what follows from a mart's yml, and what expectations/suites/<mart>.json adds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rivage.audit import derived
from rivage.errors import AuditFailed
from rivage.settings import REPO
from rivage.warehouse.marts import FOLDER as MARTS
from rivage.warehouse.marts import marts

FOLDER = REPO / "expectations" / "suites"


@dataclass(frozen=True)
class Suite:
    """The expectations on one mart."""

    mart: str
    owner: str
    expectations: tuple[dict[str, Any], ...]


def suites(folder: Path = FOLDER, models: Path = MARTS) -> list[Suite]:
    """All suites, by mart: derived rules first, then the written ones.

    Raises:
        AuditFailed: a written suite can't be read.
        BuildFailed: a mart's yml can't be read.
    """
    added = {suite.mart: suite for suite in written(folder)}
    merged = []
    for mart in marts(models):
        more = added.pop(mart.name, None)
        rules = (*derived.expectations(mart), *(more.expectations if more else ()))
        if rules:  # a mart that nothing judges is named by the audit
            merged.append(Suite(mart.name, mart.owner, rules))
    return sorted([*merged, *added.values()], key=lambda suite: suite.mart)


def written(folder: Path = FOLDER) -> list[Suite]:
    """The suites of expectations/suites; a file's stem is the mart's name.

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
