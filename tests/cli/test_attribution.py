"""`rivage attribution`: what it writes, and that bad data is named and leaves nothing behind."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from rivage.cli import app
from rivage.errors import RivageError

COLUMNS = ["model", "order", "channel", "removal_effect", "conversions", "value"]
TEACHING = (
    "path,total_conversions,total_conversion_value,total_null\n"
    "A > B > C,1,10.0,0\nA,0,0.0,1\nB > C,0,0.0,1\n"
)
TOUCHES = "user_id,touched_at,channel\nu1,2026-09-01 10:00:00,live\nu2,2026-09-02,email\n"
ORDERS = "order_id,user_id,ordered_at,revenue\n1,u1,2026-09-03,10.50\n2,stranger,2026-09-03,5\n"
Run = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["attribution", *arguments], catch_exceptions=True)
    if isinstance(done.exception, RivageError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def written(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_paths_become_credit_in_the_promised_columns(folder: Path) -> None:
    (folder / "paths.csv").write_text(TEACHING)
    shown = run("paths.csv", "--order", "1", "--order", "3", "--out", "out.csv")
    assert "0.5000" in shown  # the removal effect of A
    rows = written(folder / "out.csv")
    assert list(rows[0]) == COLUMNS
    told = {(r["model"], r["order"], r["channel"]): r for r in rows}
    # Removing A leaves B > C of the first path alone: half of what converts; 1/2 of 5/2 is 1/5.
    assert float(told["markov", "1", "A"]["removal_effect"]) == pytest.approx(0.5)
    assert float(told["markov", "1", "A"]["conversions"]) == pytest.approx(0.2)
    assert float(told["markov", "3", "A"]["conversions"]) == pytest.approx(1 / 3)
    assert told["linear", "", "B"]["removal_effect"] == ""
    assert float(told["linear", "", "B"]["value"]) == pytest.approx(10 / 3)


def test_parquet_holds_the_same_rows_with_nulls(folder: Path) -> None:
    (folder / "paths.csv").write_text("path,total_conversions\nA > B,2\nB,1\n")
    run("paths.csv", "--out", "out.csv")
    run("paths.csv", "--out", "out.parquet")
    found = duckdb.sql("select * from 'out.parquet'")
    assert found.columns == COLUMNS
    rows = found.fetchall()
    assert len(rows) == len(written(folder / "out.csv"))
    assert all(row[5] is None for row in rows)  # the file tells no value
    assert {row[1] for row in rows} == {None, 1}


def test_events_become_credit_and_unseen_orders_their_own_row(folder: Path) -> None:
    (folder / "touches.csv").write_text(TOUCHES)
    (folder / "orders.csv").write_text(ORDERS)
    told = json.loads(run("touches.csv", "--orders", "orders.csv", "--json"))
    rows = [row for row in told["credits"] if row["model"] == "markov"]
    assert [(r["channel"], r["conversions"], r["value"], r["removal_effect"]) for r in rows] == [
        ("email", 0.0, 0.0, 0.0), ("live", 1.0, 10.5, 1.0), ("(unobserved)", 1.0, 5.0, None),
    ]  # fmt: skip


def test_parquet_and_csv_of_the_same_events_agree(folder: Path) -> None:
    (folder / "touches.csv").write_text(TOUCHES)
    (folder / "orders.csv").write_text(ORDERS)
    for name in ("touches", "orders"):
        duckdb.sql(f"copy (select * from '{name}.csv') to '{name}.parquet'")
    names = ("touches.csv", "--orders", "orders.csv"), ("touches.parquet", "--orders", "orders.csv")
    one, other = (json.loads(run(*files, "--json")) for files in names)
    assert one == other
    assert one == json.loads(run("touches.parquet", "--orders", "orders.parquet", "--json"))


def test_a_printed_column_adds_up_to_its_sum(folder: Path) -> None:
    (folder / "paths.csv").write_text("path,total_conversions\nA > B > C,1\n")
    shown = run("paths.csv", "--model", "linear")
    assert "0.34" in shown
    assert "1.00" in shown


def test_a_single_channel_works_and_says_that_it_tells_nothing(folder: Path) -> None:
    (folder / "paths.csv").write_text("path,total_conversions,total_null\nA,3,1\nA > A,1,1\n")
    told = json.loads(run("paths.csv", "--json"))
    assert {row["conversions"] for row in told["credits"]} == {4.0}
    assert told["notes"] == ["A is the only channel: every model gives it all there is."]


def test_intervals_are_two_more_columns_when_asked_for(folder: Path) -> None:
    (folder / "paths.csv").write_text("path,total_conversions,total_null\nA > B,40,10\nB,20,30\n")
    run("paths.csv", "--interval", "--out", "out.csv")
    rows = written(folder / "out.csv")
    assert list(rows[0]) == [*COLUMNS, "conversions_low", "conversions_high"]
    for row in rows:
        assert bool(row["conversions_low"]) == row["model"].startswith(("markov", "shapley"))


def test_rules_of_paths_where_nothing_converts_credit_nothing(folder: Path) -> None:
    (folder / "paths.csv").write_text("path,total_conversions,total_null\nA,0,5\n")
    told = json.loads(run("paths.csv", "--model", "linear", "--json"))
    assert [row["conversions"] for row in told["credits"]] == [0.0]


HEAD = "path,total_conversions,total_conversion_value,total_null\n"
BAD_PATHS = {
    "": "paths.csv is empty",
    HEAD: "has no rows",
    "paths,total_conversions\nA,1\n": "line 1: the column 'paths' is unknown",
    "path\nA\n": "line 1: the column is missing: total_conversions",
    "path,total_conversions,path\nA,1,B\n": "the column 'path' stands twice",
    "path;total_conversions\nA;1\n": "line 1: cells are not separated by commas",
    HEAD + "A,1,1,0\nB,-1,0,0\n": "line 3: total_conversions is negative",
    HEAD + "A,1,1,-2\n": "line 2: total_null is negative",
    HEAD + "A,1,1,0\n\nB,many,0,0\n": "line 4: total_conversions is negative or no number",
    HEAD + "A,1,x,0\n": "line 2: total_conversion_value is no number",
    HEAD + "A,1,nan,0\n": "line 2: total_conversion_value is no number",
    HEAD + "A > > B,1,1,0\n": "line 2: the path has an empty step",
    HEAD + "A,1,1,0\n,1,1,0\n": "line 3: the path has an empty step",
    HEAD + "A,1,1\n": "line 2: 3 cells where 4 belong",
    HEAD + "A,0,0,5\n": "no path converts",
}


@pytest.mark.parametrize("text", BAD_PATHS)
def test_bad_paths_are_named_with_their_place_and_nothing_is_written(
    folder: Path, text: str
) -> None:
    (folder / "paths.csv").write_text(text)
    with pytest.raises(RivageError) as refused:
        run("paths.csv", "--out", "out.csv")
    assert BAD_PATHS[text] in refused.value.what
    assert refused.value.do
    assert refused.value.exit_code == 2
    assert [path.name for path in folder.iterdir()] == ["paths.csv"]


BAD_EVENTS = {
    (TOUCHES, ORDERS + "1,u1,2026-09-04,3\n"): "orders.csv line 4: the order id '1' stands there",
    (TOUCHES, ORDERS + "3,u1,2026-09-04,ten\n"): "orders.csv line 4: revenue is no amount",
    (TOUCHES, ORDERS + "3,u1,soon,10\n"): "orders.csv line 4: ordered_at is no instant",
    (TOUCHES, ORDERS + ",u1,2026-09-04,10\n"): "orders.csv line 4: order_id is empty",
    (TOUCHES, ORDERS.splitlines()[0] + "\n"): "orders.csv has no rows",
    (TOUCHES, "order_id,user_id,ordered_at\n"): "the column is missing: revenue",
    (TOUCHES + "u3,,live\n", ORDERS): "touches.csv line 4: touched_at is no instant",
    (TOUCHES + "u3,2026-09-01,\n", ORDERS): "touches.csv line 4: channel is empty",
    (TOUCHES + ",2026-09-01,live\n", ORDERS): "touches.csv line 4: user_id is empty",
    (TOUCHES.splitlines()[0] + "\n", ORDERS): "touches.csv has no rows",
    (TOUCHES.replace("channel", "chanel"), ORDERS): "the column 'chanel' is unknown",
    (TOUCHES, ORDERS.replace("u1", "u9")): "None of the 2 orders has a touch in time",
}


@pytest.mark.parametrize("texts", BAD_EVENTS)
def test_bad_events_are_named_with_their_place_and_nothing_is_written(
    folder: Path, texts: tuple[str, str]
) -> None:
    (folder / "touches.csv").write_text(texts[0])
    (folder / "orders.csv").write_text(texts[1])
    with pytest.raises(RivageError) as refused:
        run("touches.csv", "--orders", "orders.csv", "--out", "out.parquet")
    assert BAD_EVENTS[texts] in refused.value.what
    assert refused.value.exit_code == 2
    assert sorted(path.name for path in folder.iterdir()) == ["orders.csv", "touches.csv"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--model", "magic"], "no model 'magic'"),
        (["--model", "time_decay"], "time_decay needs the times of touches"),
        (["--order", "0"], "--order 0 is no order"),
        (["--window", "7d"], "--window can't be applied"),
        (["--half-life", "7d"], "--half-life can't be applied"),
        (["--position", "40,20,50"], "make 1.1, not 1"),
        (["--position", "a,b"], "--position a,b"),
        (["--separator", " "], "separator of paths is empty"),
        (["--semantics", "any"], "no semantics 'any'"),
        (["--out", "out.xls"], "ends in neither .csv nor .parquet"),
        (["--out", "nowhere/out.csv"], "The folder nowhere does not exist"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    folder: Path, options: list[str], told: str
) -> None:
    (folder / "paths.csv").write_text(TEACHING)
    with pytest.raises(RivageError) as refused:
        run("paths.csv", *options)
    assert told in refused.value.what
    assert refused.value.do
    assert [path.name for path in folder.iterdir()] == ["paths.csv"]


def test_a_type_of_touch_without_a_window_is_refused(folder: Path) -> None:
    (folder / "orders.csv").write_text(ORDERS)
    files = ("touches.csv", "--orders", "orders.csv", "--window")
    (folder / "touches.csv").write_text(TOUCHES)
    with pytest.raises(RivageError, match="has no touch types, but --window names click"):
        run(*files, "click=7d")
    typed = (
        "user_id,touched_at,channel,touch_type\nu1,2026-09-01,live,click\nu1,2026-09-01,a,view\n"
    )
    (folder / "touches.csv").write_text(typed)
    with pytest.raises(RivageError, match="touch type 'view', for which no window is given"):
        run(*files, "click=7d")
    with pytest.raises(RivageError, match="no touches of type 'tap'"):
        run(*files, "7d,tap=1d")
    assert json.loads(run(*files, "click=7d,view=1d", "--json"))["conversions"] == 2
