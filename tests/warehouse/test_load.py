"""The warehouse holds, of each window or key, what the newest pull said; nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rivage.connectors.base import Account, Page
from rivage.duck import connect
from rivage.errors import LandingBroken
from rivage.landing import writer
from rivage.landing.store import Store
from rivage.streams import Changes, Column, Daily, Snapshot, Stream
from rivage.warehouse import load, reading
from rivage.windows import Window

ONE = Account("1", "One", "Europe/Paris", "EUR")
TWO = Account("2", "Two", "Europe/Paris", "EUR")
T0 = datetime(2026, 9, 10, 6, tzinfo=UTC)

DAILY = Stream(
    name="toy__daily", connector="toy", endpoint="", doc="", keys=("id", "day"),
    window=Daily("cast(day as date)", 30),
    columns=(Column("id", required=True), Column("day", required=True), Column("n", number=True)),
)  # fmt: skip
CHANGING = Stream(
    name="toy__orders", connector="toy", endpoint="", doc="", keys=("id",),
    window=Changes("changed", "cast(changed[:10] as date)", 30),
    columns=(Column("id", required=True), Column("changed", required=True), Column("state")),
)  # fmt: skip
DESCRIBING = Stream(
    name="toy__names", connector="toy", endpoint="", doc="", keys=("id",), window=Snapshot(),
    columns=(Column("id", required=True), Column("name")),
)  # fmt: skip
STREAMS = [DAILY, CHANGING, DESCRIBING]


def day(number: int) -> date:
    return date(2026, 9, number)


def land(
    at: Path, stream: Stream, first: int, last: int, records: list[dict[str, Any]], hour: int = 0,
    account: Account = ONE,
) -> writer.Landed:  # fmt: skip
    return writer.write(
        stream, account, Window(day(first), day(last)), [Page(records, "r", "v", 1, 1)],
        store=Store(at, at / "scratch"), salt=None, pulled_at=T0 + timedelta(hours=hour),
    )  # fmt: skip


def load_all(at: Path, warehouse: Path, ignored: tuple[str, ...] = ()) -> dict[str, int]:
    with connect(warehouse) as db:
        db.execute("begin")
        changed = load.load_all(db, Store(at, at / "scratch"), STREAMS, ignored)
        db.execute("commit")
    return changed


def table(warehouse: Path, name: str, columns: str) -> list[tuple[Any, ...]]:
    with connect(warehouse) as db:
        return db.execute(f"select {columns} from {name} order by all").fetchall()


def daily(id_: str, number: int, n: object) -> dict[str, Any]:
    return {"id": id_, "day": str(day(number)), "n": str(n)}


def test_a_repulled_day_replaces_the_day_also_where_rows_vanished(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    land(tmp_path, DAILY, 1, 2, [daily("a", 1, 1), daily("b", 1, 2), daily("a", 2, 3)])
    assert load_all(tmp_path, db)["toy__daily"] == 2
    land(tmp_path, DAILY, 1, 2, [daily("a", 1, 10), daily("a", 2, 3)], hour=1)
    assert load_all(tmp_path, db)["toy__daily"] == 1  # day 2 brought nothing new
    assert table(db, "landing.toy__daily", "id, day, n") == [
        ("a", "2026-09-01", "10"), ("a", "2026-09-02", "3"),
    ]  # fmt: skip
    assert table(db, "ledger.pending_windows", "distinct stream, window_start") == [
        ("toy__daily", day(1)), ("toy__daily", day(2)),
    ]  # fmt: skip
    assert load_all(tmp_path, db)["toy__daily"] == 0


def test_days_wait_until_every_required_stream_covers_them(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    land(tmp_path, DAILY, 1, 4, [daily("a", n, n) for n in range(1, 5)])
    land(tmp_path, CHANGING, 1, 1, [{"id": "o1", "changed": "2026-09-01T10", "state": "new"}])
    land(tmp_path, DESCRIBING, 1, 1, [{"id": "a", "name": "A"}])
    load_all(tmp_path, db)
    # Orders end on the 1st: ads of the 2nd to 4th stay out, and the ledger says why.
    assert {d for (d,) in table(db, "landing.toy__daily", "day")} == {"2026-09-01"}
    assert table(db, "ledger.stream_status", "stream, held_back, stale, horizon") == [
        ("toy__daily", True, False, day(1)),
        ("toy__names", False, True, day(1)),
        ("toy__orders", False, True, day(1)),
    ]
    land(tmp_path, CHANGING, 2, 3, [], hour=1)
    load_all(tmp_path, db)
    assert {d for (d,) in table(db, "landing.toy__daily", "day")} == {
        "2026-09-01", "2026-09-02", "2026-09-03",
    }  # fmt: skip


def test_an_account_that_ended_holds_nothing_back_once_it_is_ignored(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    land(tmp_path, DAILY, 1, 4, [daily("a", 4, 1)])
    land(tmp_path, DAILY, 1, 1, [daily("z", 1, 1)], account=TWO)
    load_all(tmp_path, db)
    assert table(db, "ledger.horizon", "horizon") == [(day(1),)]
    load_all(tmp_path, db, ignored=("2",))
    assert table(db, "ledger.horizon", "horizon") == [(day(4),)]


def test_an_order_keeps_its_newest_state_wherever_it_was_pulled(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    new = [
        {"id": "o1", "changed": "2026-09-01T10", "state": "new"},
        {"id": "o2", "changed": "2026-09-01T11", "state": "new"},
    ]
    land(tmp_path, CHANGING, 1, 1, new)
    land(
        tmp_path, CHANGING, 2, 2, [{"id": "o1", "changed": "2026-09-02T09", "state": "refunded"}], 1
    )
    # Window 1 is pulled again later: o1 has moved on to window 2 and is not in it.
    land(tmp_path, CHANGING, 1, 1, [{"id": "o2", "changed": "2026-09-01T11", "state": "new"}], 2)
    land(tmp_path, DAILY, 1, 2, [])
    load_all(tmp_path, db)
    assert table(db, "landing.toy__orders", "id, state") == [("o1", "refunded"), ("o2", "new")]


def test_a_damaged_object_stops_the_load_and_changes_nothing(tmp_path: Path) -> None:
    db = tmp_path / "w.duckdb"
    land(tmp_path, DAILY, 1, 1, [daily("a", 1, 1)])
    load_all(tmp_path, db)
    landed = land(tmp_path, DAILY, 1, 1, [daily("a", 1, 2)], hour=1)
    (tmp_path / str(landed.manifests[0].object)).write_bytes(b"damaged")
    with pytest.raises(LandingBroken, match="checksum"):
        load_all(tmp_path, db)
    assert table(db, "landing.toy__daily", "n") == [("1",)]


pulls = st.lists(
    st.tuples(
        st.sampled_from(["daily", "orders"]), st.integers(1, 4), st.integers(0, 2),
        st.lists(st.integers(0, 3), max_size=3, unique=True), st.integers(0, 9),
    ),
    min_size=1, max_size=10,
)  # fmt: skip


def test_reading_few_objects_at_once_gives_the_rows_of_reading_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Order 0 changes every day. Day 3 is pulled again at the end: of orders that changed at
    # the same moment the one pulled last counts.
    for hour, number in enumerate((1, 2, 3, 4, 5, 6, 3)):
        orders = [
            {"id": id_, "changed": f"{day(number)}T10", "state": f"pull {hour}"}
            for id_ in ("0", str(number))
        ]
        land(tmp_path, CHANGING, number, number, orders, hour)
        land(tmp_path, DAILY, number, number, [daily("a", number, hour)], hour)
        land(tmp_path, DESCRIBING, number, number, [{"id": "a", "name": f"A{hour}"}], hour)
    names = [stream.name for stream in STREAMS]
    found = []
    for at_once, size in ((100, 1 << 30), (2, 1 << 30), (100, 1)):
        monkeypatch.setattr(reading, "AT_ONCE", at_once)
        monkeypatch.setattr(reading, "BYTES_AT_ONCE", size)
        warehouse = tmp_path / f"{at_once}-{size}.duckdb"
        load_all(tmp_path, warehouse)
        found.append([table(warehouse, f"landing.{name}", "*") for name in names])
    assert found[0] == found[1] == found[2]
    assert [len(rows) for rows in found[0]] == [6, 7, 6]
    assert table(warehouse, "landing.toy__orders", "state") == [
        (f"pull {hour}",) for hour in (0, 1, 3, 4, 5, 5, 6)
    ]


@settings(max_examples=20, deadline=None, derandomize=True, phases=[Phase.generate])
@given(pulls, st.integers(0, 10_000))
def test_any_history_of_loads_gives_the_rows_of_one_load_of_everything(
    history: list[tuple[str, int, int, list[int], int]], seed: int
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        at, rng = Path(folder), random.Random(seed)
        steps, whole = at / "steps.duckdb", at / "whole.duckdb"
        for hour, (kind, first, more, ids, value) in enumerate(history):
            last = min(4, first + more)
            if kind == "daily":
                records = [daily(str(i), rng.randint(first, last), value) for i in ids]
                land(at, DAILY, first, last, records, hour)
            else:
                records = [
                    {"id": str(i), "changed": f"2026-09-0{first}T{value:02d}", "state": str(hour)}
                    for i in ids
                ]
                land(at, CHANGING, first, first, records, hour)
            if rng.random() < 0.6:
                load_all(at, steps)
        load_all(at, steps)
        load_all(at, whole)
        for name in ("landing.toy__daily", "landing.toy__orders"):
            assert table(steps, name, "*") == table(whole, name, "*")


def test_a_column_declared_later_is_read_from_what_was_kept_and_days_load_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    land(tmp_path, DAILY, 1, 1, [daily("a", 1, 1) | {"colour": "red"}])
    load_all(tmp_path, warehouse)
    later = replace(DAILY, columns=(*DAILY.columns, Column("colour")))
    monkeypatch.setitem(globals(), "STREAMS", [later, CHANGING, DESCRIBING])
    land(tmp_path, later, 2, 2, [daily("b", 2, 2) | {"colour": "blue"}, daily("c", 2, 3)], hour=1)
    load_all(tmp_path, warehouse)
    assert table(warehouse, "landing.toy__daily", "id, n, colour") == [
        ("a", "1", "red"), ("b", "2", "blue"), ("c", "3", None),
    ]  # fmt: skip
