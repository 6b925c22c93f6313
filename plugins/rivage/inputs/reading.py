"""A CSV file as lines of cells, with the line numbers an editor shows.

UTF-8, one header row, one row per line; lines that start with # and blank lines are left
out. The header decides whether cells are separated by commas or by semicolons: spreadsheets
of half of Europe write the latter, and a header holds neither.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from rivage.inputs.problems import Problem, write_one_of
from rivage.inputs.rows import Row


@dataclass(frozen=True)
class Line:
    """One row: its line in the file and its cells by column; a blank cell is None."""

    number: int
    cells: dict[str, str | None]


@dataclass
class Sheet:
    """One file as read; `problems` are those of its form, not of its values."""

    file: str
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    header: tuple[str, ...] = ()

    def wrong(self, line: int, column: str, value: str, what: str, instead: str) -> None:
        self.problems.append(Problem(self.file, line, column, value, what, instead))


def read(path: Path, model: type[Row]) -> Sheet:
    """Read a file against the columns of its row; collects every problem of form."""
    sheet = Sheet(path.name)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        sheet.wrong(line, "", "", "the file is not UTF-8", "save it as CSV UTF-8")
        return sheet
    separator, columns = ",", tuple[str, ...]()
    for number, raw in enumerate(text.splitlines(), start=1):
        if raw.startswith("#") or not raw.strip():
            continue
        if not sheet.header:
            separator = ";" if raw.count(";") > raw.count(",") else ","
            columns = _header(sheet, number, raw, separator, model)
            sheet.header = columns
            if sheet.problems:
                return sheet
            continue
        cells = _cells(sheet, number, raw, separator)
        if cells is None or not any(cells):
            continue
        if len(cells) != len(columns):
            missing = columns[len(cells)] if len(cells) < len(columns) else ""
            sheet.wrong(
                number, missing, "", f"the line has {len(cells)} cells, the header {len(columns)}",
                f"write one cell per column separated by {separator!r}; quote a cell that "
                "holds one",
            )  # fmt: skip
            continue
        sheet.lines.append(Line(number, _named(columns, cells, model)))
    if not sheet.header:
        sheet.wrong(1, "", "", "the file has no header row", f"start with {_row_of(model)}")
    return sheet


def _row_of(model: type[Row]) -> str:
    return ",".join(model.model_fields)


def _cells(sheet: Sheet, number: int, raw: str, separator: str) -> list[str] | None:
    try:
        (cells,) = csv.reader([raw], delimiter=separator, strict=True)
    except csv.Error:
        sheet.wrong(
            number, "", raw[:60], "has a quote that is not closed on its line",
            'write the cell on one line, and a quote inside it as ""',
        )  # fmt: skip
        return None
    return [cell.strip() for cell in cells]


def _header(
    sheet: Sheet, number: int, raw: str, separator: str, model: type[Row]
) -> tuple[str, ...]:
    cells = _cells(sheet, number, raw, separator) or []
    known = list(model.model_fields)
    for name in dict.fromkeys(cells):
        if name not in known:
            left = [word for word in known if word not in cells]
            hint = write_one_of(name, left, f"the columns are {_row_of(model)}")
            sheet.wrong(number, name, "", "is no column of this file", hint)
        elif cells.count(name) > 1:
            sheet.wrong(number, name, "", "stands in the header twice", "remove one of the two")
    for name in known:
        if name not in cells and mandatory(model, name):
            sheet.wrong(number, name, "", "is missing from the header", f"add the column {name}")
    return tuple(cells)


def mandatory(model: type[Row], name: str) -> bool:
    """Whether a column must be in the file: one that may be blank may also be left out."""
    return type(None) not in getattr(model.model_fields[name].annotation, "__args__", ())


def _named(columns: tuple[str, ...], cells: list[str], model: type[Row]) -> dict[str, str | None]:
    written = dict(zip(columns, cells, strict=True))
    return {name: written.get(name) or None for name in model.model_fields}
