"""Which days are published follows from the sources that are configured and granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rivage.connectors.base import Account, Page
from rivage.duck import connect
from rivage.landing import writer
from rivage.landing.refusals import EVERY, Refusal
from rivage.landing.store import Store
from rivage.streams import Changes, Column, Daily, Snapshot, Stream
from rivage.warehouse import access as access_rules
from rivage.warehouse import ledger, load
from rivage.warehouse.access import Access
from rivage.warehouse.marts import Mart
from rivage.windows import Window

AT = datetime(2026, 9, 20, 6, tzinfo=UTC)
SHOP = Account("1", "One", "Europe/Paris", "EUR")
ID = (Column("id", required=True), Column("day", required=True))
ADS = Stream(
    name="tiktok_ads__toy_daily", connector="tiktok_ads", endpoint="", doc="", keys=("id",),
    window=Daily("cast(day as date)", 30), columns=ID,
)  # fmt: skip
POSTS = replace(
    ADS, name="tiktok_organic__toy_daily", connector="tiktok_organic", required=False, latency=2
)
SALES = replace(
    ADS, name="shopify__toy", connector="shopify", window=Changes("day", "cast(day as date)", 30)
)
SHOP_SALES = replace(
    SALES, name="tiktok_shop__toy", connector="tiktok_shop", required=False,
    stands_in_for="shopify__toy",
)  # fmt: skip
NAMES = replace(ADS, name="tiktok_creators__toy", connector="tiktok_creators", window=Snapshot())
RATES = replace(ADS, name="ecb__toy", connector="ecb", required=False)
STREAMS = [ADS, POSTS, SALES, SHOP_SALES, NAMES, RATES]


def day(number: int) -> date:
    return date(2026, 9, number)


def land(at: Path, stream: Stream, last: int, hours: int = 0) -> None:
    """Days 1 to `last` of a stream, without rows."""
    writer.write(
        stream, SHOP, Window(day(1), day(last)), [Page([], "r", "v", 1, 1)],
        store=Store(at, at / "scratch"), salt=None, pulled_at=AT + timedelta(hours=hours),
    )  # fmt: skip


def horizon(at: Path, *sources: str, refused: tuple[Refusal, ...] = ()) -> date | None:
    """The last day that marts show, with these sources configured."""
    with connect(at / "warehouse.duckdb") as db:
        load.load_all(
            db, Store(at, at / "scratch"), STREAMS, (), Access(frozenset(sources), refused)
        )
        return ledger.horizon(db)


def refusal(stream: Stream, hours: int) -> Refusal:
    return Refusal(stream.name, SHOP.id, AT + timedelta(hours=hours), "some.scope", "no", "ask")


def test_marts_wait_for_what_they_are_made_of(tmp_path: Path) -> None:
    land(tmp_path, ADS, 10)
    land(tmp_path, SALES, 8)
    land(tmp_path, POSTS, 5)
    assert horizon(tmp_path, "tiktok_ads", "shopify", "tiktok_organic") == day(8)


def test_a_source_that_is_taken_away_holds_nothing_back(tmp_path: Path) -> None:
    land(tmp_path, ADS, 10)
    land(tmp_path, SALES, 8)
    assert horizon(tmp_path, "tiktok_ads", "shopify") == day(8)
    assert horizon(tmp_path, "tiktok_ads") == day(10)
    with connect(tmp_path / "warehouse.duckdb") as db:
        kept = db.execute(
            "select access, covered_to, stale from ledger.stream_status where stream like 'shop%'"
        ).fetchone()
    assert kept == ("not configured", day(8), False)


def test_a_refusal_holds_nothing_back_until_the_stream_lands_again(tmp_path: Path) -> None:
    land(tmp_path, ADS, 10)
    land(tmp_path, SALES, 8)
    both = ("tiktok_ads", "shopify")
    assert horizon(tmp_path, *both, refused=(refusal(SALES, hours=1),)) == day(10)
    every = replace(refusal(SALES, hours=1), account_id=EVERY)
    assert horizon(tmp_path, *both, refused=(every,)) == day(10)
    # A refusal of before the last pull says nothing any more.
    assert horizon(tmp_path, *both, refused=(refusal(SALES, hours=-1),)) == day(8)


@pytest.mark.parametrize(
    ("landed", "expected"),
    [
        ([(SHOP_SALES, 7), (POSTS, 9)], day(7)),  # stands in for the shop that is not there
        ([(POSTS, 6)], day(6)),  # two days late by nature, but there is nothing to wait for
        ([(NAMES, 4)], day(4)),  # lists alone
        ([(RATES, 9)], day(9)),
        ([(RATES, 9), (POSTS, 6)], day(6)),  # rates alone decide nothing
    ],
)
def test_any_source_alone_has_days(
    tmp_path: Path, landed: list[tuple[Stream, int]], expected: date
) -> None:
    for stream, last in landed:
        land(tmp_path, stream, last)
    assert horizon(tmp_path, *(stream.connector for stream, _ in landed)) == expected


def test_a_process_without_access_takes_what_landed_for_configured(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rivage.settings import Settings

    monkeypatch.chdir(home.parent)
    alone = access_rules.of(Settings(), {"tiktok_ads", "shopify"})
    assert alone.sources == {"tiktok_ads", "shopify", "ecb"}
    monkeypatch.setenv("RIVAGE_SOURCES", "tiktok_ads")
    assert access_rules.of(Settings(), {"tiktok_ads", "shopify"}).sources == {"tiktok_ads"}


def test_a_mart_is_unanswered_until_one_of_each_group_has_landed() -> None:
    mart = Mart("m", "", "", "", (), "", (), needs=(("a",), ("b", "c")))
    assert access_rules.unanswered([mart], {"a"}) == ["m"]
    assert access_rules.unanswered([mart], {"b", "c"}) == ["m"]
    assert access_rules.unanswered([mart], {"a", "c"}) == []
