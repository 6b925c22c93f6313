"""Panels: rows in any order become one table, and what no estimator could use is refused."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from rivage.measurement.bad_data import BadData
from rivage.measurement.panel import Panel, build_panel
from tests.measurement.geo_panels import FIRST, days

GEOS = ("Lyon", "Lille", "Nice", "Brest")
ROWS = [(geo, day, 10.0 * n + m) for n, geo in enumerate(GEOS) for m, day in enumerate(days(6))]


def built(rows: list = ROWS, treated=("Lyon",), start: int = 4, end: int | None = None) -> Panel:  # type: ignore[type-arg]
    return build_panel(
        [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows],
        treated=list(treated), start=FIRST + timedelta(days=start),
        end=None if end is None else FIRST + timedelta(days=end),
    )  # fmt: skip


def test_rows_in_any_order_give_the_same_panel() -> None:
    shuffled = [ROWS[n] for n in np.random.default_rng(1).permutation(len(ROWS))]
    one, other = built(), built(shuffled)
    assert one.geos == other.geos == ("Brest", "Lille", "Lyon", "Nice")
    assert np.array_equal(one.values, other.values)
    assert one.treated.tolist() == [False, False, True, False]
    assert (one.pre_days, one.test_days) == (4, 2)


def test_days_after_the_test_are_left_out() -> None:
    cut = built(end=4)
    assert (cut.pre_days, cut.test_days) == (4, 1)
    assert cut.days[-1] == FIRST + timedelta(days=4)


def test_names_are_matched_exactly_then_without_case() -> None:
    assert built(treated=["lYON"]).treated_geos == ("Lyon",)
    both = ROWS + [("lyon", day, 1.0) for day in days(6)]
    assert built(both, treated=["lyon"]).treated_geos == ("lyon",)
    with pytest.raises(BadData, match="could be any of 'Lyon', 'lyon'"):
        built(both, treated=["LYON"])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"treated": ["Lion"]}, "no geo 'Lion'. Did you mean 'Lyon'"),
        ({"treated": ["Paris"]}, "The 4 geos are Brest, Lille, Lyon, Nice"),
        ({"treated": []}, "No treated geo"),
        ({"treated": ["Lyon", "Lille", "Nice"]}, "too few controls"),
        ({"start": 0}, "no pre-period"),
        ({"start": 6}, "after the last day"),
        ({"start": 4, "end": 3}, "before it starts"),
        ({"start": 4, "end": 9}, "newest day of the data"),
        ({"rows": []}, "no rows"),
        ({"rows": ROWS[:-1]}, "unbalanced: 'Brest' has no row for 2026-03-07 .1 of 24"),
        ({"rows": [*ROWS, ROWS[3]]}, "'Lyon' has a second row for 2026-03-05"),
        ({"rows": [*ROWS[:-1], ("Brest", ROWS[-1][1], float("nan"))]}, "not a finite number"),
    ],
)
def test_what_can_not_be_used_is_refused(changed: dict, told: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(BadData, match=told):
        built(**changed)


def test_the_offending_row_is_named() -> None:
    with pytest.raises(BadData) as caught:
        built([*ROWS, ROWS[3]])
    assert caught.value.row == len(ROWS)
