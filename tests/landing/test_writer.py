"""Landing: whole or not at all, never overwritten, nothing lost, no personal data."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.connectors.base import Account, Files, Page
from rivage.errors import DiskFull, SchemaBroke, SettingMissing
from rivage.landing import store as store_module
from rivage.landing import writer
from rivage.landing.manifest import Manifest
from rivage.landing.store import Store
from rivage.streams import Column, Daily, Personal, Stream
from rivage.windows import Window
from tests.simulated import SALT

ACCOUNT = Account("7001", "Atelier Rivage", "Europe/Paris", "EUR")
T0 = datetime(2026, 9, 10, 6, tzinfo=UTC)
DAYS = Window(date(2026, 9, 1), date(2026, 9, 3))

TOY = Stream(
    name="toy__daily",
    connector="toy",
    endpoint="toy/",
    doc="A toy.",
    keys=("id", "day"),
    window=Daily(day="cast(day as date)", days_per_request=30),
    columns=(
        Column("id", "dims.id", required=True),
        Column("day", "dims.day", required=True),
        Column("spend", "metrics.spend", required=True, number=True),
        Column("note", "metrics.note"),
        Column("tags", type="JSON"),
    ),
)


def record(id_: str, day: str, spend: object = "1.00", **more: Any) -> dict[str, Any]:
    return {"dims": {"id": id_, "day": day}, "metrics": {"spend": spend}} | more


def page(*records: dict[str, Any], number: int = 1) -> Page:
    return Page(list(records), f"req-{number}", "v1.3", 100, number)


def land(
    at: Path,
    *pages: Page | Files,
    stream: Stream = TOY,
    when: datetime = T0,
    salt: str | None = None,
) -> writer.Landed:
    return writer.write(
        stream,
        ACCOUNT,
        DAYS,
        iter(pages),
        store=Store(at, at / "scratch"),
        salt=salt,
        pulled_at=when,
    )


def rows(at: Path, columns: str = "*") -> list[tuple[Any, ...]]:
    landed = f"read_parquet('{at}/toy/*/*/*/*.parquet', union_by_name=true)"
    return duckdb.sql(f"select {columns} from {landed} order by all").fetchall()


def test_each_day_becomes_one_object_and_a_day_without_rows_is_still_covered(
    tmp_path: Path,
) -> None:
    landed = land(tmp_path, page(record("1", "2026-09-01"), record("1", "2026-09-02")))
    assert [(str(m.window_start), m.rows, m.object is None) for m in landed.manifests] == [
        ("2026-09-01", 1, False), ("2026-09-02", 1, False), ("2026-09-03", 0, True),
    ]  # fmt: skip
    assert rows(tmp_path, "id, spend, _account_id, _window_start")[0] == (
        "1", "1.00", "7001", date(2026, 9, 1),
    )  # fmt: skip


def test_values_stay_as_sent_and_unknown_fields_are_kept(tmp_path: Path) -> None:
    sent = record("1", "2026-09-01", "-", tags=["a"], surprise={"x": 1})
    sent["metrics"]["new_metric"] = "7"
    land(tmp_path, page(sent))
    spend, tags, extra = rows(tmp_path, "spend, tags, _extra")[0]
    assert (spend, json.loads(tags)) == ("-", ["a"])
    assert json.loads(extra) == {"surprise": {"x": 1}, "metrics": {"new_metric": "7"}}


def test_a_second_pull_never_touches_the_first(tmp_path: Path) -> None:
    land(tmp_path, page(record("1", "2026-09-01")))
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    land(tmp_path, page(record("1", "2026-09-01", "2.00")), when=T0 + timedelta(hours=1))
    assert all(p.read_bytes() == content for p, content in before.items())
    assert [r[0] for r in rows(tmp_path, "spend")] == ["1.00", "2.00"]


def test_a_pull_that_brings_nothing_new_writes_no_second_object(tmp_path: Path) -> None:
    land(tmp_path, page(record("1", "2026-09-01"), record("2", "2026-09-01")))
    again = land(
        tmp_path, page(record("2", "2026-09-01"), record("1", "2026-09-01")), when=T0 + timedelta(1)
    )
    assert again.unchanged == 1  # row order does not matter
    assert len(list(tmp_path.rglob("*.parquet"))) == 1
    assert len(list(tmp_path.rglob("*.json"))) == 6  # but the pull itself is on record


def test_a_damaged_object_is_written_anew_by_the_next_pull(tmp_path: Path) -> None:
    first = land(tmp_path, page(record("1", "2026-09-01")))
    damaged = tmp_path / str(first.manifests[0].object)
    damaged.write_bytes(b"not parquet")
    again = land(tmp_path, page(record("1", "2026-09-01")), when=T0 + timedelta(1))
    assert again.manifests[0].object != first.manifests[0].object


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (record("1", "2026-09-01", "12,50"), "spend must be present and a number"),
        ({"dims": {"id": "1", "day": "2026-09-01"}, "metrics": {}}, "spend must be present"),
        (record("1", "2026-09-01", {"amount": 1}), "spend must be present and a number"),
        ({"dims": {"id": ["1"], "day": "2026-09-01"}, "metrics": {"spend": "1"}}, "id must be"),
        (record("1", "2026-12-24"), "outside the asked window"),
        (record("1", "someday"), "outside the asked window"),
    ],
)
def test_a_page_that_changed_its_shape_lands_nothing(
    tmp_path: Path, bad: dict[str, Any], told: str
) -> None:
    with pytest.raises(SchemaBroke, match=told):
        land(tmp_path, page(record("9", "2026-09-02")), page(bad, number=2))
    assert not list(tmp_path.rglob("*.json"))
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("bad", "lands"),
    [
        ([record("x", "2026-09-01", "12,50")], True),
        ([record("x", "2026-09-01", "12,50"), record("y", "2026-09-01", "none")], False),
        ([record("x", "2026-09-01", {"amount": 1})], False),
        ([{"dims": {"id": "x", "day": "2026-09-01"}, "metrics": {}}], False),
    ],
)
def test_where_rows_are_set_apart_one_slip_in_a_hundred_does_not_refuse_the_others(
    tmp_path: Path, bad: list[dict[str, Any]], lands: bool
) -> None:
    good = [record(str(n), "2026-09-01") for n in range(100 - len(bad))]
    stream = replace(TOY, sets_apart=True)
    if lands:
        land(tmp_path, page(*good, *bad), stream=stream)
        assert ("x", "12,50") in rows(tmp_path, "id, spend")
        return
    with pytest.raises(SchemaBroke):
        land(tmp_path, page(*good, *bad), stream=stream)


def test_an_api_that_fails_midway_lands_nothing(tmp_path: Path) -> None:
    def pages() -> Iterator[Page]:
        yield page(record("1", "2026-09-01"))
        raise SchemaBroke("cut")

    with pytest.raises(SchemaBroke):
        land(tmp_path, *pages())
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_personal_data_never_touches_the_disk(tmp_path: Path) -> None:
    stream = Stream(
        **vars(TOY)
        | {
            "personal": (
                Personal("email", "hash"),
                Personal("people.*.phone", "drop"),
                Personal("ip", "drop"),
            ),
            "columns": (*TOY.columns, Column("email")),
        }
    )  # fmt: skip
    sent = record("1", "2026-09-01", email=" Lea@Example.com ", ip="10.1.2.3",
                  people=[{"phone": "0612345678", "n": 1}])  # fmt: skip
    land(tmp_path, page(sent), stream=stream, salt=SALT)
    wanted = hashlib.sha256(f"{SALT}lea@example.com".encode()).hexdigest()
    ((email, extra),) = rows(tmp_path, "email, _extra")
    assert email == wanted
    assert json.loads(extra) == {"people": [{"n": 1}]}
    everything = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"xample.com" not in everything
    assert b"0612345678" not in everything
    with pytest.raises(SettingMissing, match="RIVAGE_PRIVACY_SALT"):
        land(tmp_path, page(sent), stream=stream)


def test_a_full_disk_is_named_and_lands_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module.os, "fsync", full)
    with pytest.raises(DiskFull, match="No space left"):
        land(tmp_path, page(record("1", "2026-09-01")))
    assert not list(tmp_path.rglob("*.json"))


def test_memory_does_not_grow_with_the_number_of_pages(tmp_path: Path) -> None:
    def peak(pages: int) -> int:
        many = (
            page(*(record(f"{n}-{i}", "2026-09-01") for i in range(200)), number=n)
            for n in range(pages)
        )
        tracemalloc.start()
        writer.write(
            TOY, ACCOUNT, DAYS, many, store=Store(tmp_path / str(pages), tmp_path), salt=None,
            pulled_at=T0,
        )  # fmt: skip
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(2)  # imports
    assert peak(200) < 2 * peak(20)


def test_files_keep_their_nested_columns_and_children(tmp_path: Path) -> None:
    stream = Stream(
        name="toy__files", connector="toy", endpoint="*.parquet", doc="Files.", keys=("id",),
        window=Daily(day="cast(day as date)", days_per_request=1),
        columns=(
            Column("id", required=True), Column("day", required=True), Column("user_id"),
            Column("device", type="STRUCT(category VARCHAR)"), Column("absent", type="BIGINT"),
        ),
        personal=(Personal("user_id", "hash"), Personal("device.vendor_id", "drop")),
    )  # fmt: skip
    source = tmp_path / "events.parquet"
    duckdb.sql(
        "copy (select '1' as id, '2026-09-01' as day, 'me@x.fr' as user_id, "
        "{'category': 'mobile', 'vendor_id': 'V', 'model': 'M'} as device, 5 as brand_new) "
        f"to '{source}' (format parquet)"
    )
    landed = land(tmp_path, Files(DAYS, (source,), "1"), stream=stream, salt=SALT)
    found = duckdb.sql(
        f"select user_id, device, absent, _extra from '{tmp_path}/toy/*/*/*/*.parquet'"
    ).fetchall()
    assert found[0][1] == {"category": "mobile", "vendor_id": None, "model": "M"}
    assert len(found[0][0]) == 64
    assert found[0][2] is None
    assert json.loads(found[0][3]) == {"brand_new": 5}
    assert landed.manifests[0].undeclared == ("brand_new",)


def test_landing_works_on_an_object_store(tmp_path: Path) -> None:
    store = Store("memory://landing-test", tmp_path)
    landed = writer.write(
        TOY, ACCOUNT, DAYS, [page(record("1", "2026-09-01"))], store=store, salt=None, pulled_at=T0
    )
    keys = sorted(store.manifests())
    assert len(keys) == 3
    assert Manifest.from_json(store.read_text(keys[0])) == landed.manifests[0]
    assert duckdb.sql(
        f"select spend from '{store.fetch(str(landed.manifests[0].object))}'"
    ).fetchall()
    assert store.newest(keys[0].rsplit("/", 1)[0]) == keys[0]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), max_size=12))
def test_every_record_lands_exactly_once(pairs: list[tuple[int, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        landed = land(
            at, page(*(record(str(i), f"2026-09-0{d}", f"{n}") for n, (i, d) in enumerate(pairs)))
        )
        assert sum(m.rows for m in landed.manifests) == len(pairs)
        if pairs:
            assert {r[0] for r in rows(at, "spend")} == {str(n) for n in range(len(pairs))}
