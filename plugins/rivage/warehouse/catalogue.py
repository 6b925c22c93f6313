"""dbt_project/docs/marts.md: every mart with its question, written from the ymls."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rivage import atomic
from rivage.settings import REPO
from rivage.warehouse.marts import Mart, marts

PAGE = REPO / "dbt_project" / "docs" / "marts.md"
_HEAD = """\
# Marts

What each published table answers. This page is written from the ymls in
`dbt_project/models/marts/` by `rivage docs --catalogue`; edit those. Columns with unit, zone and
null meaning are in the tables' own comments and on the page that `make docs` writes. The queries
run as they stand on `published/marts.duckdb`.
"""


def write_catalogue(page: Path = PAGE) -> Path:
    """Write the page.

    Raises:
        BuildFailed: a yml can't be read.
    """
    atomic.write_text(page, catalogue(marts()))
    return page


def catalogue(found: Iterable[Mart]) -> str:
    """The page: a table of all marts, then each with its first sentence and example query."""
    ordered = sorted(found, key=lambda mart: mart.name)
    lines = [_HEAD, "| mart | question | one row per | owner |", "| --- | --- | --- | --- |"]
    for mart in ordered:
        cells = (f"[`{mart.name}`](#{mart.name})", mart.question, _grain(mart), mart.owner)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    for mart in ordered:
        lines += ["", f"## {mart.name}", "", f"{mart.question} {mart.description}".strip()]
        if mart.example_query:
            lines += ["", "```sql", mart.example_query, "```"]
    return "\n".join(lines) + "\n"


def _grain(mart: Mart) -> str:
    return ", ".join(f"`{column}`" for column in mart.grain)


def _cell(text: str) -> str:
    """A vertical bar would end the cell."""
    return text.replace("|", "\\|")
