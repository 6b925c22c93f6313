"""Which calls go wrong, how, how often."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "rate_limit", "server_error", "hang", "cut_body", "bad_json", "bad_token", "schema_drift",
    "html_504", "empty",
]  # fmt: skip


class FaultRule(BaseModel):
    """One rule. `contains` texts must all occur in the query string or body."""

    model_config = ConfigDict(extra="forbid")

    match: str = Field("*", description="glob on the path")
    contains: list[str] = []
    kind: Kind
    times: int | None = Field(None, ge=1, description="how often, null = for ever")
    after: int = Field(0, ge=0, description="matching calls that pass first")
    seconds: float = Field(30.0, ge=0, description="length of a hang")
    code: int | None = Field(None, description="ad platform code, or HTTP status elsewhere")
    message: str | None = None
    change: Literal["renamed", "missing", "new", "type"] = "missing"
    field: str | None = Field(None, description="field that drifts")
    seen: int = 0
    fired: int = 0


class FaultPlan:
    """Rules in order; the first that applies fires."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    def put(self, rules: list[FaultRule]) -> None:
        """Replace the plan."""
        self.rules = rules

    def clear(self) -> None:
        """No faults."""
        self.rules = []

    def next(self, path: str, text: str) -> FaultRule | None:
        """The fault of this call; counts it."""
        for rule in self.rules:
            if not fnmatchcase(path, rule.match) or any(part not in text for part in rule.contains):
                continue
            rule.seen += 1
            if rule.seen <= rule.after:
                continue
            if rule.times is not None and rule.fired >= rule.times:
                continue
            rule.fired += 1
            return rule
        return None
