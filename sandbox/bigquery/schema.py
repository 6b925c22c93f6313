"""The schema of a table, from the types of its columns (contract: bigquery.md 1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.bigquery.errors import invalid

_NAMES = {
    "varchar": "STRING", "bigint": "INTEGER", "integer": "INTEGER", "double": "FLOAT",
    "float": "FLOAT", "boolean": "BOOLEAN", "blob": "BYTES", "date": "DATE", "time": "TIME",
    "timestamp": "DATETIME", "timestamp with time zone": "TIMESTAMP", "decimal": "NUMERIC",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column, or one member of a record."""

    name: str
    type: str
    repeated: bool = False
    fields: tuple[Field, ...] = ()

    def described(self) -> dict[str, Any]:
        """As the API writes it."""
        about = {"name": self.name, "type": self.type,
                 "mode": "REPEATED" if self.repeated else "NULLABLE"}  # fmt: skip
        return about | ({"fields": [one.described() for one in self.fields]} if self.fields else {})


def field_of(name: str, kind: Any) -> Field:
    """A column of a DuckDB type."""
    if kind.id == "list":
        return replace(field_of(name, kind.children[0][1]), repeated=True)
    if kind.id == "struct":
        return Field(name, "RECORD", fields=tuple(field_of(*child) for child in kind.children))
    return Field(name, _NAMES[kind.id])


def chosen(fields: Iterable[Field], text: str) -> tuple[Field, ...]:
    """The fields that `selectedFields` names, dotted members included, in schema order.

    Raises:
        BigQueryRefusal: a name that the schema does not have.
    """
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    return _chosen(tuple(fields), [name.split(".") for name in wanted])


def _chosen(fields: tuple[Field, ...], wanted: list[list[str]]) -> tuple[Field, ...]:
    known = {one.name.lower() for one in fields}
    for path in wanted:
        if path[0].lower() not in known:
            raise invalid(f"No such field: {path[0]}.")
    kept = []
    for one in fields:
        below = [path[1:] for path in wanted if path[0].lower() == one.name.lower()]
        if below and all(below):
            kept.append(replace(one, fields=_chosen(one.fields, below)))
        elif below:
            kept.append(one)
    return tuple(kept)
