"""Rows of one file against their model: every wrong cell becomes a problem."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from rivage.inputs.problems import Problem
from rivage.inputs.reading import Line, Sheet, mandatory
from rivage.inputs.rows import Row


@dataclass(frozen=True)
class Checked:
    """A row whose cells are all good on their own, with its line."""

    line: Line
    row: Row


def check(sheet: Sheet, model: type[Row]) -> tuple[list[Checked], list[Problem]]:
    """The good rows, and one problem per wrong cell of the others."""
    good: list[Checked] = []
    problems: list[Problem] = []
    blank = {name for name in model.model_fields if not mandatory(model, name)}
    for line in sheet.lines:
        cells = {k: v for k, v in line.cells.items() if v is not None or k in blank}
        try:
            good.append(Checked(line, model.model_validate(cells)))
        except ValidationError as error:
            problems.extend(
                _problem(sheet, model, line, str(each["loc"][0]), each.get("ctx") or {})
                for each in error.errors(include_url=False)
            )
    return good, problems


def _problem(
    sheet: Sheet, model: type[Row], line: Line, column: str, told: dict[str, str]
) -> Problem:
    value = line.cells.get(column) or ""
    people = [(line.cells.get(name) or "").lower() for name in model.PERSONAL]
    return Problem(
        sheet.file, line.number, column, value,
        told.get("what", "is empty"), told.get("instead", "fill it; this column can't be blank"),
        personal=column in model.PERSONAL or any(p and p in value.lower() for p in people),
    )  # fmt: skip
