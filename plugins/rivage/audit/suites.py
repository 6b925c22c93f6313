"""Suites: what follows from a mart's yml, and what expectations/suites adds by hand.

`suites/<mart>.json` holds rules on one mart. `suites/between/<subject>.json` holds rules that
marts must agree on; each names under `table` the mart that a finding is filed under. SQL may be
written as a list of lines. A rule is asked when the streams under `meta.asks` (one of each group)
have rows; by default those that the marts it names need.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rivage.audit import derived
from rivage.errors import AuditFailed
from rivage.settings import REPO
from rivage.warehouse.marts import FOLDER as MARTS
from rivage.warehouse.marts import marts

FOLDER = REPO / "expectations" / "suites"
BETWEEN = "between"
QUERY = "unexpected_rows_query"
_NAME = re.compile(r"\w+")
_PUBLISHED = re.compile(r"\bpublished\.main\.\w+")


@dataclass(frozen=True)
class Suite:
    """The expectations on one mart; `grain` names its key columns."""

    mart: str
    owner: str
    expectations: tuple[dict[str, Any], ...]
    grain: tuple[str, ...] = ()


def suites(folder: Path = FOLDER, models: Path = MARTS) -> list[Suite]:
    """All suites, by mart: derived rules first, then the written ones, then those between marts.

    Raises:
        AuditFailed: a written suite can't be read, or a rule between marts names none.
        BuildFailed: a mart's yml can't be read.
    """
    added = {suite.mart: suite.expectations for suite in written(folder)}
    for table, rules in between(folder).items():
        added[table] = (*added.get(table, ()), *rules)
    merged = []
    described = marts(models)
    needs = {mart.name: mart.needs for mart in described}
    for table, rules in added.items():
        for rule in rules:
            rule["meta"].setdefault("asks", _compared(table, rule, needs))
    for mart in described:
        rules = (*derived.expectations(mart), *added.pop(mart.name, ()))
        if rules:  # a mart that nothing judges is named by the audit
            merged.append(Suite(mart.name, mart.owner, rules, mart.grain))
    for name, rules in added.items():
        if any(rule["meta"].get("gate") == BETWEEN for rule in rules):
            raise AuditFailed(
                f"expectations/suites/{BETWEEN} has a rule on {name!r}, which is no mart.",
                do="Put the name of one of the marts that it compares under `table`.",
            )
        merged.append(Suite(name, "data", rules))
    return sorted(merged, key=lambda suite: suite.mart)


def _compared(
    table: str, rule: dict[str, Any], needs: dict[str, tuple[tuple[str, ...], ...]]
) -> tuple[tuple[str, ...], ...]:
    """What all marts that a rule names need: it is asked when there is something to compare."""
    sql = _PUBLISHED.sub("", str(rule["kwargs"].get(QUERY, "")))
    named = [table, *(name for name in _NAME.findall(sql) if name in needs)]
    return tuple(dict.fromkeys(group for name in named for group in needs.get(name, ())))


def written(folder: Path = FOLDER) -> list[Suite]:
    """The suites of expectations/suites; a file's stem is the mart's name.

    Raises:
        AuditFailed: a file is not JSON, or an expectation lacks severity or rule; a
            suite that can't be read must not count as passed.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        owner, expectations = _read(path, folder)
        if expectations:  # an empty suite judges nothing; the audit names its mart
            found.append(Suite(path.stem, owner, expectations))
    return found


def between(folder: Path = FOLDER) -> dict[str, tuple[dict[str, Any], ...]]:
    """The rules of suites/between, by the mart that they are filed under.

    Raises:
        AuditFailed: as `written`, or a rule has no table.
    """
    found: dict[str, tuple[dict[str, Any], ...]] = {}
    for path in sorted((folder / BETWEEN).glob("*.json")):
        for rule in _read(path, folder, "table")[1]:
            meta = rule["meta"] | {"gate": BETWEEN}
            body = {key: value for key, value in rule.items() if key != "table"} | {"meta": meta}
            found[rule["table"]] = (*found.get(rule["table"], ()), body)
    return found


def _read(path: Path, folder: Path, *also: str) -> tuple[str, tuple[dict[str, Any], ...]]:
    """Owner and expectations of a file; each expectation has the owner of its file."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        owner = str(body.get("meta", {}).get("owner", "data"))
        read = tuple(body["expectations"])
        for one in read:
            [one[name] for name in ("type", "severity", *also)]
            one["meta"] = {"owner": owner} | one["meta"] | {"rule": one["meta"]["rule"]}
            for place, name in ((one["kwargs"], QUERY), (one["meta"], "value")):
                if isinstance(place.get(name), list):
                    place[name] = "\n".join(place[name])
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise AuditFailed(
            f"expectations/suites/{path.relative_to(folder)} can't be read: {error!r}.",
            do="Give every expectation a type, a severity, kwargs and meta.rule"
            + "".join(f", and a {name}" for name in also) + ".",
        ) from None  # fmt: skip
    return owner, read
