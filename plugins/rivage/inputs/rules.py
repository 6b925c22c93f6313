"""Rules between the rows of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import cast

from rivage.inputs.problems import Problem
from rivage.inputs.rows import CreatorContract, Experiment, PromoCode
from rivage.inputs.rows.experiments import EVERYTHING
from rivage.inputs.values import Checked

Rule = Callable[[str, list[Checked]], Iterator[Problem]]


def no_key_twice(file: str, rows: list[Checked]) -> Iterator[Problem]:
    """No two rows share their model's KEY, upper and lower case being the same."""
    first: dict[tuple[str, ...], int] = {}
    for one in rows:
        names = one.row.KEY
        cells = one.line.cells
        key = tuple((cells[name] or "").lower() for name in names)
        column = next(name for name in names if cells[name])
        if key not in first:
            first[key] = one.line.number
            continue
        yield _at(
            file, one, column, f"stands on line {first[key]} already",
            f"remove one of the two lines, or change {' or '.join(names)}",
        )  # fmt: skip


def one_key_per_creator(file: str, rows: list[Checked]) -> Iterator[Problem]:
    """A handle has one creator_key and a key one handle."""
    keys: dict[str, tuple[str, int]] = {}
    handles: dict[str, tuple[str, int]] = {}
    for one in rows:
        row = cast(CreatorContract, one.row)
        handle, key = row.creator.lower(), row.creator_key.lower()
        known, line = keys.setdefault(handle, (row.creator_key, one.line.number))
        if known.lower() != key:
            yield _at(file, one, "creator_key", f"is a second key of the creator of line {line}",
                      f"write {known}")  # fmt: skip
            continue
        other, line = handles.setdefault(key, (handle, one.line.number))
        if other != handle:
            yield _at(file, one, "creator_key", f"belongs to the creator of line {line}",
                      "give this creator a key of their own")  # fmt: skip


def no_contracts_at_once(file: str, rows: list[Checked]) -> Iterator[Problem]:
    """A creator has one contract a day, or fees would count twice."""
    for early, late in _overlaps(rows, "creator_key", "start_date", "end_date"):
        before, after = (cast(CreatorContract, one.row) for one in (early, late))
        if before.start_date != after.start_date:  # the same start is a key that stands twice
            yield _at(
                file, late, "start_date",
                f"overlaps the contract of line {early.line.number} ({_until(before.end_date)})",
                f"start after it, or end line {early.line.number} before {after.start_date}",
            )  # fmt: skip


def no_code_twice(file: str, rows: list[Checked]) -> Iterator[Problem]:
    """A code means one thing on any day; the shop does not tell upper from lower case."""
    for early, late in _overlaps(rows, "code", "valid_from", "valid_to"):
        before, after = (cast(PromoCode, one.row) for one in (early, late))
        yield _at(
            file, late, "code",
            f"is valid on line {early.line.number} already ({_until(before.valid_to)})",
            f"remove one of the two, or let line {early.line.number} end before "
            f"{after.valid_from}",
        )  # fmt: skip


def _until(last: date | None) -> str:
    return f"up to {last}" if last else "without an end"


def _overlaps(
    rows: list[Checked], group: str, start: str, end: str
) -> Iterator[tuple[Checked, Checked]]:
    """Pairs of rows of one group that share a day, the one that starts first first."""
    open_ones: dict[str, Checked] = {}
    for one in sorted(rows, key=lambda each: (getattr(each.row, start), each.line.number)):
        name = str(getattr(one.row, group)).lower()
        before = open_ones.get(name)
        if before is None:
            open_ones[name] = one
            continue
        last = getattr(before.row, end) or date.max
        if getattr(one.row, start) <= last:
            yield before, one
        if (getattr(one.row, end) or date.max) > last:
            open_ones[name] = one


def no_experiments_at_once(file: str, rows: list[Checked]) -> Iterator[Problem]:
    """Two experiments on the same days must differ in their places, or in their scope when
    one of them is held everywhere: else neither can tell its own effect."""
    for position, one in enumerate(rows):
        for two in rows[position + 1 :]:
            first, second = cast(Experiment, one.row), cast(Experiment, two.row)
            if first.start_date > second.end_date or second.start_date > first.end_date:
                continue
            here, there = _places(first), _places(second)
            geos = sorted(here & there)
            scope = _shared_scope(first, second)
            if geos:
                column, shared = "treated_geos", f"{', '.join(geos)}"
                if not set(geos) & set(second.treated_geos or ()):
                    column = "control_geos"
            elif scope and not (here and there):
                column, shared = "scope", f"{', '.join(scope)}"
            else:
                continue
            days = f"{max(first.start_date, second.start_date)} to " + str(
                min(first.end_date, second.end_date)
            )
            yield _at(
                file, two, column,
                f"overlaps {first.experiment_id} of line {one.line.number} in {shared} on {days}",
                "move one of the two in time, or take what they share out of one",
            )  # fmt: skip


def _shared_scope(first: Experiment, second: Experiment) -> list[str]:
    one, two = ({name.lower() for name in row.scope} for row in (first, second))
    if EVERYTHING in one or EVERYTHING in two:
        return sorted((one | two) - {EVERYTHING}) or [EVERYTHING]
    return sorted(one & two)


def _places(row: Experiment) -> set[str]:
    return {*(row.treated_geos or ()), *(row.control_geos or ())}


def _at(file: str, one: Checked, column: str, what: str, instead: str) -> Problem:
    value = one.line.cells[column] or ""
    personal = column in one.row.PERSONAL
    return Problem(file, one.line.number, column, value, what, instead, personal)


RULES: dict[str, tuple[Rule, ...]] = {
    "creator_contracts": (no_key_twice, one_key_per_creator, no_contracts_at_once),
    "experiments": (no_key_twice, no_experiments_at_once),
    "promo_codes": (no_code_twice,),
}
"""Rules by file stem; the others have `no_key_twice`."""

__all__ = ["RULES", "no_key_twice"]
