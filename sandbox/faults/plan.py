"""Which calls go wrong, how, how often and when."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, field_validator

Kind = Literal[
    "rate_limit", "server_error", "hang", "cut_body", "bad_json", "bad_token", "schema_drift",
    "html_504", "empty", "reset", "no_body", "slow_body",
    "rewrite",
]  # fmt: skip
_NEVER_THE_SAME = {"sign", "timestamp", "access_token", "assertion"}
"""Parameters that differ when the same request is sent again."""


class FaultRule(BaseModel):
    """One rule. `contains` texts must all occur in the query string or body."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    match: str = Field("*", description="glob on the path")
    contains: list[str] = []
    kind: Kind
    rate: float = Field(1.0, gt=0, le=1, description="share of the matching calls")
    in_a_row: int = Field(
        1, ge=1, description="with a rate below 1: how often the same request may fail in a row"
    )
    since: datetime | None = Field(None, alias="from", description="simulated instant")
    until: datetime | None = Field(None, alias="to", description="simulated instant, excluded")
    times: int | None = Field(None, ge=1, description="how often, null = for ever")
    after: int = Field(0, ge=0, description="matching calls that pass first")
    seconds: float = Field(30.0, ge=0, description="length of a hang or slow body")
    code: int | None = Field(None, description="ad platform code, or HTTP status elsewhere")
    message: str | None = None
    reason: str | None = Field(None, description="BigQuery's word; empty = no list of errors")
    retry_after: int | None = Field(None, ge=0, description="seconds, of the analytics services")
    change: Literal["renamed", "missing", "new", "type"] = "missing"
    rewrite: Literal["same_count", "shorter", "label"] = "same_count"
    field: str | None = Field(None, description="field that drifts")
    seen: int = 0
    fired: int = 0

    @field_validator("since", "until")
    @classmethod
    def _utc(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value

    def concerns(self, path: str, text: str, now: datetime) -> bool:
        """Whether the call is one of those the rule speaks of."""
        return (
            fnmatchcase(path, self.match)
            and all(part in text for part in self.contains)
            and (self.since is None or now >= self.since)
            and (self.until is None or now < self.until)
        )


class FaultFile(BaseModel):
    """A plan as it is written down: the rules in order, and the seed of their draws."""

    model_config = ConfigDict(extra="forbid")

    seed: int = 7
    rules: list[FaultRule]


def read_plan(path: Path) -> FaultFile:
    """The plan in a YAML file.

    Raises:
        ValueError: it is not such a plan; the text says where.
    """
    import yaml

    try:
        return FaultFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as wrong:
        raise ValueError(str(wrong)) from None


class FaultPlan:
    """Rules in order; the first that applies fires.

    A rule with a rate draws from the seed, its place in the plan and the number of the
    call, so a plan meets the same calls the same way. A request that has just failed
    `in_a_row` times passes, whatever the draw: trying again can help.
    """

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []
        self.seed = 7
        self._failed: dict[str, int] = {}

    def put(self, rules: list[FaultRule], seed: int = 7) -> None:
        """Replace the plan."""
        self.rules, self.seed, self._failed = rules, seed, {}

    def clear(self) -> None:
        """No faults."""
        self.put([])

    def next(self, path: str, text: str, now: datetime) -> FaultRule | None:
        """The fault of this call; counts it.

        Args:
            text: query string, a line break, body.
            now: simulated.
        """
        request = _request(path, text)
        for place, rule in enumerate(self.rules):
            if not rule.concerns(path, text, now):
                continue
            rule.seen += 1
            if rule.seen <= rule.after:
                continue
            if rule.times is not None and rule.fired >= rule.times:
                continue
            if rule.rate < 1:
                spared = self._failed.get(request, 0) >= rule.in_a_row
                if spared or self._draw(place, rule.seen) >= rule.rate:
                    continue
                self._failed[request] = self._failed.get(request, 0) + 1
            rule.fired += 1
            return rule
        self._failed.pop(request, None)
        return None

    def _draw(self, place: int, call: int) -> float:
        digest = hashlib.sha256(f"{self.seed}|{place}|{call}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64


def _request(path: str, text: str) -> str:
    """What stays the same when a request is sent again."""
    query, _, body = text.partition("\n")
    kept = [pair for pair in parse_qsl(query) if pair[0] not in _NEVER_THE_SAME]
    signed = any(f"{name}=" in body for name in _NEVER_THE_SAME)
    return f"{path}|{kept}|{'' if signed else body}"
