"""Tables that are written again, or only relabelled, at a moment of the tester's choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from sandbox.bigquery.rows import Rows
from sandbox.bigquery.tables import Content, Table

Kind = Literal["same_count", "shorter", "label"]
_TABLE = re.compile(r"/datasets/([^/]+)/tables/([^/]+)")
_KEPT = 0.6
"""Share of the rows that a shorter edition keeps."""


@dataclass(frozen=True)
class Rewrite:
    """One of them; `moment` in epoch milliseconds."""

    dataset: str
    table: str
    kind: Kind
    moment: int


@dataclass(frozen=True)
class ChangedRows:
    """Other rows with one value changed in all, and perhaps fewer of them."""

    before: Rows
    key: str
    count: int
    step: int

    def between(self, first: int, last: int) -> str:
        """See Rows."""
        name = "event_server_timestamp_offset"
        changed = f"select * replace ({name} + {self.step} as {name})"
        return f"{changed} from ({self.before.between(first, last)})"


def rewrite_at(path: str, kind: Kind, moment: int) -> Rewrite | None:
    """A rewrite of the table that the path of a call names."""
    found = _TABLE.search(path)
    return Rewrite(found[1], found[2], kind, moment) if found else None


def as_rewritten(table: Table, rewrites: list[Rewrite]) -> Table:
    """The table after all that was done to it, in order."""
    mine = [one for one in rewrites if (one.dataset, one.table) == (table.dataset, table.id)]
    for number, one in enumerate(mine, start=1):
        modified = max(table.modified + 1, one.moment)
        if one.kind == "label":
            table = replace(table, modified=modified, labels=(("touched", str(number)),))
        else:
            table = replace(table, modified=modified, content=_changed(table.content, one, number))
    return table


def _changed(
    look: Callable[[], Content] | None, rewrite: Rewrite, number: int
) -> Callable[[], Content] | None:
    if look is None:
        return None

    def content() -> Content:
        before = look()
        share = _KEPT if rewrite.kind == "shorter" else 1
        key = f"{before.rows.key}+{number}"
        return replace(
            before, rows=ChangedRows(before.rows, key, int(before.rows.count * share), 1)
        )

    return content
