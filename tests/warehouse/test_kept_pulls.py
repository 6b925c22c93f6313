"""Of streams that a platform restates, the warehouse keeps what each pull said of a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rivage.duck import connect
from rivage.landing.store import Store
from rivage.warehouse import load
from tests.warehouse.test_load import DAILY, daily, day, land, table

KEPT = replace(DAILY, kept_columns=("n",))


def build(at: Path, warehouse: Path) -> None:
    with connect(warehouse) as db:
        db.execute("begin")
        load.load_all(db, Store(at, at / "scratch"), [KEPT])
        db.execute("commit")


def said(warehouse: Path) -> list[tuple[Any, ...]]:
    """Per pull that said something new: day, value, and whether another pull came before."""
    with connect(warehouse) as db:
        return db.execute(
            "select k.window_start::varchar, s.n, k.previous_pulled_at is not null "
            "from ledger.kept_pulls as k left join landing.toy__daily__pulls as s "
            "on k.pull_id = s._pull_id and k.window_start = s._window_start "
            "order by k.window_start, k.pull_id"
        ).fetchall()


@pytest.fixture
def at(tmp_path: Path) -> Path:
    """Day 1 said 1, the same again, 2, and 1 once more; day 2 said 5 and then nothing."""
    landing = tmp_path / "landing"
    for hour, n in enumerate((1, 1, 2, 1)):
        land(landing, KEPT, 1, 1, [daily("a", 1, n)], hour)
    land(landing, KEPT, 2, 2, [daily("a", 2, 5)], 0)
    land(landing, KEPT, 2, 2, [], 1)
    return landing


EXPECTED = [
    ("2026-09-01", "1", False), ("2026-09-01", "2", True), ("2026-09-01", "1", True),
    ("2026-09-02", "5", False), ("2026-09-02", None, True),
]  # fmt: skip


def test_every_pull_that_said_something_new_is_kept(at: Path, tmp_path: Path) -> None:
    build(at, tmp_path / "w.duckdb")
    assert said(tmp_path / "w.duckdb") == EXPECTED
    # Everything else still reads the newest state alone.
    assert table(tmp_path / "w.duckdb", "landing.toy__daily", "n") == [("1",)]


def test_loading_pull_by_pull_keeps_the_same(at: Path, tmp_path: Path) -> None:
    landing, warehouse = tmp_path / "slow", tmp_path / "slow.duckdb"
    for hour, n in enumerate((1, 1, 2, 1)):
        land(landing, KEPT, 1, 1, [daily("a", 1, n)], hour)
        if not hour:
            land(landing, KEPT, 2, 2, [daily("a", 2, 5)], 0)
        build(landing, warehouse)
    land(landing, KEPT, 2, 2, [], 1)
    build(landing, warehouse)
    assert said(warehouse) == EXPECTED


def test_a_day_that_was_rewritten_and_back_between_builds_is_due(at: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    build(at, warehouse)
    with connect(warehouse) as db:
        db.execute("delete from ledger.pending_windows")
    land(at, KEPT, 1, 1, [daily("a", 1, 7)], 5)
    land(at, KEPT, 1, 1, [daily("a", 1, 1)], 6)
    build(at, warehouse)
    # The newest state is the one that is loaded already, but the history has grown.
    assert table(warehouse, "ledger.pending_windows", "distinct stream, window_start") == [
        ("toy__daily__pulls", day(1))
    ]


def test_a_damaged_earlier_object_does_not_stop_the_build(at: Path, tmp_path: Path) -> None:
    first = min((at / "toy/toy__daily/account=1/window=2026-09-01").glob("*.parquet"))
    first.write_bytes(b"damaged")
    build(at, tmp_path / "w.duckdb")
    assert said(tmp_path / "w.duckdb") == EXPECTED[1:]


def test_a_stream_that_keeps_nothing_has_no_such_table(at: Path, tmp_path: Path) -> None:
    with connect(tmp_path / "w.duckdb") as db:
        db.execute("begin")
        load.load_all(db, Store(at, at / "scratch"), [DAILY])
        kept = db.execute("select count(*) from ledger.kept_pulls").fetchone()
        named = db.execute(
            "select table_name from duckdb_tables() where schema_name = 'landing'"
        ).fetchall()
    assert (kept, named) == ((0,), [("toy__daily",)])
