"""Forget one customer: their rows leave landing and stay out; nobody else's do."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.connectors.base import Account, Files, Page
from rivage.duck import connect
from rivage.errors import PersonUnclear, SettingMissing
from rivage.landing import forget as landing
from rivage.landing import tombstones, writer
from rivage.landing.manifest import Manifest
from rivage.landing.person import person_of
from rivage.landing.personal import hashed
from rivage.landing.retention import ABANDONED_SECONDS, clean
from rivage.landing.store import Store
from rivage.streams import Changes, Column, Daily, Personal, PersonKey, Stream, all_streams
from rivage.warehouse import ledger, load
from rivage.warehouse.access import Access
from rivage.windows import Window
from tests.conftest import Pipeline
from tests.simulated import SALT, rivage

ACCOUNT = Account("1", "One", "Europe/Paris", "EUR")
T0 = datetime(2026, 9, 10, 6, tzinfo=UTC)
DAY = Window(date(2026, 9, 1), date(2026, 9, 1))

ORDERS = Stream(
    name="toy__orders", connector="toy", endpoint="", doc="", keys=("id",),
    window=Changes("changed", "cast(changed[:10] as date)", 30),
    personal=(Personal("email", "hash"),),
    person=(
        PersonKey("email", "email_sha256"), PersonKey("customer", "customer->>'$.id'"),
        PersonKey("order", "id"), PersonKey("order", "name", finds=False),
    ),
    columns=(
        Column("id", required=True), Column("name"), Column("changed", required=True),
        Column("email_sha256", "email"), Column("customer", type="JSON"),
    ),
)  # fmt: skip
EVENTS = Stream(
    name="toy__events", connector="toy", endpoint="", doc="", keys=("browser", "nth"),
    window=Daily("cast(day as date)", 30),
    person=(PersonKey("order", "bought->>'$[*]'", many=True), PersonKey("browser", "browser")),
    columns=(
        Column("browser"), Column("day", required=True), Column("nth", type="BIGINT"),
        Column("bought", type="JSON"),
    ),
)  # fmt: skip
RETURNS = Stream(
    name="toy__returns", connector="toy", endpoint="", doc="", keys=("id",),
    window=Daily("cast(day as date)", 30), person=(PersonKey("order", "order_id"),),
    columns=(Column("id", required=True), Column("day", required=True), Column("order_id")),
)  # fmt: skip
STREAMS = [ORDERS, EVENTS, RETURNS]


def order(number: int, email: str | None, customer: int | None, **more: Any) -> dict[str, Any]:
    who = {"id": f"gid://shopify/Customer/{customer}"} if customer else None
    return {
        "id": f"gid://shopify/Order/{number}", "name": f"#{number}",
        "changed": "2026-09-01T10:00:00Z", "email": email, "customer": who,
    } | more  # fmt: skip


def event(browser: str | None, nth: int, *bought: str) -> dict[str, Any]:
    return {"browser": browser, "day": "2026-09-01", "nth": nth, "bought": list(bought)}


def refund(id_: str, order_id: str) -> dict[str, Any]:
    return {"id": id_, "day": "2026-09-01", "order_id": order_id}


ANNA = (
    order(1001, "Anna@mail.example", 900001),
    order(1002, "anna.other@mail.example", 900001, surprise={"left": "as it is"}),
)
BEN = (order(1003, "ben@mail.example", 900003, surprise={"x": 1}), order(1004, None, None))
WEB = (
    event("b.71.anna", 1), event("b.71.anna", 2, "#1001"), event("b.71.anna", 3, "#1003"),
    event("b.72.ben", 4), event("b.72.ben", 5, "#1004"), event(None, 6, "(not set)"),
)  # fmt: skip
BACK = (refund("r1", "gid://shopify/Order/1002"), refund("r2", "gid://shopify/Order/1003"))


def store_at(at: Path) -> Store:
    return Store(at / "landing", at / "scratch")


def land(at: Path, stream: Stream, *records: dict[str, Any], hours: int = 0) -> writer.Landed:
    copies = json.loads(json.dumps(records))
    return writer.write(
        stream, ACCOUNT, DAY, [Page(copies, "r", "v", 1, 1)], store=store_at(at), salt=SALT,
        pulled_at=T0 + timedelta(hours=hours),
    )  # fmt: skip


@pytest.fixture
def at(tmp_path: Path) -> Path:
    """Everybody's rows, landed twice: the second pull names the first one's objects."""
    for hours in (0, 1):
        land(tmp_path, ORDERS, *ANNA, *BEN, hours=hours)
        land(tmp_path, EVENTS, *WEB, hours=hours)
        land(tmp_path, RETURNS, *BACK, hours=hours)
    return tmp_path


def forget(at: Path, customer: str = "anna@mail.example") -> tombstones.Tombstone:
    stone, _ = landing.forget(
        store_at(at), STREAMS, person_of(customer, SALT), salt=SALT, now=T0 + timedelta(days=1)
    )
    return landing.finish(store_at(at), stone)


def rows(at: Path, stream: Stream, columns: str) -> list[tuple[Any, ...]]:
    """Rows of all objects that a manifest names."""
    store, found = store_at(at), set()
    for key in store.manifests():
        manifest = Manifest.from_json(store.read_text(key))
        if manifest.stream == stream.name and manifest.object:
            assert store.intact(manifest.object, manifest.sha256)
            count = duckdb.sql(f"select count(*) from '{store.fetch(manifest.object)}'").fetchone()
            assert count == (manifest.rows,)
            found.add(str(store.fetch(manifest.object)))
    if not found:
        return []
    return duckdb.sql(
        f"select {columns} from read_parquet({sorted(found)}) order by all"
    ).fetchall()


def tree(at: Path) -> dict[str, bytes]:
    root = at / "landing"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*")) if path.is_file()
    }  # fmt: skip


def test_all_of_a_persons_rows_go_and_nobody_elses(at: Path) -> None:
    stone = forget(at)
    assert rows(at, ORDERS, "name, _extra") == [("#1003", '{"surprise":{"x":1}}'), ("#1004", None)]
    # The browser's events go whole; the order somebody else made in it does not.
    assert rows(at, EVENTS, "nth") == [(4,), (5,), (6,)]
    assert rows(at, RETURNS, "id") == [("r2",)]
    assert sorted(stone.rows.values()) == [1, 2, 3]
    assert stone.done


@pytest.mark.parametrize("customer", ["900001", "gid://shopify/Customer/900001", " 900001 "])
def test_a_customer_id_finds_the_same_rows_as_the_address(at: Path, customer: str) -> None:
    forget(at, customer)
    assert rows(at, ORDERS, "name") == [("#1003",), ("#1004",)]
    assert rows(at, EVENTS, "nth") == [(4,), (5,), (6,)]


def test_no_object_is_left_that_no_manifest_names(at: Path) -> None:
    forget(at)
    store = store_at(at)
    named = {Manifest.from_json(store.read_text(key)).object for key in store.manifests()}
    assert set(store.keys("toy", ".parquet")) == named


def test_a_later_pull_does_not_bring_the_person_back(at: Path) -> None:
    forget(at)
    land(at, ORDERS, *ANNA, *BEN, order(1009, "anna@mail.example", None), hours=30)
    landed = land(at, EVENTS, *WEB, hours=30)
    assert rows(at, ORDERS, "distinct name") == [("#1003",), ("#1004",)]
    assert rows(at, EVENTS, "distinct nth") == [(4,), (5,), (6,)]
    assert landed.manifests[0].notes == ("3 rows of forgotten persons were left out",)


def test_delivered_files_are_filtered_too(at: Path, tmp_path: Path) -> None:
    forget(at)
    path = tmp_path / "delivered.parquet"
    duckdb.sql(
        "copy (select * from (values ('b.71.anna', '2026-09-01', 1::bigint, '[\"#1001\"]'::json), "
        f"('b.72.ben', '2026-09-01', 7, null)) as t(browser, day, nth, bought)) to '{path}'"
    )
    writer.write(
        EVENTS, ACCOUNT, DAY, [Files(DAY, (path,), "v2")], store=store_at(at), salt=SALT,
        pulled_at=T0 + timedelta(hours=40),
    )  # fmt: skip
    assert rows(at, EVENTS, "nth") == [(4,), (5,), (6,), (7,)]


def test_forgetting_twice_changes_nothing_more(at: Path) -> None:
    forget(at)
    before = tree(at)
    stone = forget(at)
    assert tree(at) == before
    assert sorted(stone.rows.values()) == [1, 2, 3]


def test_nothing_in_the_tombstone_tells_who_it_was(at: Path) -> None:
    stone = forget(at)
    text = (at / "landing" / stone.key).read_text()
    clear = ("anna", "900001", "1001", "b.71.anna", SALT, hashed("anna@mail.example", SALT))
    assert [word for word in clear if word in text.lower()] == []


class Died(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("step", range(12))
def test_killed_at_any_step_and_run_again_ends_the_same(
    at: Path, tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(at / "landing", undisturbed / "landing")
    forget(undisturbed)
    count = 0

    def dying(real: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*args: Any, **kwargs: Any) -> None:
            nonlocal count
            count += 1
            if count > step:
                raise Died
            real(*args, **kwargs)

        return wrapped

    with monkeypatch.context() as patch:
        for name in ("put", "replace_text", "delete"):
            patch.setattr(Store, name, dying(getattr(Store, name)))
        with pytest.raises(Died):
            forget(at)
    forget(at)
    assert tree(at) == tree(undisturbed)


def test_what_a_killed_pull_left_behind_is_searched_too(at: Path) -> None:
    store = store_at(at)
    (kept, *_) = store.keys("toy/toy__orders", ".parquet")
    orphan = kept.replace(".parquet", "0.parquet")
    shutil.copy(store.fetch(kept), store.fetch(orphan))
    spool = at / "landing" / ".tmp" / "dead"
    spool.mkdir(parents=True)
    (spool / "in-use").touch()
    (spool / "records.ndjson").write_text("{}")
    with store.spool() as living:
        forget(at)
        assert living.is_dir()
    assert not spool.exists()
    assert orphan not in store.keys("toy", ".parquet")


def test_upkeep_keeps_the_objects_a_person_was_taken_out_of(at: Path) -> None:
    forget(at)
    store = store_at(at)
    old = T0.timestamp() - ABANDONED_SECONDS
    for key in store.keys("toy", ".parquet"):
        os.utime(store.fetch(key), (old, old))
    assert clean(store) == []
    assert len(rows(at, ORDERS, "id")) == 2


def test_values_that_many_share_lead_to_nobody_else(tmp_path: Path) -> None:
    land(
        tmp_path, ORDERS, order(1001, "", 900001), order(1002, "", 900002),
        order(1003, "anna@mail.example", 900001),
    )  # fmt: skip
    land(tmp_path, EVENTS, event("b.1", 1, "#1003", "(not set)"), event("b.2", 2, "(not set)"))
    forget(tmp_path)
    assert rows(tmp_path, ORDERS, "name") == [("#1002",)]
    assert rows(tmp_path, EVENTS, "nth") == [(2,)]


def test_a_person_nobody_knows_yet_is_kept_out_all_the_same(tmp_path: Path) -> None:
    assert forget(tmp_path, "new@mail.example").rows == {}
    land(tmp_path, ORDERS, order(1, "new@mail.example", 77777), order(2, "x@mail.example", 88888))
    assert rows(tmp_path, ORDERS, "name") == [("#2",)]


def test_another_salt_stops_landing_instead_of_letting_people_back(at: Path) -> None:
    forget(at)
    with pytest.raises(SettingMissing, match="RIVAGE_PRIVACY_SALT"):
        writer.write(
            EVENTS, ACCOUNT, DAY, [Page([], "r", "v", 1, 1)], store=store_at(at),
            salt=f"another, not {SALT}", pulled_at=T0 + timedelta(days=2),
        )  # fmt: skip


@pytest.mark.parametrize("text", ["", "anna", "12", "gid://shopify/Order/1", "a b@c.example"])
def test_what_names_no_customer_is_refused(text: str) -> None:
    with pytest.raises(PersonUnclear):
        person_of(text, SALT)


def test_the_next_build_is_another_one_and_reads_every_window(at: Path, tmp_path: Path) -> None:
    def build_id() -> str:
        with connect(tmp_path / "w.duckdb") as db:
            load.load_all(db, store_at(at), STREAMS)
            return ledger.build_id(db, "project", Access(frozenset()))

    before = build_id()
    (tmp_path / "w.duckdb").unlink()
    forget(at)
    assert build_id() != before
    with connect(tmp_path / "w.duckdb") as db:
        assert db.execute("select count(*) from landing.toy__orders").fetchone() == (2,)
        assert db.execute("select count(*) from landing.toy__events").fetchone() == (3,)


NO_CUSTOMER = {
    "inputs__creator_contracts": "creators",
    "inputs__outreach": "creators",
    "tiktok_creators__": "creators",
    "tiktok_organic__": "TikTok users who posted or commented; no shop customer is known by it",
    "tiktok_shop__live_sessions": "hosts",
    "tiktok_shop__video_daily": "creators",
    "tiktok_ads__": "the account's own staff",
}


def test_every_stream_that_hashes_a_person_says_how_to_find_them() -> None:
    silent = [
        stream.name for stream in all_streams().values()
        if any(field.action == "hash" for field in stream.personal) and not stream.person
    ]  # fmt: skip
    assert [n for n in silent if not n.startswith(tuple(NO_CUSTOMER))] == []


@pytest.mark.pipeline
@pytest.mark.timeout(600)
def test_marts_no_longer_count_the_person_and_the_proof_finds_nothing(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(pipeline.next, home, symlinks=True)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as db:
        ((customer, orders, gross),) = db.execute(
            "select customer->>'$.id', count(*), "
            "sum(cast(totalPriceSet->>'$.shopMoney.amount' as decimal(18, 4))) "
            "from landing.shopify__orders where not test and cancelledAt is null "
            "and customer is not null and name in "
            "(select ecommerce.transaction_id from landing.ga4_export__events) "
            "group by all having count(*) = 1 order by 1 limit 1"
        ).fetchall()

    def total() -> tuple[int, Decimal]:
        with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as db:
            row = db.execute(
                "select sum(orders), sum(gross_revenue) from attr_channel_daily "
                "where model = 'last_touch'"
            ).fetchone()
        assert row is not None
        return int(row[0]), row[1]

    before = total()
    seen = rivage(home, pipeline.sandbox, "forget", customer, "--prove", "--json", check=False)
    assert seen.returncode == 5
    done = json.loads(rivage(home, pipeline.sandbox, "forget", customer, "--json").stdout)
    assert done["rows"]["shopify__orders"] >= 1
    assert done["rows"]["ga4_export__events"] >= 1
    assert sum(look["looked_at"] for look in done["looks"]) > 10_000
    assert [look for look in done["looks"] if look["found"]] == []
    after = total()
    assert (before[0] - after[0], before[1] - after[1]) == (orders, gross)

    rivage(home, pipeline.sandbox, "pull", *pipeline.next_day, "--stream", "shopify__orders",
           "--stream", "ga4_export__events")  # fmt: skip
    rivage(home, pipeline.sandbox, "build")
    again = rivage(home, pipeline.sandbox, "forget", customer, "--prove", "--json")
    assert [look for look in json.loads(again.stdout)["looks"] if look["found"]] == []
