"""Which rules have something to judge: those whose streams brought rows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from rivage.audit.suites import Suite


@dataclass(frozen=True)
class NotAsked:
    """A rule that was left out, and the streams it waits for (`a or b`)."""

    table: str
    rule: str
    missing: tuple[str, ...]


def asked(suites: Iterable[Suite], filled: Collection[str]) -> tuple[list[Suite], list[NotAsked]]:
    """The suites without the rules that compare what is not there, and those rules.

    Args:
        filled: Streams that have rows. A rule's `meta.asks` holds groups of streams, of each of
            which one must be among them.
    """
    kept, left_out = [], []
    for suite in suites:
        rules = []
        for rule in suite.expectations:
            if missing := _missing(rule, filled):
                left_out.append(NotAsked(suite.mart, rule["meta"]["rule"], missing))
            else:
                rules.append(rule)
        kept.append(replace(suite, expectations=tuple(rules)))
    return kept, left_out


def _missing(rule: dict[str, Any], filled: Collection[str]) -> tuple[str, ...]:
    groups = [
        (group,) if isinstance(group, str) else tuple(group)
        for group in rule["meta"].get("asks", ())
    ]
    return tuple(" or ".join(group) for group in groups if not set(group) & set(filled))
