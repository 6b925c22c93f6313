"""Bulk operations, the journey and products, read from the simulated shop."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from rivage.connectors import shopify, shopify_bulk
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.shopify import Shopify
from rivage.connectors.shopify_lines import BulkUseless, Lines
from rivage.connectors.shopify_query import bulk_query, orders_of
from rivage.errors import RateLimited, ResponseTruncated, ScopeMissing
from rivage.streams import stream
from rivage.windows import Window
from tests.simulated import Sandbox, sandbox

ORDERS, PRODUCTS = stream("shopify__orders"), stream("shopify__products")
WINDOW = Window(date(2026, 9, 1), date(2026, 9, 6))
NOW = "2026-09-16T06:00:00Z"
Connect = Callable[..., Shopify]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    home = tmp_path_factory.mktemp("shop")
    with sandbox(home, "--size", "tiny", "--days", "20", "--now", NOW) as brand:
        yield brand


@pytest.fixture
def brand(running: Sandbox) -> Iterator[Sandbox]:
    running.control("PUT", "settings", {"shopify_restore_rate": 100_000, "shopify_bulk_seconds": 0})
    running.control("DELETE", "requests")
    yield running
    running.control("DELETE", "settings")
    running.control("DELETE", "faults")
    running.control("POST", "clock", {"now": NOW})


@pytest.fixture
def connect(brand: Sandbox, configure: Callable[..., Any], slept: list[float]) -> Connect:
    def build(**own: Any) -> Shopify:
        known = {"base_url": brand.env["RIVAGE_SHOPIFY_BASE_URL"],
                 "access_token": brand.env["RIVAGE_SHOPIFY_ACCESS_TOKEN"]}  # fmt: skip
        settings = configure(shopify={**known, **own}, read_timeout=20)
        session = HttpSession(settings, retries=Retries(attempts=4), sleep=slept.append)
        return Shopify(
            settings, session, now=lambda: datetime(2026, 9, 16, 6, tzinfo=UTC), sleep=_short
        )

    return build


def _short(_: float) -> None:
    os.sched_yield()


def read(connector: Shopify, window: Window = WINDOW) -> tuple[dict[str, Any], list[str]]:
    (shop,) = connector.accounts()
    pages = list(connector.pages(ORDERS, shop, window))
    records = {record["id"]: record for page in pages for record in page.records}
    assert len(records) == sum(len(page.records) for page in pages)
    return records, [note for page in pages for note in page.notes]


@pytest.fixture
def paged(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    with monkeypatch.context() as patch:
        patch.setattr(shopify, "BULK_FROM_DAYS", 99)
        records, notes = read(connect())
    assert (len(records) > 80, notes) == (True, [])
    return records


def calls_to_files(brand: Sandbox) -> int:
    counts: dict[str, int] = brand.control("GET", "requests")["counts"]
    return sum(count for place, count in counts.items() if "bulk-operation-outputs" in place)


def test_a_bulk_operation_brings_exactly_what_pages_bring(
    connect: Connect, brand: Sandbox, paged: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_bulk, "PIECE", 50_000)
    records, notes = read(connect())
    assert records == paged  # lines were shuffled, children came before their parents
    assert notes == []
    assert calls_to_files(brand) > 3
    assert any(order["refunds"] for order in records.values())
    assert all(
        "refundLineItems" in refund for order in records.values() for refund in order["refunds"]
    )


@pytest.mark.parametrize(
    ("switch", "reason"),
    [
        ({"shopify_bulk_outcome": "FAILED"}, "FAILED INTERNAL_SERVER_ERROR, with a partial file"),
        ({"shopify_bulk_outcome": "SHORT"}, "objectCount is"),
        ({"shopify_bulk_at_once": 0}, "LIMIT_REACHED"),
    ],
)
def test_a_bulk_operation_that_is_not_whole_is_read_in_pages(
    connect: Connect, brand: Sandbox, paged: dict[str, Any], switch: dict[str, Any], reason: str
) -> None:
    brand.control("PUT", "settings", switch)
    records, notes = read(connect())
    assert records == paged
    assert len(notes) == 1
    assert reason in notes[0]


def test_one_operation_at_a_time_leads_to_pages(
    connect: Connect, brand: Sandbox, paged: dict[str, Any]
) -> None:
    brand.control("PUT", "settings", {"shopify_bulk_at_once": 1, "shopify_bulk_seconds": 600})
    connector = connect()
    order, _ = orders_of(ORDERS)
    connector._bulk._start(bulk_query(order, "created_at:>='2026-09-05T00:00:00Z'"))
    records, notes = read(connector)
    assert records == paged
    assert "OPERATION_IN_PROGRESS" in notes[0]


def test_no_orders_give_no_file_and_an_empty_window(connect: Connect, brand: Sandbox) -> None:
    records, notes = read(connect(), Window(date(2026, 8, 20), date(2026, 8, 26)))
    assert (records, notes) == ({}, [])
    assert calls_to_files(brand) == 0


@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "cut_body", "html_504"])
def test_a_disturbed_download_goes_on_where_it_was(
    connect: Connect, brand: Sandbox, paged: dict[str, Any], kind: str
) -> None:
    brand.control(
        "PUT", "faults", [{"match": "*bulk-operation-outputs*", "kind": kind, "times": 1}]
    )
    records, notes = read(connect())
    assert (records, notes) == (paged, [])


def test_lines_without_their_order_are_not_used(tmp_path: Path) -> None:
    lines = Lines(orders_of(ORDERS)[0], tmp_path, 100)
    lines.feed(b'{"id":"gid://shopify/LineItem/1","__parentId":"gid://shopify/Order/9"}\n')
    lines.feed(b'{"id":"gid://shopify/Or')
    lines.feed(b'der/1"}')
    lines.end()
    with pytest.raises(BulkUseless, match="without the order"):
        lines.verify({"objectCount": "2", "rootObjectCount": "1"})
    with pytest.raises(BulkUseless, match="rootObjectCount is 2"):
        lines.verify({"objectCount": "2", "rootObjectCount": "2"})
    lines.close()


@pytest.mark.parametrize("days", [1, 6])
def test_a_denied_field_fails_the_whole_answer(connect: Connect, brand: Sandbox, days: int) -> None:
    brand.control("PUT", "settings", {"shopify_denied_fields": ["email"]})
    with pytest.raises(ScopeMissing, match=r"orders\.nodes\.0\.email"):
        read(connect(), Window(date(2026, 9, 1), date(2026, 9, days)))


def test_throttling_with_http_200_is_waited_for(
    connect: Connect, brand: Sandbox, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify, "BULK_FROM_DAYS", 99)
    brand.control("PUT", "faults", [{"match": "*graphql*", "contains": ["Orders("],
                                     "kind": "rate_limit", "times": 2}])  # fmt: skip
    records, _ = read(connect())
    assert len(records) > 80
    assert len(slept) == 2
    brand.control("PUT", "faults", [{"match": "*graphql*", "kind": "rate_limit"}])
    with pytest.raises(RateLimited):
        read(connect())


def test_a_journey_that_was_not_ready_is_read_again(connect: Connect, brand: Sandbox) -> None:
    one_day = Window(date(2026, 9, 5), date(2026, 9, 5))

    def ready() -> dict[str, bool]:
        found, _ = read(connect(), one_day)
        return {
            gid: order["customerJourneySummary"]["ready"]
            for gid, order in found.items()
            if order["customerJourneySummary"] and not order["refunds"]
        }

    brand.control("POST", "clock", {"now": "2026-09-05T20:00:00Z"})
    early = ready()
    waiting = {gid for gid, done in early.items() if not done}
    assert waiting
    brand.control("POST", "clock", {"now": "2026-09-06T06:00:00Z"})
    later = ready()
    assert all(later[gid] for gid in waiting)
    assert ORDERS.lookback.days >= 1  # an ordinary run reads that day once more


def test_tags_of_a_headless_shop_come_from_cart_attributes(paged: dict[str, Any]) -> None:
    tagged = [
        {pair["key"]: pair["value"] for pair in order["customAttributes"]}
        for order in paged.values()
    ]
    assert any("utm_campaign" in one and "ttclid" in one for one in tagged)
    assert any("how_did_you_hear" in one or "Comment nous avez-vous connus ?" in one
               for one in tagged)  # fmt: skip


def test_products_come_with_the_cost_of_a_unit(connect: Connect) -> None:
    connector = connect(page_size=3)
    (shop,) = connector.accounts()
    pages = list(connector.pages(PRODUCTS, shop, Window(date(2026, 9, 7), date(2026, 9, 7))))
    assert [len(page.records) for page in pages] == [3, 3, 2]
    variants = [v for page in pages for p in page.records for v in p["variants"]["nodes"]]
    costs = [variant["inventoryItem"]["unitCost"] for variant in variants]
    assert costs.count(None) == 1  # nobody filled it in
    assert {cost["currencyCode"] for cost in costs if cost} == {"EUR"}


def test_the_signed_link_is_kept_out_of_logs(
    connect: Connect, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level("DEBUG")
    read(connect())
    assert "bulk-operation-outputs" in caplog.text
    assert "Signature=" not in caplog.text


@pytest.mark.parametrize("stream", [ORDERS, PRODUCTS], ids=["orders", "products"])
def test_an_emptied_list_is_asked_for_again(
    connect: Connect, brand: Sandbox, stream: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify, "BULK_FROM_DAYS", 99)
    connector = connect()
    (shop,) = connector.accounts()
    texts = ["Orders(" if stream is ORDERS else "Products("]
    emptied = {"match": "*graphql*", "contains": texts, "kind": "empty"}
    brand.control("PUT", "faults", [{**emptied, "times": 1}])
    assert sum(len(page.records) for page in connector.pages(stream, shop, WINDOW)) > 7
    brand.control("PUT", "faults", [emptied])
    with pytest.raises(ResponseTruncated, match="announced"):
        list(connector.pages(stream, shop, WINDOW))
