"""What each mart's yml declares: grain, columns, owner, question, audit, example query."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rivage.errors import BuildFailed
from rivage.settings import REPO

FOLDER = REPO / "dbt_project" / "models" / "marts"
_NUMBERS = ("bigint", "integer", "double", "decimal", "hugeint", "smallint", "float")


@dataclass(frozen=True)
class Column:
    """One column as the contract has it; `additivity` is None for what is not a number."""

    name: str
    data_type: str
    description: str
    additivity: str | None

    @property
    def is_number(self) -> bool:
        return self.data_type.lower().startswith(_NUMBERS)


@dataclass(frozen=True)
class Mart:
    """One mart; the yml's stem is its name."""

    name: str
    description: str
    owner: str
    question: str
    grain: tuple[str, ...]
    example_query: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...] = ()
    """Streams without which it says nothing, and is published empty: one of each group."""
    audit: dict[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> str | None:
        """The key's first day."""
        days = (name for name in self.grain if (c := self.column(name)) and c.data_type == "date")
        return next(days, None)

    @property
    def daily(self) -> str | None:
        """The key's first day when rows stand for single days, not for months."""
        return self.day if self.day and self.day.endswith("_date") else None

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def marts(folder: Path = FOLDER) -> list[Mart]:
    """All marts, by name.

    Raises:
        BuildFailed: a yml is not what dbt reads as one model with columns.
    """
    import yaml

    found = []
    for path in sorted(folder.glob("*.yml")):
        try:
            # libyaml's parser: the one written in Python takes a second for all of them.
            body = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            found += [_mart(model) for model in body["models"]]
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise BuildFailed(
                f"dbt_project/models/marts/{path.name} can't be read: {error!r}.",
                do="Give the model a name, a description and columns.",
            ) from None
    return found


def _mart(model: dict[str, Any]) -> Mart:
    meta = (model.get("config") or {}).get("meta") or {}
    return Mart(
        name=model["name"],
        description=" ".join(str(model.get("description", "")).split()),
        owner=meta.get("owner", "data"),
        question=" ".join(str(meta.get("question", "")).split()),
        grain=tuple(meta.get("grain", ())),
        example_query=str(meta.get("example_query", "")).strip(),
        columns=tuple(_column(column) for column in model.get("columns", ())),
        needs=tuple(_group(group) for group in meta.get("needs", ())),
        audit=dict(meta.get("audit") or {}),
    )


def _group(written: str | list[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _column(column: dict[str, Any]) -> Column:
    meta = (column.get("config") or {}).get("meta") or {}
    return Column(
        name=column["name"],
        data_type=str(column.get("data_type", "")),
        description=" ".join(str(column.get("description", "")).split()),
        additivity=meta.get("additivity"),
    )
