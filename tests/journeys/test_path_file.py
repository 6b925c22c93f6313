"""A file of paths gives the same weighted paths however it is written and read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from rivage.errors import FileInvalid
from rivage.journeys import path_file
from rivage.journeys.path_file import read_paths
from rivage.measurement import from_text

HEADER = "path,total_conversions,total_conversion_value,total_null\n"
ROWS = "A > B,1,9.5,0\nB,2,4,1\nA>B,3,0.5,2\nA > rare > B,0,0,7\nB,2,4,1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "paths.csv").write_text(HEADER + ROWS)
    return tmp_path / "paths.csv"


def test_equal_paths_add_up_whatever_spaces_stand_around_a_channel(file: Path) -> None:
    # A > B: 1 + 3 conversions worth 9.5 + 0.5, 2 lost; B stands twice with the same counts.
    wanted = from_text(["B", "A > B", "A > rare > B"], [4, 4, 0], [8, 10, 0], [2, 2, 7])
    read = read_paths(file)
    assert read.has_value
    assert read.paths.channels == wanted.channels == ("A", "B", "rare")
    for name in ("offsets", "steps", "conversions", "values", "nulls"):
        assert np.array_equal(getattr(read.paths, name), getattr(wanted, name))


@pytest.mark.parametrize("looked_through", [1, 2, 3])
def test_a_channel_outside_the_paths_looked_through_first_is_found(
    file: Path, monkeypatch: pytest.MonkeyPatch, looked_through: int
) -> None:
    whole = read_paths(file).paths
    monkeypatch.setattr(path_file, "_SAMPLE", looked_through)
    paths = read_paths(file).paths
    assert paths.channels == whole.channels
    assert np.array_equal(paths.steps, whole.steps)


def test_numbers_of_any_stored_type_are_read_alike(file: Path) -> None:
    parquet = file.with_suffix(".parquet")
    duckdb.sql(
        "copy (select path, total_conversions::smallint as total_conversions, "
        "total_conversion_value::decimal(9, 2) as total_conversion_value, "
        f"total_null::varchar as total_null from '{file}') to '{parquet}'"
    )
    one, other = read_paths(file).paths, read_paths(parquet).paths
    for name in ("steps", "conversions", "values", "nulls"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A,1,x,0", "line 5007: total_conversion_value is no number"),
        ("A,1,,0", "line 5007: total_conversion_value is no number"),
        ("A,1,inf,0", "line 5007: total_conversion_value is no number"),
        ("A,nan,1,0", "line 5007: total_conversions is negative or no number"),
        ("A,1,1,-1", "line 5007: total_null is negative or no number"),
        (",1,1,0", "line 5007: the path has an empty step"),
        ("rarest >,1,1,0", "line 5007: the path has an empty step"),
        ("A,1,1", "line 5007: 3 cells where 4 belong"),
    ],
)
def test_a_bad_row_far_down_is_named_by_its_line(file: Path, row: str, told: str) -> None:
    file.write_text(HEADER + ROWS + "A > B,1,1,0\n" * 5_000 + f"{row}\n" + ROWS)
    with pytest.raises(FileInvalid, match=told):
        read_paths(file)
