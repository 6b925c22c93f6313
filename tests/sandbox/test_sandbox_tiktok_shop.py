"""The Shop gateway, its searches and analytics, over one world."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from sandbox.tiktok_shop.gateway import Call as Received
from sandbox.tiktok_shop.gateway import signature
from sandbox.world import shop_plan
from sandbox.world.shop_orders import NORMAL

SHOPS = "/authorization/202309/shops"
ORDERS = "/order/202309/orders/search"
RETURNS = "/return_refund/202602/returns/search"
CANCELLATIONS = "/return_refund/202602/cancellations/search"
AFFILIATES = "/affiliate_seller/202410/orders/search"
PERFORMANCE = "/analytics/202609/shop/performance"
Shop = Callable[..., dict[str, Any]]


def signed(secret: str, path: str, query: dict[str, str], body: bytes) -> str:
    """Written from the API's own description, apart from both implementations."""
    text = path + "".join(name + query[name] for name in sorted(query)) + body.decode()
    return hmac.new(secret.encode(), f"{secret}{text}{secret}".encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def token(box: Sandbox, client: TestClient) -> str:
    box.settings.tiktok_shop_qps = 0
    return str(refreshed(box, client)["data"]["access_token"])


def refreshed(box: Sandbox, client: TestClient, **changes: str) -> dict[str, Any]:
    known = box.credentials
    query = {
        "app_key": known.tiktok_shop_app_key, "app_secret": known.tiktok_shop_app_secret,
        "refresh_token": known.tiktok_shop_refresh_token, "grant_type": "refresh_token",
    } | changes  # fmt: skip
    return dict(client.get("/api/v2/token/refresh", params=query).json())


@pytest.fixture
def shop(box: Sandbox, client: TestClient, token: str) -> Shop:
    """One signed call; keyword arguments change what is sent after signing."""

    def ask(path: str, query: dict[str, str] | None = None, body: Any = None, *,
            method: str = "", cipher: str | None = shop_plan.SHOP_CIPHER, sign: str = "",
            sent: bytes | None = None, access: str | None = token,
            **changes: str) -> dict[str, Any]:  # fmt: skip
        raw = b"" if body is None else json.dumps(body).encode()
        full = {"app_key": box.credentials.tiktok_shop_app_key,
                "timestamp": str(int(time.time())), **(query or {}), **changes}  # fmt: skip
        if cipher and path != SHOPS:
            full["shop_cipher"] = cipher
        secret = box.credentials.tiktok_shop_app_secret
        full["sign"] = sign or signed(secret, path, full, raw)
        headers = {"content-type": "application/json"}
        if access:
            headers["x-tts-access-token"] = access
        answer = client.request(
            method or ("GET" if body is None else "POST"), path, params=full,
            content=raw if sent is None else sent, headers=headers,
        )  # fmt: skip
        return {"status": answer.status_code, "headers": answer.headers, **answer.json()}

    return ask


def everything(shop: Shop, path: str, name: str, body: dict[str, Any] | None = None,
               **query: str) -> list[dict[str, Any]]:  # fmt: skip
    found: list[dict[str, Any]] = []
    page = {"page_size": "20", **query}
    while True:
        answer = shop(path, page, body or {})
        assert answer["code"] == 0, answer
        found += answer["data"][name]
        if not answer["data"]["next_page_token"]:
            assert len(found) == answer["data"]["total_count"]
            return found
        page["page_token"] = answer["data"]["next_page_token"]


def test_the_official_signature_example_is_reproduced() -> None:
    call = Received("GET", SHOPS, {"app_key": "29a39d", "timestamp": "1623812664"}, {}, b"")
    expected = "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8"
    assert signature("e59af819cc", call) == expected


def test_the_gateway_refuses_in_its_own_order(shop: Shop) -> None:
    wrong = {"sign": "0" * 64, "access": "none", "timestamp": "1"}
    unknown = shop("/order/209901/orders/search", app_key="x", **wrong)
    assert (unknown["status"], unknown["code"]) == (404, 36009009)
    key = shop(SHOPS, app_key="x", **wrong)
    assert (key["status"], key["code"]) == (400, 36009004)
    assert key["message"] == "Invalid credentials. Invalid 'app_key' query parameter."
    late = shop(SHOPS, **wrong)
    assert (late["status"], late["code"]) == (400, 36009004)
    assert "timestamp" in late["message"]
    sign = shop(SHOPS, sign="0" * 64, access="none")
    assert (sign["status"], sign["code"]) == (401, 106001)
    assert sign["message"] == "Invalid credentials. The 'sign' query parameter is invalid."
    token = shop(SHOPS, access="none")
    assert (token["status"], token["code"]) == (400, 36009004)
    assert "x-tts-access-token" in token["message"]
    assert shop(ORDERS, {"page_size": "1"})["code"] == 36009010
    assert shop(SHOPS)["data"]["shops"][0]["cipher"] == shop_plan.SHOP_CIPHER


def test_the_signature_covers_the_very_bytes_of_the_body(shop: Shop) -> None:
    body = {"update_time_ge": 1789000000}
    assert shop(ORDERS, {"page_size": "1"}, body)["code"] == 0
    compact = json.dumps(body, separators=(",", ":")).encode()
    assert shop(ORDERS, {"page_size": "1"}, body, sent=compact)["code"] == 106001


@pytest.mark.parametrize(
    ("seconds", "code"), [(-295, 0), (-310, 36009004), (25, 0), (60, 36009004)]
)
def test_a_timestamp_is_good_from_five_minutes_ago_to_half_a_minute_ahead(
    shop: Shop, seconds: int, code: int
) -> None:
    assert shop(SHOPS, timestamp=str(int(time.time()) + seconds))["code"] == code


def test_the_cipher_is_wanted_exactly_where_a_shop_is_meant(shop: Shop) -> None:
    assert "shop_cipher" in shop(ORDERS, {"page_size": "1"}, {}, cipher=None)["message"]
    assert "shop_cipher" in shop(SHOPS, shop_cipher=shop_plan.SHOP_CIPHER)["message"]
    assert shop(ORDERS, {"page_size": "1"}, {}, cipher="GCP_other")["code"] == 12000000


def test_expired_tokens_missing_scopes_and_limits_have_their_statuses(
    box: Sandbox, shop: Shop
) -> None:
    box.settings.without_scopes = ["data.shop_analytics.public.read"]
    days = {"start_date_ge": "2026-09-20", "end_date_lt": "2026-09-21"}
    scope = shop(PERFORMANCE, days)
    assert (scope["status"], scope["code"]) == (401, 105005)
    assert shop(ORDERS, {"page_size": "1"}, {})["code"] == 0
    box.settings.tiktok_shop_tokens_valid_from = int(time.time()) + 5
    expired = shop(SHOPS)
    assert (expired["status"], expired["code"]) == (401, 105002)
    box.settings.tiktok_shop_tokens_valid_from = 0
    box.settings.tiktok_shop_qps = 1
    limited = [shop(SHOPS) for _ in range(3)][-1]
    assert (limited["status"], limited["code"]) == (429, 36009002)
    assert float(limited["headers"]["retry-after"]) > 0


def test_tokens_carry_absolute_expiry_epochs_and_older_refresh_tokens_stay_good(
    box: Sandbox, client: TestClient
) -> None:
    first = refreshed(box, client)["data"]
    assert 0 < first["access_token_expire_in"] - time.time() <= 604_800
    assert first["refresh_token_expire_in"] > time.time() + 90 * 365 * 86_400
    again = refreshed(box, client, refresh_token=first["refresh_token"])["data"]
    assert again["access_token"] != first["access_token"]
    assert refreshed(box, client)["code"] == 0
    assert refreshed(box, client, refresh_token="TTP_other")["code"] == 36004005
    assert refreshed(box, client, app_secret="other")["data"] is None


def test_an_auth_code_works_once(box: Sandbox, client: TestClient) -> None:
    known = box.credentials
    query = {"app_key": known.tiktok_shop_app_key, "app_secret": known.tiktok_shop_app_secret,
             "auth_code": known.tiktok_shop_auth_code, "grant_type": "authorized_code"}  # fmt: skip
    assert client.get("/api/v2/token/get", params=query).json()["code"] == 0
    assert client.get("/api/v2/token/get", params=query).json()["code"] == 36004004


def test_filters_are_read_only_from_the_body_and_paging_only_from_the_query(shop: Shop) -> None:
    since = int(datetime(2026, 9, 20, tzinfo=UTC).timestamp())
    whole = shop(ORDERS, {"page_size": "5"}, {})["data"]["total_count"]
    filtered = shop(ORDERS, {"page_size": "5"}, {"update_time_ge": since})["data"]
    assert 0 < filtered["total_count"] < whole
    misplaced = shop(ORDERS, {"page_size": "5", "update_time_ge": str(since)}, {})["data"]
    assert misplaced["total_count"] == whole
    first = shop(ORDERS, {"page_size": "5"}, {})["data"]
    lost = shop(ORDERS, {"page_size": "5"}, {"page_token": first["next_page_token"]})["data"]
    assert [one["id"] for one in lost["orders"]] == [one["id"] for one in first["orders"]]
    assert shop(ORDERS, {}, {"page_size": 5})["code"] == 36009004
    assert shop(ORDERS, {"page_size": "101"}, {})["code"] == 36009004


def test_every_order_comes_once_and_one_line_item_is_one_unit(box: Sandbox, shop: Shop) -> None:
    found = everything(shop, ORDERS, "orders", sort_field="update_time", sort_order="ASC")
    ids = [one["id"] for one in found]
    assert len(set(ids)) == len(ids)
    units = sum(
        int(orders.quantity[row].sum())
        for orders in (box.world.shop_orders(day) for day in range(box.last_day + 1))
        for row in range(len(orders))
        if orders.created[row] <= box.clock.epoch - box.settings.tiktok_shop_index_lag
    )
    assert sum(len(one["line_items"]) for one in found) == units
    twice = [Counter(line["sku_id"] for line in one["line_items"]) for one in found]
    assert any(count > 1 for each in twice for count in each.values())
    for one in found:
        if not one["is_sample_order"] and not one["is_replacement_order"]:
            total = sum(round(float(line["sale_price"]) * 100) for line in one["line_items"])
            assert total == round(float(one["payment"]["sub_total"]) * 100)


def test_orders_of_every_kind_exist_and_live_orders_name_their_room(
    box: Sandbox, shop: Shop
) -> None:
    box.clock.set(datetime(2026, 10, 20, 10, tzinfo=UTC))
    found = everything(shop, ORDERS, "orders")
    assert {"CANCELLED", "COMPLETED", "DELIVERED", "IN_TRANSIT", "AWAITING_SHIPMENT"} <= {
        one["status"] for one in found
    }
    assert any(one["is_sample_order"] for one in found)
    replaced = [one["replaced_order_id"] for one in found if one["is_replacement_order"]]
    assert replaced
    assert set(replaced) <= {one["id"] for one in found}
    rooms = {live.room_id for live in box.world.content.lives}
    named = {line["room_id"] for one in found for line in one["line_items"] if "room_id" in line}
    assert named
    assert named <= rooms


def test_the_truth_is_what_the_orders_and_returns_say(
    box: Sandbox, client: TestClient, shop: Shop
) -> None:
    truth = {one["order_id"]: one for one in client.get("/_sandbox/truth/shop_orders").json()}
    found = {one["id"]: one for one in everything(shop, ORDERS, "orders")}
    assert found.keys() == truth.keys()
    for order, told in ((found[one], truth[one]) for one in truth):
        assert round(float(order["payment"]["total_amount"]) * 100) == told["total_cents"]
        assert len(order["line_items"]) == told["units"]
        assert (order["status"] == "CANCELLED") == told["cancelled"]
        assert ("paid_time" in order) == told["paid"]
        assert told["counted"] <= (order["status"] not in ("CANCELLED", "UNPAID"))
        assert order["line_items"][0].get("room_id") == told["room_id"]
    refunds = {
        one["order_id"]: round(float(one["refund_amount"]["refund_total"]) * 100)
        for one in everything(shop, RETURNS, "return_orders")
        if one["return_status"] == "RETURN_OR_REFUND_REQUEST_COMPLETE"
    }
    assert refunds == {
        order: one["refunded_cents"] for order, one in truth.items() if one["refunded_at"]
    }


def test_an_order_moves_with_the_clock_and_nothing_later_shows(box: Sandbox, shop: Shop) -> None:
    before = {one["id"]: one for one in everything(shop, ORDERS, "orders")}
    box.clock.advance(6)
    after = {one["id"]: one for one in everything(shop, ORDERS, "orders")}
    assert set(before) < set(after)
    moved = [one for one in before if before[one]["status"] != after[one]["status"]]
    assert moved
    assert all(after[one]["update_time"] > before[one]["update_time"] for one in moved)
    assert all(one["update_time"] <= box.clock.epoch for one in after.values())


def test_an_update_time_may_lie_beyond_the_asked_range(box: Sandbox, shop: Shop) -> None:
    """The index trails: an order is found by its old time and shown with its new one."""
    found = everything(shop, ORDERS, "orders")
    change = max(
        one["update_time"] for one in found if one["update_time"] > one["create_time"] + 86_400
    )
    box.clock.set(datetime.fromtimestamp(change + 10, UTC))
    asked = {"update_time_ge": change - 40 * 86_400, "update_time_lt": change}
    found = everything(shop, ORDERS, "orders", asked)
    assert any(one["update_time"] >= asked["update_time_lt"] for one in found)


def test_returns_and_cancellations_belong_to_orders_and_refund_what_was_paid(
    box: Sandbox, shop: Shop
) -> None:
    box.clock.set(datetime(2026, 10, 20, 10, tzinfo=UTC))
    orders = {one["id"]: one for one in everything(shop, ORDERS, "orders")}
    returns = everything(shop, RETURNS, "return_orders", sort_field="update_time")
    assert {"REFUND", "RETURN_AND_REFUND", "REPLACEMENT"} == {one["return_type"] for one in returns}
    for one in returns:
        lines = {line["id"] for line in orders[one["order_id"]]["line_items"]}
        assert {line["order_line_item_id"] for line in one["return_line_items"]} <= lines
        if one["return_type"] != "REPLACEMENT":
            paid = float(orders[one["order_id"]]["payment"]["sub_total"])
            assert 0 < float(one["refund_amount"]["refund_total"]) <= paid
    cancelled = everything(shop, CANCELLATIONS, "cancellations")
    assert {one["cancel_type"] for one in cancelled} == {"CANCEL", "BUYER_CANCEL"}
    done = {one["order_id"] for one in cancelled if one["cancel_status"].endswith("COMPLETE")}
    assert done == {one["id"] for one in orders.values() if one["status"] == "CANCELLED"}


def test_affiliate_orders_earn_their_rate_and_settle_late(box: Sandbox, shop: Shop) -> None:
    box.clock.set(datetime(2026, 10, 25, 10, tzinfo=UTC))
    skus = [sku for one in everything(shop, AFFILIATES, "orders") for sku in one["skus"]]
    assert {"To-SETTLE", "SETTLED", "INELIGIBLE"} <= {sku["settlement_status"] for sku in skus}
    creators = {person.handle for person in box.world.content.creators}
    posts = {post.item_id for post in box.world.content.posts}
    for sku in skus:
        assert sku["creator_username"] in creators
        assert sku["content_type"] != "VIDEO" or sku["content_id"] in posts
        base = round(float(sku["estimated_commission_base"]["amount"]) * 100)
        organic = round(float(sku["estimated_paid_commission"]["amount"]) * 100)
        by_ads = round(float(sku["estimated_paid_shop_ads_commission"]["amount"]) * 100)
        assert organic in (0, base * int(sku["commission_rate"]) // 10_000)
        assert by_ads in (0, base * int(sku["shop_ads_commission_rate"]) // 10_000)
        assert not (organic and by_ads)
        if sku["settlement_status"] != "SETTLED":
            assert float(sku["actual_paid_commission"]["amount"]) == 0


def test_days_after_latest_available_date_come_as_zeros_and_are_none(
    box: Sandbox, shop: Shop
) -> None:
    today = box.clock.today("Europe/Paris")
    days = {"start_date_ge": str(today - timedelta(days=3)), "granularity": "1D",
            "end_date_lt": str(today + timedelta(days=1))}  # fmt: skip
    data = shop(PERFORMANCE, days)["data"]
    intervals = data["performance"]["intervals"]
    assert [one["start_date"] for one in intervals][-1] == str(today)
    assert data["latest_available_date"] < str(today)
    assert intervals[-1]["sales"]["orders_count"] == 0
    placed = box.world.shop_orders(box.today)
    assert ((placed.kind == NORMAL) & (placed.created <= box.clock.epoch)).any()
    box.clock.advance(3)
    later = shop(PERFORMANCE, days)["data"]["performance"]["intervals"]
    assert later[-1]["sales"]["orders_count"] > 0


def test_shop_performance_agrees_with_the_orders_of_the_day(box: Sandbox, shop: Shop) -> None:
    """Day 2026-09-17 holds a LIVE session: all its paid orders, cancelled ones included."""
    query = {"start_date_ge": "2026-09-17", "end_date_lt": "2026-09-18", "granularity": "1D"}
    sales = shop(PERFORMANCE, query)["data"]["performance"]["intervals"][0]["sales"]
    orders = box.world.shop_orders(16)
    bought = (orders.kind == NORMAL) & (orders.paid > 0)
    assert sales["orders_count"] == int(bought.sum())
    assert sales["gmv"]["amount"] == f"{orders.subtotal[bought].sum() / 100:.2f}"
    live = orders.subtotal[bought & (orders.live >= 0)].sum()
    assert sales["live_attributed_gmv"]["amount"] == f"{live / 100:.2f}"
    lives = shop("/analytics/202609/shop_lives/performance",
                 {**query, "page_size": "10", "account_type": "OFFICIAL_ACCOUNTS"})  # fmt: skip
    (room,) = lives["data"]["live_stream_sessions"]
    assert room["sales_performance"]["live_attributed_gmv"]["amount"] == f"{live / 100:.2f}"


def test_live_lists_want_an_account_type_and_know_no_all(shop: Shop) -> None:
    days = {"start_date_ge": "2026-09-17", "end_date_lt": "2026-09-18", "page_size": "10"}
    path = "/analytics/202609/shop_lives/performance"
    assert shop(path, days)["code"] == 36009004
    assert shop(path, {**days, "account_type": "ALL"})["code"] == 36009004
    assert shop(path, {**days, "account_type": "AFFILIATE_ACCOUNTS"})["data"]["total_count"] == 0


def test_list_rows_are_sums_of_the_range_without_a_date(shop: Shop) -> None:
    path = "/analytics/202605/shop_videos/performance"

    def views(first: str, end: str) -> dict[str, int]:
        query = {"start_date_ge": first, "end_date_lt": end, "page_size": "100"}
        return {one["id"]: one["views"] for one in shop(path, query)["data"]["videos"]}

    both, one, two = (
        views("2026-09-17", "2026-09-19"),
        views("2026-09-17", "2026-09-18"),
        views("2026-09-18", "2026-09-19"),
    )
    assert both
    assert both == {video: one.get(video, 0) + two.get(video, 0) for video in both}


def test_statements_want_their_sort_field(box: Sandbox, shop: Shop) -> None:
    box.clock.set(datetime(2026, 10, 20, 10, tzinfo=UTC))
    path = "/finance/202309/statements"
    assert shop(path, {"page_size": "50"})["code"] == 36009004
    found = shop(path, {"page_size": "50", "sort_field": "statement_time"})["data"]["statements"]
    assert {one["payment_status"] for one in found} == {"PAID", "PROCESSING"}
    for one in found:
        parts = ("revenue_amount", "fee_amount", "shipping_cost_amount", "adjustment_amount")
        total = sum(round(float(one[part]) * 100) for part in parts)
        assert total == round(float(one["settlement_amount"]) * 100)


def test_planned_faults_speak_this_api(client: TestClient, shop: Shop) -> None:
    def fail(kind: str) -> dict[str, Any]:
        client.put("/_sandbox/faults", json=[{"match": "/order/*", "kind": kind, "times": 1}])
        return shop(ORDERS, {"page_size": "5"}, {})

    limited = fail("rate_limit")
    assert (limited["status"], limited["code"]) == (429, 36009002)
    assert limited["headers"]["retry-after"] == "1"
    assert (fail("bad_token")["status"], fail("bad_token")["code"]) == (401, 105002)
    assert fail("server_error")["code"] == 36009003
    assert fail("empty")["data"] == {"orders": [], "next_page_token": "", "total_count": 0}
