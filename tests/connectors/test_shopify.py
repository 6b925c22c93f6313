"""The Shopify connector: windows, cursors, lines, cost, tokens, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rivage.connectors import shopify_orders
from rivage.connectors.base import Account
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.shopify import Shopify
from rivage.connectors.shopify_query import orders_of, orders_query
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    QueryTooLarge,
    RateLimited,
    RequestTimedOut,
    ResponseTruncated,
    RivageError,
    SchemaBroke,
    ScopeMissing,
    ServerFailed,
    SettingMissing,
    TokenExpired,
    WindowInFuture,
)
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.fake_shop import FakeShop, gql_error
from tests.connectors.loopback import Call, Loopback, Reply

ORDERS = stream("shopify__orders")
PRODUCTS = stream("shopify__products")
SHOP = Account("demo.myshopify.com", "Demo", "Europe/Paris", "EUR")
DAY = Window(date(2026, 11, 1), date(2026, 11, 1))
Connect = Callable[..., Shopify]


@pytest.fixture
def connect(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Connect:
    def build(fake: Callable[[Call], Reply], **own: Any) -> Shopify:
        if "client_id" not in own:
            own.setdefault("access_token", "shpat_static")
        settings = configure(shopify={"base_url": serve(fake).url, **own})
        session = HttpSession(
            settings, retries=Retries(attempts=3), sleep=slept.append, jitter=lambda: 0.0
        )
        return Shopify(settings, session, now=lambda: datetime.now(UTC))

    return build


def read(connector: Shopify, window: Window = DAY) -> list[dict[str, Any]]:
    pages = connector.pages(ORDERS, SHOP, window)
    return [record for page in pages for record in page.records]


@hypothesis_settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(total=st.integers(0, 40), size=st.integers(1, 45))
def test_every_order_comes_exactly_once(connect: Connect, total: int, size: int) -> None:
    found = read(connect(FakeShop(orders=total), page_size=size))
    assert [record["id"] for record in found] == [str(n) for n in range(total)]


def test_a_day_is_the_shop_s_day(connect: Connect) -> None:
    fake = FakeShop(orders=0)
    # The clocks of Paris go back on 2026-10-25: that day has 25 hours.
    read(connect(fake), Window(date(2026, 10, 25), date(2026, 10, 25)))
    assert fake.asked[0]["query"] == (
        "updated_at:>='2026-10-24T22:00:00Z' AND created_at:<'2026-10-25T23:00:00Z'"
    )


@pytest.mark.parametrize("lines", [100, 101, 250])
def test_orders_come_with_all_their_lines(connect: Connect, lines: int) -> None:
    found = read(connect(FakeShop(orders=3, lines={1: lines})))
    assert [len(record["lineItems"]["nodes"]) for record in found] == [1, lines, 1]
    assert [line["id"] for line in found[1]["lineItems"]["nodes"]] == [
        f"l{n}" for n in range(lines)
    ]
    assert found[1]["lineItems"]["pageInfo"]["hasNextPage"] is False


def test_a_query_that_costs_too_much_asks_for_fewer_orders(connect: Connect) -> None:
    def before(call: Call) -> Reply | None:
        too_much = call.json["variables"].get("first", 0) > 10
        return gql_error("MAX_COST_EXCEEDED") if too_much else None

    fake = FakeShop(orders=25, before=before)
    assert len(read(connect(fake, page_size=100))) == 25
    assert {variables["first"] for variables in fake.asked} == {6}


def test_a_list_at_its_longest_goes_on_from_the_last_change(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_orders, "LONGEST_LIST", 10)
    fake = FakeShop(orders=100)
    pages = connect(fake, page_size=5).pages(ORDERS, SHOP, DAY)
    for _ in range(3):
        next(iter(pages))
    assert fake.asked[-1]["after"] is None
    assert fake.asked[-1]["query"].startswith("updated_at:>='2026-11-01T10:00:09Z'")


def test_a_throttled_query_waits_for_its_cost(connect: Connect, slept: list[float]) -> None:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 200, "restoreRate": 100.0}
    replies = [gql_error("THROTTLED", {"requestedQueryCost": 900, "throttleStatus": status})]
    fake = FakeShop(before=lambda call: replies.pop() if replies else None)
    assert len(read(connect(fake))) == 3
    assert slept == [7.0]


def test_a_throttled_query_without_figures_waits_anyway(
    connect: Connect, slept: list[float]
) -> None:
    replies = [gql_error("THROTTLED")]
    read(connect(FakeShop(before=lambda call: replies.pop() if replies else None)))
    assert slept == [0.5]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (gql_error("THROTTLED"), RateLimited),
        (gql_error("MAX_COST_EXCEEDED"), QueryTooLarge),
        (gql_error("INTERNAL_SERVER_ERROR"), ServerFailed),
        (gql_error("TIMEOUT"), RequestTimedOut),
        (gql_error("SHOP_INACTIVE"), AccountUnknown),
        (gql_error("undefinedField"), BadRequest),
        (Reply({"errors": [{"message": "syntax"}]}), BadRequest),
        (Reply({"errors": "text"}), BadRequest),
        (Reply({"errors": "merchant approval"}, 403), ScopeMissing),
        (Reply({"errors": "Not Found"}, 404), AccountUnknown),
        (Reply({"errors": "frozen"}, 402), AccountUnknown),
        (Reply({"errors": "locked"}, 423), AccountUnknown),
        (Reply({}, 429), RateLimited),
        (Reply(b"<html>", 502), ServerFailed),
        (Reply({"data": None}), ResponseTruncated),
        (Reply({"data": {"orders": None}}), SchemaBroke),
        (
            Reply({"data": {"orders": {"nodes": [], "pageInfo": {"hasNextPage": True}}}}),
            SchemaBroke,
        ),
    ],
)
def test_each_failure_has_its_name(
    connect: Connect, reply: Reply, expected: type[RivageError]
) -> None:
    with pytest.raises(RivageError) as caught:
        read(connect(FakeShop(before=lambda call: reply), page_size=2))
    assert type(caught.value) is expected


def test_a_partial_answer_is_a_failure_that_names_the_field(connect: Connect) -> None:
    denied = gql_error("ACCESS_DENIED", path=["orders", "nodes", 0, "customer"])
    partial = Reply({**denied.body, "data": {"orders": {"nodes": [], "pageInfo": {}}}})
    with pytest.raises(NotGranted, match=r"orders\.nodes\.0\.customer"):
        read(connect(FakeShop(before=lambda call: partial)))


def test_a_refusal_names_the_scope_that_would_help(connect: Connect) -> None:
    said = "Access denied for products field. Required access: `read_products` access scope."
    error = {"message": said, "extensions": {"code": "ACCESS_DENIED"}, "path": ["products"]}
    reply = Reply({"errors": [error], "data": {"products": None}})
    with pytest.raises(NotGranted) as caught:
        list(connect(FakeShop(before=lambda call: reply)).pages(PRODUCTS, SHOP, OLD))
    assert caught.value.scope == "read_products"


def test_orders_are_read_without_what_only_read_products_opens(connect: Connect) -> None:
    def asked(scopes: list[str]) -> tuple[list[str], tuple[str, ...]]:
        texts: list[str] = []

        def note(call: Call) -> None:
            texts.append(call.json["query"])

        fake = FakeShop(refunds=1, scopes=scopes, before=note)
        today = datetime.now(UTC).date()
        pages = list(connect(fake).pages(ORDERS, SHOP, Window(today, today)))
        return [text for text in texts if "nodes" in text], pages[0].notes

    needed = "product { id } variant { id }"
    texts, notes = asked(["read_orders", "read_all_orders"])
    assert len(texts) == 2  # orders, and the lines of refunds
    assert not [text for text in texts if needed in text]
    assert "read_products" in notes[0]
    texts, notes = asked(["read_orders", "read_all_orders", "read_products"])
    assert [needed in text for text in texts] == [True, True]
    assert notes == ()


CREDENTIALS = {"client_id": "app", "client_secret": "client-secret"}


def test_client_credentials_are_kept_and_renewed_once(connect: Connect) -> None:
    fake = FakeShop()
    connector = connect(fake, **CREDENTIALS)
    read(connector)
    read(connector)
    assert fake.tokens == 1
    fake.valid = "shpua_withdrawn"
    assert len(read(connector)) == 3
    assert fake.tokens == 2
    fake.before = lambda call: Reply({"errors": "invalid"}, 401)
    with pytest.raises(TokenExpired):
        read(connector)
    assert fake.tokens == 3


def test_a_static_token_that_is_refused_is_final(connect: Connect) -> None:
    with pytest.raises(TokenExpired):
        read(connect(FakeShop(), access_token="shpat_wrong"))


def test_refused_client_credentials_are_named_without_the_secret(connect: Connect) -> None:
    refusal = Reply({"error": "app_not_installed", "echo": "client-secret"}, 400)
    fake = FakeShop(token=refusal)
    with pytest.raises(TokenExpired, match="app_not_installed") as caught:
        read(connect(fake, **CREDENTIALS))
    assert fake.tokens == 1
    assert "client-secret" not in str(caught.value)


def test_another_version_answering_is_a_warning(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    def before(call: Call) -> Reply:
        body = {"data": {"orders": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}
        return Reply(body, headers={"X-Shopify-API-Version": "2027-01"})

    (page,) = connect(FakeShop(before=before)).pages(ORDERS, SHOP, DAY)
    assert page.api_version == "2027-01"
    assert "2027-01 answered instead of 2026-10" in page.notes[0]
    assert "asked=2026-10 served=2027-01" in caplog.text


def test_the_account_is_the_shop(connect: Connect) -> None:
    assert connect(FakeShop()).accounts() == [SHOP]


def test_missing_settings_name_their_variable(configure: Callable[..., Any]) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_SHOPIFY_BASE_URL"):
        Shopify(configure())
    with pytest.raises(SettingMissing) as caught:
        Shopify(configure(shopify={"base_url": "https://x.myshopify.com", "client_id": "a"}))
    assert "RIVAGE_SHOPIFY_CLIENT_SECRET" in caught.value.do


def test_the_future_is_refused(connect: Connect) -> None:
    ahead = date(2100, 1, 1)
    with pytest.raises(WindowInFuture):
        read(connect(FakeShop()), Window(ahead, ahead))


def test_the_check_reports_scopes(connect: Connect) -> None:
    steps = {s.name: s for s in connect(FakeShop(scopes=["read_orders"])).check()}
    assert all(step.ok for step in steps.values())
    assert "60 days" in steps["granted scopes"].detail
    full = connect(FakeShop(scopes=["read_orders", "read_all_orders"])).check()
    assert "60 days" not in {s.name: s for s in full}["granted scopes"].detail
    silent = {s.name: s for s in connect(FakeShop()).check()}
    assert silent["granted scopes"].ok


def test_the_check_shows_the_query_budget(connect: Connect) -> None:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 1234, "restoreRate": 100.0}
    fake = FakeShop(scopes=["read_orders", "read_all_orders"], cost={"throttleStatus": status})
    steps = {s.name: s for s in connect(fake).check()}
    assert steps["query budget"].detail == "1234 of 2000 points left, 100 more each second."
    lacking = {s.name: s for s in connect(FakeShop(scopes=["read_products"])).check()}
    assert not lacking["granted scopes"].ok
    assert "read_orders missing" in lacking["granted scopes"].detail


OLD = Window(date(2026, 1, 1), date(2026, 1, 3))


def test_orders_beyond_sixty_days_are_refused_without_the_scope(connect: Connect) -> None:
    with pytest.raises(NotGranted, match="read_all_orders") as caught:
        read(connect(FakeShop(scopes=["read_orders"])), OLD)
    assert "read from" in caught.value.do
    assert len(read(connect(FakeShop(scopes=["read_orders", "read_all_orders"])), OLD)) == 3


def test_what_sixty_days_hide_is_noted(connect: Connect) -> None:
    today = datetime.now(UTC).date() - timedelta(days=2)
    (page,) = connect(FakeShop(scopes=["read_orders"])).pages(ORDERS, SHOP, Window(today, today))
    assert "read_all_orders" in page.notes[0]
    (silent,) = connect(FakeShop()).pages(ORDERS, SHOP, OLD)
    assert "does not say which scopes" in silent.notes[0]


def test_refunds_come_with_their_lines_in_small_queries(connect: Connect) -> None:
    fake = FakeShop(orders=25, refunds=25)
    found = read(connect(fake))
    assert all(order["refunds"][0]["refundLineItems"]["nodes"] for order in found)
    assert [len(asked["ids"]) for asked in fake.asked if "ids" in asked] == [10, 10, 5]


def test_a_refund_that_vanishes_is_a_failure(connect: Connect) -> None:
    def before(call: Call) -> Reply | None:
        return Reply({"data": {"nodes": [None]}}) if "nodes(ids" in call.json["query"] else None

    with pytest.raises(ResponseTruncated, match="no refunds"):
        read(connect(FakeShop(orders=1, refunds=1, before=before)))


def test_names_streets_and_phones_are_never_asked_for() -> None:
    text = orders_query(orders_of(ORDERS)[0]).lower()
    for field in ("firstname", "lastname", "address1", "phone", "clientip", "billingaddress"):
        assert field not in text
