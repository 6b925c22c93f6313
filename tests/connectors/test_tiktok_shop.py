"""The TikTok Shop connector: signatures, tokens, windows, pages, errors. Most of it against
the sandbox's gateway, which checks signatures on its own."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from rivage.connectors.answers import read_answer
from rivage.connectors.base import Account, Page
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.tiktok_shop import TikTokShop
from rivage.connectors.tiktok_shop_auth import ShopAccess
from rivage.connectors.tiktok_shop_errors import classify
from rivage.connectors.tiktok_shop_reads import VERSIONS
from rivage.connectors.tiktok_shop_searches import changed_pages
from rivage.connectors.tiktok_shop_signing import signature
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    QuotaExhausted,
    RateLimited,
    RequestTimedOut,
    RivageError,
    SchemaBroke,
    ScopeMissing,
    ServerFailed,
    SettingMissing,
    TokenExpired,
    WindowInFuture,
)
from rivage.landing.personal import scrub
from rivage.settings import Settings
from rivage.settings import TikTokShop as ShopSettings
from rivage.streams import stream, streams_of
from rivage.windows import Window
from sandbox.app import build_app, build_sandbox
from sandbox.state import Sandbox
from sandbox.world import WorldConfig
from tests.connectors.loopback import Call, Loopback, Reply

NOW = datetime(2026, 9, 24, 10, 30, tzinfo=UTC)
WEEK = Window(date(2026, 9, 14), date(2026, 9, 20))
FIRST = "access-1-of-tests"
KEY, SECRET, REFRESH = "app-key-1", "app-secret-of-tests", "first-refresh-token"
PARIS = Account("1", "Demo", "Europe/Paris", "")


@dataclass
class Live:
    """A sandbox behind a real socket."""

    box: Sandbox
    url: str

    def asked(self, path: str) -> int:
        return sum(n for place, n in self.box.requests.counts.items() if place.endswith(path))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("shop")
    box = build_sandbox(WorldConfig(days=60), NOW, home, home / "bucket", "http://sandbox.test")
    config = uvicorn.Config(build_app(box), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Live(box, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def live(served: Live) -> Live:
    """The sandbox with every switch at its default, but no call limit."""
    served.box.reset_switches()
    served.box.clock.set(NOW)
    served.box.requests.clear()
    served.box.settings.tiktok_shop_qps = 0
    return served


Connect = Callable[..., TikTokShop]


@pytest.fixture
def connect(live: Live, configure: Callable[..., Settings], slept: list[float]) -> Connect:
    def build(now: Callable[[], datetime] = lambda: datetime.now(UTC), **own: Any) -> TikTokShop:
        known = live.box.credentials
        base: dict[str, Any] = {
            "base_url": live.url, "auth_url": live.url, "app_key": known.tiktok_shop_app_key,
            "app_secret": known.tiktok_shop_app_secret,
            "refresh_token": known.tiktok_shop_refresh_token, "page_size": 20,
        }  # fmt: skip
        settings = configure(tiktok_shop=ShopSettings(**{**base, **own}))
        session = HttpSession(
            settings, retries=Retries(attempts=3), sleep=slept.append, jitter=lambda: 0.0
        )
        return TikTokShop(settings, session, now=now)

    return build


def pulled(shop: TikTokShop, name: str, window: Window = WEEK) -> list[dict[str, Any]]:
    (account,) = shop.accounts()
    return [one for page in shop.pages(stream(name), account, window) for one in page.records]


# Signature


def test_the_official_signature_example_is_reproduced() -> None:
    query = {"app_key": "29a39d", "timestamp": "1623812664"}
    expected = "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8"
    assert signature("e59af819cc", "/authorization/202309/shops", query) == expected
    unsigned = {**query, "sign": "anything", "access_token": "anything"}
    assert signature("e59af819cc", "/authorization/202309/shops", unsigned) == expected


def test_the_signed_bytes_are_the_sent_bytes(
    serve: Callable[..., Loopback], configure: Callable[..., Settings]
) -> None:
    """Checked over what arrives: decoded query values and the raw body."""

    def answer(call: Call) -> Reply:
        if call.path.endswith("/token/refresh"):
            return token_reply()
        query = {name: value for name, value in call.query.items() if name != "sign"}
        assert call.query["sign"] == signature(SECRET, call.path, query, call.body)
        assert call.headers["x-tts-access-token"] == "access-1-of-tests"
        assert "access_token" not in call.query
        if call.path.endswith("/shops"):
            shop = {"id": "1", "name": "Café & Cie", "cipher": "GCP_a+b/c=é", "region": "FR"}
            return Reply({"code": 0, "data": {"shops": [shop]}})
        assert call.query["shop_cipher"] == "GCP_a+b/c=é"
        data = {"orders": [], "total_count": 0, "next_page_token": ""}
        return Reply({"code": 0, "data": data})

    server = serve(answer)
    shop = loopback_shop(server, configure)
    assert pulled(shop, "tiktok_shop__orders") == []
    assert [call.method for call in server.calls] == ["GET", "GET", "POST"]


def token_reply(token: str = FIRST, expires: int | None = None) -> Reply:
    until = int(time.time()) + 604_800 if expires is None else expires
    data = {
        "access_token": token,
        "access_token_expire_in": until,
        "refresh_token": f"refresh-after-{token}",
        "refresh_token_expire_in": 4841467787,
    }
    return Reply({"code": 0, "message": "success", "data": data})


def loopback_shop(server: Loopback, configure: Callable[..., Settings], **own: Any) -> TikTokShop:
    base = {"base_url": server.url, "auth_url": server.url, "app_key": KEY, "app_secret": SECRET,
            "refresh_token": REFRESH}  # fmt: skip
    settings = configure(tiktok_shop=ShopSettings(**{**base, **own}))
    session = HttpSession(settings, retries=Retries(attempts=2), sleep=lambda _: None)
    return TikTokShop(settings, session)


# Tokens


def test_expire_in_is_an_epoch_not_a_duration(live: Live, connect: Connect) -> None:
    """Read as seconds from now, a token would look good for another 56 years."""
    live.box.settings.tiktok_shop_token_seconds = 300
    connect().accounts()
    connect().accounts()
    assert live.asked("/token/refresh") == 2  # five minutes are less than the margin
    live.box.settings.tiktok_shop_token_seconds = 604_799
    connect().accounts()
    connect().accounts()
    assert live.asked("/token/refresh") == 3


def test_a_token_is_kept_for_other_processes_in_an_owner_only_file(
    live: Live, connect: Connect, tmp_path: Path
) -> None:
    connect().accounts()
    (file,) = (tmp_path / "home" / "tokens").glob("*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    stored = json.loads(file.read_text())
    assert stored["refresh_token"] != live.box.credentials.tiktok_shop_refresh_token
    assert live.box.credentials.tiktok_shop_refresh_token not in file.read_text()
    assert live.box.credentials.tiktok_shop_app_secret not in file.read_text()


def test_an_expired_token_is_renewed_once_and_the_call_repeated(
    live: Live, connect: Connect
) -> None:
    shop = connect()
    shop.accounts()
    issued = int(time.time())
    # Issued within this very second counts as expired; the renewed one must not.
    live.box.settings.tiktok_shop_tokens_valid_from = issued + 1
    time.sleep(max(0.0, issued + 1.02 - time.time()))
    assert shop.accounts()
    assert live.asked("/token/refresh") == 2
    live.box.settings.tiktok_shop_tokens_valid_from = issued + 1_000
    with pytest.raises(TokenExpired):
        shop.accounts()
    assert live.asked("/token/refresh") == 3


def test_of_many_threads_one_renews(live: Live, connect: Connect) -> None:
    shops = [connect() for _ in range(6)]
    threads = [threading.Thread(target=shop.accounts) for shop in shops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert live.asked("/token/refresh") == 1


def test_a_withdrawn_stored_token_falls_back_to_the_consents_own(
    serve: Callable[..., Loopback], configure: Callable[..., Settings]
) -> None:
    used: list[str] = []

    def answer(call: Call) -> Reply:
        if call.path.endswith("/token/refresh"):
            used.append(call.query["refresh_token"])
            if used[-1] != REFRESH:
                return Reply({"code": 36004005, "message": "no record", "data": None})
            return token_reply(f"access-{len(used)}-of-tests", int(time.time()) + 60)
        return Reply({"code": 0, "data": {"shops": [{"id": "1", "cipher": "c"}]}})

    server = serve(answer)
    loopback_shop(server, configure).accounts()
    loopback_shop(server, configure).accounts()
    assert used == [REFRESH, "refresh-after-access-1-of-tests", REFRESH]


def test_a_new_consent_replaces_stored_tokens(
    serve: Callable[..., Loopback], configure: Callable[..., Settings]
) -> None:
    used: list[str] = []

    def answer(call: Call) -> Reply:
        if call.path.endswith("/token/refresh"):
            used.append(call.query["refresh_token"])
            return token_reply(f"access-{len(used)}-of-tests")
        return Reply({"code": 0, "data": {"shops": [{"id": "1", "cipher": "c"}]}})

    server = serve(answer)
    loopback_shop(server, configure).accounts()
    loopback_shop(server, configure, refresh_token="second-consents-token").accounts()
    assert used == [REFRESH, "second-consents-token"]


def test_secrets_in_the_token_address_reach_no_log_and_no_error(
    live: Live, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shop = connect(refresh_token="refresh-token-that-is-wrong")
    with pytest.raises(TokenExpired) as refused:
        shop.accounts()
    dead = connect(auth_url="http://127.0.0.1:9", refresh_token="refresh-token-unsent")
    with pytest.raises(ServerFailed) as unreachable:
        dead.accounts()
    connect().accounts()
    secret = live.box.credentials.tiktok_shop_app_secret
    # The server of this test runs in the same process; its own log is not ours.
    ours = [one for one in caplog.records if not one.name.startswith("uvicorn")]
    told = "".join(caplog.handler.format(one) for one in ours) + "".join(
        f"{one.value} {one.value!r} {one.value.__cause__!r} {one.value.__context__!r}"
        for one in (refused, unreachable)
    )
    assert "/api/v2/token/refresh" in told
    stored = json.loads(next((Path.cwd() / "home" / "tokens").glob("*.json")).read_text())
    for hidden in (secret, "refresh-token-that-is-wrong", "refresh-token-unsent",
                   stored["access_token"], stored["refresh_token"]):  # fmt: skip
        assert hidden not in told


def test_what_is_not_configured_is_named(configure: Callable[..., Settings]) -> None:
    for own, name in (
        ({}, "APP_KEY"),
        ({"app_key": KEY}, "APP_SECRET"),
        ({"app_key": KEY, "app_secret": SECRET}, "REFRESH_TOKEN"),
    ):
        with pytest.raises(SettingMissing, match=f"RIVAGE_TIKTOK_SHOP_{name}"):
            TikTokShop(configure(tiktok_shop=ShopSettings(**own)))


def test_without_a_refresh_token_a_refused_access_token_is_final(
    configure: Callable[..., Settings],
) -> None:
    own = ShopSettings(app_key=KEY, app_secret=SECRET, access_token="only-access-token")
    settings = configure(tiktok_shop=own)
    access = ShopAccess(settings, HttpSession(settings), lambda: datetime.now(UTC))
    assert access.value() == "only-access-token"
    with pytest.raises(TokenExpired, match="REFRESH_TOKEN"):
        access.value(refused="only-access-token")


# Windows and pages


def test_orders_of_a_window_are_complete_whatever_the_page_size(
    live: Live, connect: Connect
) -> None:
    found = pulled(connect(page_size=7), "tiktok_shop__orders")
    assert live.asked("/orders/search") > 2
    assert sorted(one["id"] for one in found) == sorted(
        {one["id"] for one in pulled(connect(page_size=100), "tiktok_shop__orders")}
    )
    first = int(datetime(2026, 9, 13, 22, tzinfo=UTC).timestamp())  # midnight in Paris
    end = int(datetime(2026, 9, 20, 22, tzinfo=UTC).timestamp())
    assert found
    assert all(one["update_time"] >= first and one["create_time"] < end for one in found)
    # Changes after the window come along: the record must not be between two windows.
    assert any(one["update_time"] >= end for one in found)


def test_ignored_filters_are_noticed(
    serve: Callable[..., Loopback], configure: Callable[..., Settings]
) -> None:
    """A gateway that reads filters from elsewhere answers with everything, and no error."""
    old = {"id": "1", "create_time": 1_700_000_000, "update_time": 1_700_000_000}

    def answer(call: Call) -> Reply:
        if call.path.endswith("/token/refresh"):
            return token_reply()
        if call.path.endswith("/shops"):
            return Reply({"code": 0, "data": {"shops": [{"id": "1", "cipher": "c"}]}})
        name = "orders" if "orders" in call.path else "return_orders"
        return Reply({"code": 0, "data": {name: [old], "total_count": 1}})

    server = serve(answer)
    for name in ("orders", "returns", "affiliate_orders"):
        with pytest.raises(SchemaBroke, match="ignored the time filter"):
            pulled(loopback_shop(server, configure), f"tiktok_shop__{name}")


def test_filters_travel_in_the_body_and_paging_in_the_query(
    serve: Callable[..., Loopback], configure: Callable[..., Settings]
) -> None:
    def answer(call: Call) -> Reply:
        if call.path.endswith("/token/refresh"):
            return token_reply()
        if call.path.endswith("/shops"):
            return Reply({"code": 0, "data": {"shops": [{"id": "1", "cipher": "c"}]}})
        return Reply({"code": 0, "data": {"orders": [], "total_count": 0}})

    server = serve(answer)
    pulled(loopback_shop(server, configure), "tiktok_shop__orders")
    call = server.calls[-1]
    assert set(call.json) == {"update_time_ge", "create_time_lt"}
    assert set(call.query) == {"app_key", "timestamp", "sign", "shop_cipher", "page_size",
                               "sort_field", "sort_order"}  # fmt: skip


def test_page_tokens_that_go_in_circles_end_the_walk(
    serve: Callable[..., Loopback], configure: Callable[..., Settings]
) -> None:
    def answer(call: Call) -> Reply:
        if call.path.endswith("/token/refresh"):
            return token_reply()
        if call.path.endswith("/shops"):
            return Reply({"code": 0, "data": {"shops": [{"id": "1", "cipher": "c"}]}})
        data = {"products": [{"id": "1"}], "total_count": 9, "next_page_token": "again"}
        return Reply({"code": 0, "data": data})

    with pytest.raises(SchemaBroke, match="same page token"):
        pulled(loopback_shop(serve(answer), configure), "tiktok_shop__products")


def test_listings_that_were_taken_down_are_read_too(connect: Connect) -> None:
    states = {one["status"] for one in pulled(connect(), "tiktok_shop__products")}
    assert states == {"ACTIVATE", "SELLER_DEACTIVATED"}


def test_affiliate_orders_are_asked_by_creation_and_stamped_in_the_shops_zone(
    connect: Connect,
) -> None:
    found = pulled(connect(), "tiktok_shop__affiliate_orders")
    assert found
    assert {one["create_date"] for one in found} <= {str(day) for day in WEEK.each_day()}


def test_days_not_computed_yet_are_served_to_not_zero(live: Live, connect: Connect) -> None:
    shop = connect()
    (account,) = shop.accounts()
    window = Window(date(2026, 9, 20), date(2026, 9, 24))
    (page,) = shop.pages(stream("tiktok_shop__shop_daily"), account, window)
    assert page.served_to == date(2026, 9, 23)
    assert [one["start_date"] for one in page.records][-1] == "2026-09-24"  # sent as zeros
    for name in ("live_sessions", "video_daily", "product_daily"):
        live.box.requests.clear()
        pages = list(shop.pages(stream(f"tiktok_shop__{name}"), account, window))
        assert min(page.served_to for page in pages if page.served_to) == date(2026, 9, 23)
        assert "2026-09-24" not in {one["stat_date"] for page in pages for one in page.records}


def test_rows_without_a_date_are_asked_day_by_day(connect: Connect) -> None:
    videos = pulled(connect(), "tiktok_shop__video_daily")
    products = pulled(connect(), "tiktok_shop__product_daily")
    for found in (videos, products):
        assert {one["stat_date"] for one in found} == {str(day) for day in WEEK.each_day()}
        keys = [(one["id"], one["stat_date"]) for one in found]
        assert len(set(keys)) == len(keys)


def test_live_sessions_are_asked_for_each_kind_of_account(live: Live, connect: Connect) -> None:
    found = pulled(connect(), "tiktok_shop__live_sessions", Window(date(2026, 9, 17), WEEK.end))
    assert {one["stat_date"] for one in found} == {"2026-09-17", "2026-09-20"}
    kinds = {one["query"].get("account_type") for one in live.box.requests.last} - {None}
    assert kinds == {"OFFICIAL_ACCOUNTS", "MARKETING_ACCOUNTS", "AFFILIATE_ACCOUNTS"}


def test_an_interval_longer_than_a_day_is_refused(
    serve: Callable[..., Loopback], configure: Callable[..., Settings]
) -> None:
    interval = {"start_date": "2026-09-14", "end_date": "2026-09-21", "sales": {}}

    def answer(call: Call) -> Reply:
        if call.path.endswith("/token/refresh"):
            return token_reply()
        if call.path.endswith("/shops"):
            return Reply({"code": 0, "data": {"shops": [{"id": "1", "cipher": "c"}]}})
        performance = {"intervals": [interval]}
        data = {"latest_available_date": "2026-09-30", "performance": performance}
        return Reply({"code": 0, "data": data})

    with pytest.raises(SchemaBroke, match="2026-09-14 to 2026-09-21"):
        pulled(loopback_shop(serve(answer), configure), "tiktok_shop__shop_daily")


def test_the_account_is_the_shop_in_the_reporting_zone(connect: Connect) -> None:
    (account,) = connect().accounts()
    assert (account.name, account.timezone, account.currency) == (
        "Atelier Rivage", "Europe/Paris", ""
    )  # fmt: skip


def test_a_window_of_tomorrow_is_refused(connect: Connect) -> None:
    shop = connect(now=lambda: datetime.now(UTC))
    (account,) = shop.accounts()
    tomorrow = Window(date(2126, 1, 1), date(2126, 1, 1))
    with pytest.raises(WindowInFuture):
        list(shop.pages(stream("tiktok_shop__orders"), account, tomorrow))
    with pytest.raises(AccountUnknown):
        list(shop.pages(stream("tiktok_shop__orders"), replace(account, id="2"), WEEK))


def test_the_connection_test_names_its_steps(live: Live, connect: Connect) -> None:
    steps = list(connect().check())
    assert [step.name for step in steps if step.ok] == [
        "base url reachable", "token valid", "shops visible", "order scope", "clock",
    ]  # fmt: skip
    live.box.settings.without_scopes = ["seller.order.info"]
    last = list(connect().check())[-1]
    assert (last.name, last.ok) == ("order scope", False)
    assert "authorise it again" in last.detail


# Faults and errors


@pytest.mark.parametrize(
    "kind", ["rate_limit", "server_error", "bad_token", "html_504", "cut_body"]
)
def test_a_passing_fault_costs_no_record(
    live: Live, connect: Connect, slept: list[float], kind: str
) -> None:
    from sandbox.faults import FaultRule

    clean = pulled(connect(), "tiktok_shop__orders")
    live.box.faults.put([FaultRule(match="/order/*", kind=kind, after=1, times=1)])  # type: ignore[arg-type]
    assert pulled(connect(), "tiktok_shop__orders") == clean
    if kind == "rate_limit":
        assert slept[0] == 1.0  # what Retry-After asked for


@pytest.mark.parametrize(
    ("status", "code", "message", "error", "hint"),
    [
        (429, 36009002, "Too many requests", RateLimited, ""),
        (429, 36009037, "Cap reached", QuotaExhausted, "hour"),
        (500, 36009003, "Internal error", ServerFailed, ""),
        (200, 36009007, "Timeout", RequestTimedOut, ""),
        (200, 10037002, "Try again", ServerFailed, ""),
        (400, 36009004, "Invalid credentials. Invalid 'app_key' query parameter.",
         SettingMissing, "APP_KEY"),
        (400, 36009004, "Invalid credentials. The 'timestamp' query parameter is invalid.",
         BadRequest, "clock"),
        (400, 36009004, "The 'x-tts-access-token' header is invalid.", TokenExpired, "REFRESH"),
        (400, 36009004, "Missing 'shop_cipher' query parameter.", AccountUnknown, "shop"),
        (400, 36009004, "Missing 'sign' query parameter.", SettingMissing, "APP_SECRET"),
        (400, 36009004, "Invalid 'page_size' query parameter.", BadRequest, ""),
        (404, 36009009, "Invalid path.", BadRequest, "VERSIONS"),
        (401, 105002, "Expired credentials.", TokenExpired, "REFRESH"),
        (401, 105005, "Access denied.", NotGranted, "authorise it again"),
        (401, 106001, "The 'sign' query parameter is invalid.", SettingMissing, "APP_SECRET"),
        (400, 12000000, "Bad cipher", AccountUnknown, "shop"),
        (401, 36009044, "Seller deactivated", AccountUnknown, ""),
        (403, 36009033, "IP not allowed", ScopeMissing, "allow list"),
        (200, 36004001, "Refresh token expired", TokenExpired, "REFRESH"),
        (200, 98001004, "Parameter error", BadRequest, ""),
    ],
)  # fmt: skip
def test_each_code_becomes_the_situation_it_means(
    status: int, code: int, message: str, error: type[RivageError], hint: str
) -> None:
    body = json.dumps({"code": code, "message": message, "request_id": "R1", "data": None})
    found = classify(read_answer(status, body.encode(), {}, 0.1))
    assert type(found) is error
    assert f"code {code}" in found.what
    assert "R1" in found.what
    assert hint in found.do


def test_versions_are_per_resource_and_each_is_one_the_sandbox_serves(
    live: Live, connect: Connect
) -> None:
    assert {one.endpoint for one in streams_of("tiktok_shop")} <= set(VERSIONS)
    for one in streams_of("tiktok_shop"):
        pulled(connect(), one.name, Window(WEEK.start, WEEK.start))
    assert {one["status"] for one in live.box.requests.last} == {200}


# Personal data


def test_nothing_of_a_buyer_or_creator_passes_in_the_clear(live: Live, connect: Connect) -> None:
    orders = stream("tiktok_shop__orders")
    records = pulled(connect(), orders.name)
    raw = {str(one[name]) for one in records for name in ("buyer_email", "user_id")}
    raw |= {str(one["recipient_address"][name]) for one in records
            for name in ("name", "phone_number", "full_address", "postal_code")}  # fmt: skip
    kept = json.dumps([scrub(one, orders.personal, "salt") for one in records])
    assert not [value for value in raw if value and value in kept]
    assert '"recipient_address": {"region_code": "FR"}' in kept
    for name in ("affiliate_orders", "video_daily", "live_sessions"):
        declared = stream(f"tiktok_shop__{name}")
        found = pulled(connect(), declared.name)
        text = json.dumps([scrub(one, declared.personal, "salt") for one in found])
        handles = {person.handle for person in live.box.world.content.creators}
        named = {f'"{handle}"' for handle in handles} | {'"atelier.rivage"'}
        assert not [handle for handle in named if handle in text], name


def test_changed_pages_can_be_read_without_a_server_in_between(connect: Connect) -> None:
    """The end of a window bounds the creation: what changed later is not lost."""
    shop = connect()
    (account,) = shop.accounts()
    cipher = shop._cipher(account)
    day = Window(date(2026, 9, 10), date(2026, 9, 10))
    pages: list[Page] = list(
        changed_pages(shop._reads, stream("tiktok_shop__orders"), account, cipher, day)
    )
    later = [one for page in pages for one in page.records]
    midnight = int(datetime(2026, 9, 10, 22, tzinfo=UTC).timestamp())
    assert any(one["update_time"] >= midnight for one in later)
