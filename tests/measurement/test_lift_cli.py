"""`rivage lift`: people's own files, the figures they get, and what bad input is told."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rivage import cli

VECTORS = Path(__file__).parent / "vectors"
CITIES = ("chicago", "portland", *(f"city {n}" for n in range(38)))
START = "2021-04-01"
Told = tuple[int, str, str]
Run = Callable[..., Told]


@pytest.fixture
def rivage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process: exit code, what it printed, what it complained of."""

    def run(*words: object) -> Told:
        monkeypatch.setattr(sys, "argv", ["rivage", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = int(left.code or 0)
        return (code, *capsys.readouterr())

    return run


def walkthrough() -> list[list[Any]]:
    """40 cities, 105 days, two lifted by 5 % in the last 15: the shape geo-lift users have."""
    rng = np.random.default_rng(3)
    sizes = rng.uniform(800, 5_000, len(CITIES))
    week = 1 + 0.3 * np.sin(2 * np.pi * np.arange(105) / 7)
    sold = sizes[:, None] * week * np.exp(rng.normal(0, 0.03, (40, 105)) + rng.normal(0, 0.1, 105))
    sold[:2, 90:] *= 1.05
    return [
        [city, date(2021, 1, 1) + timedelta(days=day), round(sold[n, day])]
        for n, city in enumerate(CITIES)
        for day in range(105)
    ]


def written(path: Path, rows: list[list[Any]], header: str = "location,date,Y") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("lift") / "geo.csv", walkthrough())


@pytest.mark.parametrize(
    "method",
    [("did",), ("did", "--effect", "relative"), ("sc",), ("sc", "--fixed-effects"), ("asc",)],
)
def test_a_geo_test_is_answered_as_json(rivage: Run, cities: Path, method: tuple[str, ...]) -> None:
    code, out, _ = rivage(
        "lift", cities, "--treated", "Chicago,PORTLAND", "--start", START, "--json", "-",
        "--method", *method,
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0
    assert found["treated"] == ["chicago", "portland"]
    assert (found["pre_days"], found["test_days"], found["n_controls"]) == (90, 15, 38)
    assert found["incremental"] == pytest.approx(found["att"] * 30)
    assert found["lift"] == pytest.approx(0.05, abs=0.04)
    assert 0 < found["smallest_p"] <= found["p_value"] <= 1
    assert found["ci_low"] < found["att"] < found["ci_high"]
    assert (found["ci_low"] <= 0 <= found["ci_high"]) == (found["p_value"] > 0.05)
    assert found["incremental_ci_low"] == pytest.approx(found["ci_low"] * 30)
    assert len(found["daily"]) == 105
    if found["weights"] is not None:
        assert sum(found["weights"].values()) == pytest.approx(1, abs=1e-9)


def test_the_verb_geo_may_be_named_or_left_out_and_options_may_come_first(
    rivage: Run, cities: Path
) -> None:
    asked = ("--treated", "chicago", "--treated", "portland", "--start", START, "--json", "-")
    plain = rivage("lift", cities, *asked)
    assert plain[0] == 0
    assert rivage("lift", "geo", cities, *asked) == plain
    assert rivage("lift", *asked, cities) == plain
    code, out, _ = rivage("lift", "--help")
    assert code == 0
    assert all(verb in out for verb in ("geo", "plan", "switchback", "cuped", "holdout"))


def test_people_get_a_table_and_files_only_where_they_ask(
    rivage: Run, cities: Path, tmp_path: Path
) -> None:
    target, picture = tmp_path / "lift.json", tmp_path / "lift.html"
    code, out, err = rivage(
        "lift", cities, "--treated", "chicago,portland", "--start", START, "--end", "2021-04-10",
        "--method", "asc", "--json", target, "--plot", picture, "--spend", 900,
    )  # fmt: skip
    assert code == 0
    for words in ("incremental", "cost per", "pre-fit", "evidence", "made of"):
        assert words in out
    assert str(picture) in err
    found = json.loads(target.read_text(encoding="utf-8"))
    assert (found["end"], found["test_days"]) == ("2021-04-10", 10)
    assert found["cost_per_incremental"] == pytest.approx(900 / found["incremental"])
    page = picture.read_text(encoding="utf-8")
    assert "<title>+" in page
    assert "<script src" not in page  # opens without a network
    assert "<link" not in page
    assert sorted(tmp_path.iterdir()) == [picture, target]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_pictures_are_drawn_without_a_network(
    rivage: Run, cities: Path, tmp_path: Path, kind: str
) -> None:
    picture = tmp_path / f"lift.{kind}"
    asked = ("--treated", "chicago,portland", "--start", START, "--plot", picture, "--json", "-")
    assert rivage("lift", cities, *asked)[0] == 0
    begins = {"svg": b"<svg", "png": b"\x89PNG"}[kind]
    content = picture.read_bytes()
    assert content.startswith(begins)
    assert kind == "png" or b"test 2021-04-01 to 2021-04-15" in content


ROWS = [[geo, date(2026, 3, 1) + timedelta(days=n), 10 * k + n % 7]
        for k, geo in enumerate(("a", "b", "c", "d"), 1) for n in range(20)]  # fmt: skip
HEAD = "location,date,Y"


@pytest.mark.parametrize(
    ("rows", "header", "options", "told"),
    [
        (ROWS, HEAD, ["--treated", "aa"], ["no geo 'aa'", "Did you mean 'a'"]),
        (ROWS, HEAD, ["--treated", "a", "--start", "2026-03-01"], ["no pre-period"]),
        (ROWS, HEAD, ["--treated", "a", "--start", "2026-04-01"], ["after the last day"]),
        (ROWS, HEAD, ["--treated", "a", "--start", "soon"], ["'soon'", "YYYY-MM-DD"]),
        (ROWS, HEAD, ["--treated", "a", "--end", "2026-03-02"], ["before it starts"]),
        (ROWS, HEAD, ["--treated", "a", "--alpha", "5"], ["--alpha is 5"]),
        (ROWS, HEAD, ["--treated", "a", "--plot", "x.gif"], ["no picture"]),
        (ROWS, HEAD, ["--treated", "a", "--json", "no/such/folder.json"], ["can't be written"]),
        (ROWS, HEAD, ["--treated", "a", "--method", "sc", "--effect", "relative"], ["did only"]),
        (ROWS[:-1], HEAD, ["--treated", "a"], ["unbalanced", "'d'", "2026-03-20"]),
        ([*ROWS, ROWS[2]], HEAD, ["--treated", "a"], ["second row", "line 82"]),
        ([], HEAD, ["--treated", "a"], ["no rows"]),
        (ROWS, "city,date,Y", ["--treated", "a"], ["Column location not found", "city, date, Y"]),
        (ROWS, "location,date,date", ["--treated", "a"], ["stands twice"]),
        ([["a", "2026-03-01", "ten"], *ROWS], HEAD, ["--treated", "a"], ["'ten'", "line 2"]),
        ([["a", "1 March", 3], *ROWS], HEAD, ["--treated", "a"], ["'1 March'", "line 2"]),
        ([["a", "2026-03-01", "nan"], *ROWS[1:]], HEAD, ["--treated", "a"], ["finite", "line 2"]),
        ([["", "2026-03-01", 3], *ROWS], HEAD, ["--treated", "a"], ["location is empty"]),
        ([["a", "2026-03-01"], *ROWS], HEAD, ["--treated", "a"], ["2 cells", "line 2"]),
        (ROWS, HEAD, ["--treated", "a,b,c"], ["too few controls"]),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    rivage: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[list[Any]],
    header: str, options: list[str], told: list[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "geo.csv", rows, header)
    usual = {"--start": "2026-03-15", "--plot": "out.svg", "--json": None}
    given = [word for name, value in usual.items() if value and name not in options
             for word in (name, value)]  # fmt: skip
    code, out, err = rivage("lift", file, *options, *given)
    assert code == 2
    for part in told:
        assert part in out + err
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_none_is_told(rivage: Run, tmp_path: Path) -> None:
    asked = ("--treated", "a", "--start", START)
    code, _, err = rivage("lift", tmp_path / "none.csv", *asked)
    assert (code, "No such file" in err) == (2, True)
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    code, _, err = rivage("lift", empty, *asked)
    assert (code, "file is empty" in err) == (2, True)
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    code, _, err = rivage("lift", tmp_path / "bytes.csv", *asked)
    assert (code, "not UTF-8" in err) == (2, True)


def test_semicolons_and_spellings_of_columns_do_not_matter(rivage: Run, tmp_path: Path) -> None:
    file = written(tmp_path / "geo.csv", ROWS, "Location,DATE,y")
    asked = ("--treated", "a", "--start", "2026-03-15", "--json", "-")
    plain = rivage("lift", file, *asked)
    file.write_text("\ufeff" + file.read_text().replace(",", ";"), encoding="utf-8")
    assert plain[0] == 0
    assert rivage("lift", file, *asked) == plain


def test_the_switchback_and_cuped_vectors_by_the_command_line(rivage: Run) -> None:
    code, out, _ = rivage(
        "lift", "switchback", VECTORS / "input_switchback.csv", "--washout", 2, "--json", "-"
    )
    found = json.loads(out)
    assert code == 0
    assert found["estimate"] == pytest.approx(16.38628333333338, abs=1e-9)
    assert found["p_value"] == pytest.approx(1 / 20_001, abs=1e-15)
    assert found["evidence_grade"] == "A"
    code, out, _ = rivage("lift", "cuped", VECTORS / "input_cuped.csv", "--json", "-")
    assert json.loads(out)["difference"] == pytest.approx(3.4038057056548396, abs=1e-9)


def test_a_holdout_by_the_command_line(rivage: Run, tmp_path: Path) -> None:
    file = written(
        tmp_path / "h.csv", [["control", 10_000, 240, 0, 11_400], ["treatment", 40_000, 1_200,
        10_000, 60_000]], "group,people,conversions,exposed,revenue",
    )  # fmt: skip
    code, out, _ = rivage("lift", "holdout", file, "--spend", 12_000, "--json", "-")
    found = json.loads(out)
    assert code == 0
    assert (found["incremental"], found["icpa"]) == (pytest.approx(240), pytest.approx(50))
    assert rivage("lift", "holdout", file)[0] == 0
    twice = written(tmp_path / "h.csv", [["control", 1, 0]] * 2, "group,people,conversions")
    code, _, err = rivage("lift", "holdout", twice)
    assert (code, "0 treatment and 2 control rows" in err) == (2, True)


def test_a_plan_by_the_command_line(rivage: Run, cities: Path) -> None:
    asked = ("--until", "2021-03-31", "--days", "14", "--size", "1", "--cost", "8", "--json", "-")
    code, out, _ = rivage("lift", "plan", cities, *asked)
    found = json.loads(out)
    assert code == 0
    assert len(found) == 40
    assert found[0]["spend"] == pytest.approx(8 * found[0]["detectable"])
    code, _, err = rivage("lift", "plan", cities, "--days", "0")
    assert (code, "--days is '0'" in err) == (2, True)
