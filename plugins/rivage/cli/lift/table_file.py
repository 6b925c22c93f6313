"""CSV files people bring: columns by name, values with their line for messages."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rivage.errors import FileInvalid
from rivage.measurement.bad_data import BadData

_TRUE = frozenset(("1", "true", "yes", "on", "treated", "treatment", "test"))
_FALSE = frozenset(("0", "false", "no", "off", "control", "holdout"))


@dataclass(frozen=True)
class TableFile:
    """Cells as text by column, and the line each row stands on."""

    path: Path
    columns: dict[str, list[str]]
    lines: list[int]

    def bad(self, what: str, *, do: str = "", row: int | None = None) -> FileInvalid:
        """The error that names this file, and the line of a row."""
        line = None if row is None else self.lines[row]
        return FileInvalid(what, do=do, file=str(self.path), line=line)

    def find(self, name: str) -> str | None:
        """The column of that name, letter case ignored when none is spelled so."""
        if name in self.columns:
            return name
        return next((own for own in self.columns if own.casefold() == name.casefold()), None)

    def need(self, *names: str) -> list[str]:
        """The columns' own spellings, or an error that names what is missing and what is there."""
        found = [self.find(name) for name in names]
        missing = [name for name, own in zip(names, found, strict=True) if own is None]
        if missing:
            there = ", ".join(self.columns)
            close = {name: get_close_matches(name, self.columns, 1) for name in missing}
            hints = [f"{near[0]!r} for {name!r}" for name, near in close.items() if near]
            raise self.bad(
                f"Column{'s' if len(missing) > 1 else ''} {', '.join(missing)} not found; the "
                f"file has {there}.",
                do=f"Name the columns {','.join(names)}"
                + (f" (perhaps {', '.join(hints)})." if hints else "."),
            )
        return [own for own in found if own is not None]

    def text(self, name: str) -> list[str]:
        """Cells without surrounding blanks; empty ones are refused."""
        cells = [cell.strip() for cell in self.columns[name]]
        if "" in cells:
            raise self.bad(f"{name} is empty.", do="Fill it in.", row=cells.index(""))
        return cells

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Cells as numbers with a decimal point."""
        cells = self.columns[name]
        try:
            return np.array(cells, dtype=np.float64)
        except ValueError:
            row = next(n for n, cell in enumerate(cells) if not _is_number(cell))
            raise self.bad(
                f"{name} is {cells[row]!r}, which is no number.", row=row,
                do="Write numbers like 1234.5, without blanks or thousands marks.",
            ) from None  # fmt: skip

    def whole(self, name: str) -> NDArray[np.int64]:
        """Cells as whole numbers."""
        found = self.numbers(name)
        odd = np.flatnonzero(~(np.abs(found) < 2**53) | (found != np.floor(found)))
        if len(odd):
            row = int(odd[0])
            raise self.bad(
                f"{name} is {self.columns[name][row]!r}, which is no whole number.", row=row
            )
        return found.astype(np.int64)

    def days(self, name: str) -> list[date]:
        """Cells as days."""
        known: dict[str, date] = {}
        for row, cell in enumerate(self.columns[name]):
            if cell not in known:
                try:
                    known[cell] = _day(cell.strip())
                except ValueError:
                    raise self.bad(
                        f"{name} is {cell!r}, which is no day.", row=row,
                        do="Write days as YYYY-MM-DD.",
                    ) from None  # fmt: skip
        return [known[cell] for cell in self.columns[name]]

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Cells as yes or no: 1/0, true/false, on/off, treatment/control."""
        cells = [cell.strip().casefold() for cell in self.columns[name]]
        wrong = [n for n, cell in enumerate(cells) if cell not in _TRUE | _FALSE]
        if wrong:
            raise self.bad(
                f"{name} is {self.columns[name][wrong[0]]!r}; it must be 1 or 0.", row=wrong[0],
                do="Write 1 for on or treated, 0 for off or control.",
            )  # fmt: skip
        return np.array([cell in _TRUE for cell in cells], dtype=np.bool_)

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Data that can't be used is told with this file and the line."""
        try:
            yield
        except BadData as error:
            raise self.bad(error.what, do=error.do, row=error.row) from error


def read_table(path: Path) -> TableFile:
    """A CSV file with a header, separated by comma, semicolon or tab.

    Raises:
        FileInvalid: not there, not text, empty, a column twice, a row with another number of cells.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(",;\t", key=header.count))
            names = [name.strip() for name in next(reader, [])]
            rows, lines = [], []
            for cells in reader:
                if cells:
                    rows.append(cells)
                    lines.append(reader.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8 CSV text"
        raise FileInvalid(
            f"The file can't be read: {told}.", file=str(path), do="Give the path of a CSV file."
        ) from error
    table = TableFile(path, {}, lines)
    if not any(names):
        raise table.bad("The file is empty.", do="Its first line must name the columns.")
    _refuse_shape(table, names, rows)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    return TableFile(path, dict(zip(names, columns, strict=True)), lines)


def _refuse_shape(table: TableFile, names: Sequence[str], rows: list[list[str]]) -> None:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise table.bad(f"Column {twice[0]!r} stands twice in the first line.", do="Keep one.")
    if not rows:
        raise table.bad("The file has a header and no rows.", do=f"Add rows of {','.join(names)}.")
    odd = [n for n, cells in enumerate(rows) if len(cells) != len(names)]
    if odd:
        raise table.bad(
            f"The row has {len(rows[odd[0]])} cells, the header {len(names)}.", row=odd[0],
            do="Quote cells that hold the separator.",
        )  # fmt: skip


def rank_within(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of earlier rows of the same group, per row."""
    order = np.argsort(groups, kind="stable")
    _, first, counts = np.unique(groups[order], return_index=True, return_counts=True)
    found = np.empty(len(groups), dtype=np.int64)
    found[order] = np.arange(len(groups)) - np.repeat(first, counts)
    return found


def _day(cell: str) -> date:
    """A day, or the day of an instant."""
    return date.fromisoformat(cell) if len(cell) <= 10 else datetime.fromisoformat(cell).date()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
