"""A CSV or Parquet file somebody brought: its columns checked, its rows readable by DuckDB."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rivage import duck
from rivage.errors import FileInvalid
from rivage.inputs.problems import closest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class TableFile:
    """`relation` stands in a FROM clause; cells of a CSV are text, of Parquet as stored."""

    path: Path
    types: dict[str, str]
    relation: str
    is_text: bool

    def with_numbers(self, names: Collection[str]) -> str:
        """As `relation`, but these columns of a CSV are read as numbers at once, which costs less
        than reading text first; a cell that is none is then an error of DuckDB."""
        if not self.is_text:
            return self.relation
        return _csv(self.path, self.types | dict.fromkeys(names, "DOUBLE"))

    def place(self, row: int) -> str:
        """Where record `row` (0 is the first after the header) is, as an editor shows it."""
        if not self.is_text:
            return f"{self.path} row {row + 1}"
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            reader = csv.reader(lines)
            records = (reader.line_num for record in reader if record)
            line = next((line for at, line in enumerate(records) if at == row + 1), row + 2)
        return f"{self.path} line {line}"

    def refuse(
        self, connection: DuckDBPyConnection, condition: str, what: str, *, nth: int = 0
    ) -> NoReturn:
        """Raise for the first record (or the `nth` after it) that meets a condition."""
        numbered = f"select row_number() over () - 1 as record, * from {self.relation}"
        found = connection.execute(
            f"select record from ({numbered}) as numbered where {condition} "
            f"order by record limit 1 offset {nth}"
        ).fetchone()
        raise FileInvalid(f"{self.place(found[0]) if found else self.path}: {what}.")


def open_table(
    connection: DuckDBPyConnection, path: Path, required: Sequence[str], optional: Sequence[str]
) -> TableFile:
    """Look at a file's columns.

    Raises:
        FileInvalid: no such file, an empty or unreadable one, columns missing, unknown or twice.
    """
    if not path.is_file():
        raise FileInvalid(f"{path} is no file.", do="Give the path of a CSV or Parquet file.")
    if path.stat().st_size == 0:
        raise FileInvalid(f"{path} is empty.", do=f"Its first line must name {_list(required)}.")
    is_text = path.suffix.lower() not in {".parquet", ".pq"}
    if is_text:
        types = dict.fromkeys(_header(path, required, optional), "VARCHAR")
        relation = _csv(path, types)
    else:
        relation = f"read_parquet({duck.literal(str(path))})"
        with duck.refusals(lambda text: FileInvalid(f"{path} is no Parquet file: {_first(text)}")):
            rows = connection.execute(f"describe select * from {relation}").fetchall()
        types = {row[0]: row[1] for row in rows}
        _check(path, list(types), required, optional)
    return TableFile(path, types, relation, is_text)


def unreadable(path: Path, text: str) -> FileInvalid:
    """DuckDB could not read a row: its line and the number of its cells, or what it says first."""
    line = re.search(r"CSV Error on Line: (\d+)", text)
    cells = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if line and cells:
        wrong = f"line {line[1]}: {cells[2]} cells where {cells[1]} belong"
        return FileInvalid(f"{path} {wrong}.", do="Quote cells that hold a comma.")
    where = f"{path} line {line[1]}" if line else f"{path}"
    return FileInvalid(f"{where} can't be read: {_first(text)}")


def _csv(path: Path, types: dict[str, str]) -> str:
    columns = ", ".join(f"{duck.literal(name)}: {duck.literal(types[name])}" for name in types)
    return (
        f"read_csv({duck.literal(str(path))}, columns = {{{columns}}}, header = true, "
        "auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        # Small pieces, so that a file of some megabytes already keeps all threads busy.
        f"buffer_size = {4 << 20}, max_line_size = {1 << 20})"
    )


def _header(path: Path, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        names = [name.strip() for name in next(csv.reader(lines), [])]
    _check(path, names, required, optional)
    return names


def _check(path: Path, names: list[str], required: Sequence[str], optional: Sequence[str]) -> None:
    known = [*required, *optional]
    first = f"{path} line 1"
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise FileInvalid(f"{first}: cells are not separated by commas.")
    for name in names:
        if names.count(name) > 1:
            raise FileInvalid(f"{first}: the column {name!r} stands twice.")
        if name not in known:
            meant = closest(name, [word for word in known if word not in names])
            hint = f"Did you mean {meant!r}?" if meant else f"Known columns are {_list(known)}."
            raise FileInvalid(f"{first}: the column {name!r} is unknown.", do=hint)
    missing = [name for name in required if name not in names]
    if missing:
        plural = "s are" if len(missing) > 1 else " is"
        more = f"; it may have {_list(optional)}" if optional else ""
        raise FileInvalid(
            f"{first}: the column{plural} missing: {_list(missing)}.",
            do=f"The file needs {_list(required)}{more}.",
        )


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


def _first(text: str) -> str:
    return " ".join(text.split())[:200]
