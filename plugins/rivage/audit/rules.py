"""The shape of one derived rule: a Great Expectations configuration with owner and runbook."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rivage.settings import REPO
from rivage.warehouse.marts import Mart

RUNBOOKS = REPO / "expectations" / "runbooks"
Rule = dict[str, Any]
HORIZON = "(select max(horizon_date) from ops_freshness)"
COVERED_FROM = "(select max(covered_from_date) from ops_freshness where is_required)"
"""Earlier days are there in part: a refund of an old order, credit on the day of a visit."""


@cache
def sections(page: str) -> frozenset[str]:
    """The anchors of a runbook's headings."""
    path = RUNBOOKS / page
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return frozenset(anchor(line.lstrip("#")) for line in lines if line.startswith("#"))


def anchor(heading: str) -> str:
    """Where a heading is found, as Markdown viewers name it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def rule(mart: Mart, kind: str, severity: str, told: str, section: str, **more: Any) -> Rule:
    """A rule of any kind; `more` are the expectation's arguments, `meta` what the audit reads.

    Args:
        section: anchor in the mart's own runbook if it has that, else in any_mart.md.
    """
    own = f"{mart.name}.md"
    page = own if section in sections(own) else "any_mart.md"
    meta = {"rule": told, "owner": mart.owner, "runbook": f"{page}#{section}"}
    return {
        "type": kind,
        "severity": severity,
        "meta": meta | more.pop("meta", {}),
        "kwargs": more,
    }


def query(mart: Mart, severity: str, told: str, section: str, sql: str, **meta: Any) -> Rule:
    """A rule that holds when a query finds no row."""
    kind = "unexpected_rows_expectation"
    return rule(mart, kind, severity, told, section, unexpected_rows_query=sql, meta=meta)
