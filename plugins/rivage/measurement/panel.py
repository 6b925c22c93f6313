"""A balanced panel of geos and days with some geos treated from a day on, as arrays.

Everything an estimator may take for granted is checked here: every geo has one finite value for
every day, some days lie before the treatment, and some geos stay untreated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.bad_data import BadData

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

LEAST_CONTROLS = 2


@dataclass(frozen=True)
class Panel:
    """Geos by days, geos in the order of their names, days in order.

    `values` (geos, days) in the outcome's own unit; `treated` (geos,). Days before position
    `start` are the pre-period, days from there on are the test. Days after the test are not held.
    """

    geos: tuple[str, ...]
    days: tuple[date, ...]
    values: Floats
    treated: Bools
    start: int

    @property
    def pre(self) -> Floats:
        """Values before the treatment (geos, pre days)."""
        return self.values[:, : self.start]

    @property
    def post(self) -> Floats:
        """Values of the test (geos, test days)."""
        return self.values[:, self.start :]

    @property
    def pre_days(self) -> int:
        """Number of days before the treatment."""
        return self.start

    @property
    def test_days(self) -> int:
        """Number of days of the test."""
        return len(self.days) - self.start

    @property
    def treated_geos(self) -> tuple[str, ...]:
        """Names of the treated geos."""
        return tuple(geo for geo, is_in in zip(self.geos, self.treated, strict=True) if is_in)

    @property
    def control_geos(self) -> tuple[str, ...]:
        """Names of the other geos."""
        return tuple(geo for geo, is_in in zip(self.geos, self.treated, strict=True) if not is_in)

    @property
    def skipped_days(self) -> int:
        """Calendar days between the first and the last for which no geo has a row."""
        return (self.days[-1] - self.days[0]).days + 1 - len(self.days)

    @property
    def size_ratio(self) -> float:
        """Pre-period mean of the largest geo over that of the smallest; infinite at 0."""
        means = self.pre.mean(axis=1)
        smallest = float(means.min())
        return float(means.max()) / smallest if smallest > 0 else float("inf")


def build_panel(
    locations: Sequence[str],
    days: Sequence[date],
    values: Sequence[float] | Floats,
    *,
    treated: Sequence[str],
    start: date,
    end: date | None = None,
) -> Panel:
    """Long rows to a panel; rows may come in any order.

    Args:
        locations, days, values: One entry per row, of the same length.
        treated: Names of treated geos; exact spelling first, then letter case is ignored.
        start: First day of the treatment.
        end: Its last day; the newest day by default. Later days are left out.

    Raises:
        BadData: what `build_grid` refuses, an unknown treated geo, no day before `start`, no day
            in the test, too few control geos.
    """
    names, calendar, table = build_grid(locations, days, values)
    chosen = _treated_rows(names, treated)
    first, last = _test_window(calendar, start, end)
    if len(names) - int(chosen.sum()) < LEAST_CONTROLS:
        raise BadData(
            f"{len(names)} geos with {int(chosen.sum())} of them treated leave too few controls.",
            do=f"Keep at least {LEAST_CONTROLS} geos untreated; more make small effects visible.",
        )
    return Panel(tuple(names), tuple(calendar[:last]), table[:, :last], chosen, first)


def build_grid(
    locations: Sequence[str], days: Sequence[date], values: Sequence[float] | Floats
) -> tuple[list[str], list[date], Floats]:
    """Long rows to names in order, days in order, and their values (geos, days).

    Raises:
        BadData: no rows, a value that is no number, a geo and day twice or never.
    """
    if not len(locations):
        raise BadData("There are no rows.", do="Give one row per location and day.")
    if not len(locations) == len(days) == len(values):
        raise BadData("Locations, days and values differ in length.")
    amounts = np.asarray(values, dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(amounts))
    if len(wrong):
        row = int(wrong[0])
        raise BadData(
            f"Y of {locations[row]!r} on {days[row]} is not a finite number.", row=row,
            do="Write 0 for a day without sales; take the geo out if it was not measured.",
        )  # fmt: skip
    geos, geo_of = np.unique(np.asarray(locations, dtype=object), return_inverse=True)
    ordinals = np.array([day.toordinal() for day in days], dtype=np.int64)
    dates, day_of = np.unique(ordinals, return_inverse=True)
    names = [str(geo) for geo in geos]
    calendar = [date.fromordinal(number) for number in dates.tolist()]
    _refuse_holes(names, calendar, geo_of, day_of)
    table = np.empty((len(geos), len(dates)))
    table[geo_of, day_of] = amounts
    return names, calendar, table


def _refuse_holes(geos: list[str], calendar: list[date], geo_of: Ints, day_of: Ints) -> None:
    cell = geo_of * len(calendar) + day_of
    counts = np.bincount(cell, minlength=len(geos) * len(calendar))
    if counts.max() > 1:
        _, first_seen = np.unique(cell, return_index=True)
        again = np.setdiff1d(np.arange(len(cell)), first_seen)
        row = int(again[0])
        more = f", and {len(again) - 1} more rows like it" if len(again) > 1 else ""
        raise BadData(
            f"{geos[geo_of[row]]!r} has a second row for {calendar[day_of[row]]}{more}.", row=row,
            do="Keep one row per location and day; add up rows that are parts of a day.",
        )  # fmt: skip
    empty = np.flatnonzero(counts == 0)
    if len(empty):
        geo, day = divmod(int(empty[0]), len(calendar))
        raise BadData(
            f"The panel is unbalanced: {geos[geo]!r} has no row for {calendar[day]}"
            f" ({len(empty)} of {counts.size} cells are missing).",
            do="Add the missing rows (0 where nothing was sold) or leave the geo out.",
        )


def _treated_rows(names: list[str], treated: Sequence[str]) -> Bools:
    chosen = np.zeros(len(names), dtype=np.bool_)
    if not treated:
        raise BadData("No treated geo is named.", do="Name at least one location.")
    for wanted in treated:
        same = [n for n, name in enumerate(names) if name == wanted] or [
            n for n, name in enumerate(names) if _folded(name) == _folded(wanted)
        ]
        if len(same) > 1:
            listed = ", ".join(repr(names[n]) for n in same)
            raise BadData(
                f"Treated geo {wanted!r} could be any of {listed}.", do="Spell it as in the file."
            )
        if not same:
            raise BadData(f"There is no geo {wanted!r}.", do=_suggestion(names, wanted))
        chosen[same[0]] = True
    return chosen


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _suggestion(names: list[str], wanted: str) -> str:
    by_folded = {_folded(name): name for name in names}
    close = get_close_matches(_folded(wanted), by_folded, n=3, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(repr(by_folded[one]) for one in close)}?"
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"The {len(names)} geos are {shown}."


def _test_window(calendar: list[date], start: date, end: date | None) -> tuple[int, int]:
    """Positions of the first test day and of the day after the last."""
    span = f"The data run from {calendar[0]} to {calendar[-1]}."
    if start > calendar[-1]:
        raise BadData(f"The treatment starts on {start}, after the last day of the data.", do=span)
    if start <= calendar[0]:
        raise BadData(
            f"There is no pre-period: the treatment starts on {start}, the data on {calendar[0]}.",
            do="Add days before the treatment; two weeks at the least, several times the test "
            "are better.",
        )
    last_day = end or calendar[-1]
    if last_day < start:
        raise BadData(f"The test ends on {last_day}, before it starts on {start}.", do=span)
    if last_day > calendar[-1]:
        raise BadData(
            f"The test ends on {last_day}, but the newest day of the data is {calendar[-1]}.",
            do="Wait for the missing days, or end the test earlier.",
        )
    first = next(n for n, day in enumerate(calendar) if day >= start)
    after = sum(day <= last_day for day in calendar)
    if after <= first:
        raise BadData(f"No day from {start} to {last_day} is in the data.", do=span)
    return first, after
