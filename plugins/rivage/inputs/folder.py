"""The folder of files kept by hand, read and checked as a whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from rivage.inputs import references, rules, values
from rivage.inputs.problems import Problem, closest
from rivage.inputs.reading import Line, Sheet, read
from rivage.inputs.rows import FILES


@dataclass(frozen=True)
class File:
    """One file as it stands. `lines` are all of its rows; use them only without problems."""

    stem: str
    exists: bool
    edition: str
    """sha256 of the bytes, "" when there is no file."""
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        return f"{self.stem}.csv"


def check(folder: Path) -> dict[str, File]:
    """Every known file by stem, with all its problems; files are judged together."""
    sheets: dict[str, Sheet] = {}
    for stem, model in FILES.items():
        path = folder / f"{stem}.csv"
        if path.is_file():
            sheets[stem] = read(path, model)
    there = references.known(sheets)
    return {stem: _judged(folder, stem, sheets.get(stem), there) for stem in FILES}


def _judged(folder: Path, stem: str, sheet: Sheet | None, there: references.Known) -> File:
    if sheet is None:
        return File(stem, False, "", (), ())
    good, found = values.check(sheet, FILES[stem])
    for rule in rules.RULES.get(stem, (rules.no_key_twice,)):
        found.extend(rule(sheet.file, good))
    found.extend(references.problems(stem, sheet.lines, there))
    edition = hashlib.sha256((folder / f"{stem}.csv").read_bytes()).hexdigest()
    everything = sorted({*sheet.problems, *found})
    return File(stem, True, edition, tuple(sheet.lines), tuple(everything))


def strangers(folder: Path) -> dict[str, str | None]:
    """CSV files no stream reads -> the known file each was probably meant to be."""
    known = {f"{stem}.csv" for stem in FILES}
    names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in (".csv", ".txt"))
    return {name: closest(name, known) for name in names if name not in known}
