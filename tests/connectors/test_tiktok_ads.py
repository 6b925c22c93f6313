"""The Marketing API connector: codes, accounts, settings, check."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rivage.connectors.base import Account
from rivage.connectors.tiktok_ads import TikTokAds
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
    TokenMissing,
    UnknownStream,
)
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.fake_tiktok import (
    CAMPAIGNS,
    OCTOBER,
    PARIS,
    Connect,
    FakeTikTok,
    envelope,
    failure,
    rows,
)
from tests.connectors.loopback import Call, Reply

SCOPE_TEXT = (
    "Permission error: The access token lacks the required scope for endpoint "
    "'/report/integrated/get/(method=GET)'. Please first check"
)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (40100, "Due to too many requests", RateLimited),
        (40016, "", RateLimited),
        (40132, "", RateLimited),
        (40133, "Advertiser (1)'s QPS (21) reaches QPS limit 20", RateLimited),
        (40067, "Your query is too large", QueryTooLarge),
        (40104, "Access token is null", TokenMissing),
        (40101, "", TokenExpired),
        (40102, "", TokenExpired),
        (40105, "Access token is incorrect or has been revoked.", TokenExpired),
        (40107, "", TokenExpired),
        (40110, "", TokenExpired),
        (40106, "", AccountUnknown),
        (40300, "", AccountUnknown),
        (40001, SCOPE_TEXT, NotGranted),
        (40001, "The advertiser 12 doesn't exist or has been deleted.", AccountUnknown),
        (40001, "advertiser does not grant you /file/x/:GET permission", NotGranted),
        (40001, "No permission to operate advertiser 12", AccountUnknown),
        (40000, "The app_id is inconsistent with the token's app information.", SettingMissing),
        (40000, "params error", BadRequest),
        (40002, "Invalid metric fields: ['x']. ", BadRequest),
        (40011, "", BadRequest),
        (40113, "", ScopeMissing),
        (40118, "", NotGranted),
        (40125, "", ScopeMissing),
        (40001, "a text that nobody has seen yet", ScopeMissing),
        (20001, "partial success", ResponseTruncated),
        (40201, "", ServerFailed),
        (40700, "", ServerFailed),
        (50000, "", ServerFailed),
        (51001, "", RequestTimedOut),
        (51039, "", ServerFailed),
        (60001, "", ServerFailed),
        (99999, "", BadRequest),
    ],
)
def test_each_code_has_its_name(
    connect_tiktok: Connect, code: int, text: str, expected: type[RivageError]
) -> None:
    connector = connect_tiktok(lambda call: failure(code, text))
    with pytest.raises(RivageError) as caught:
        rows(connector.pages(CAMPAIGNS, PARIS, Window(date(2026, 1, 1), date(2026, 1, 1))))
    assert type(caught.value) is expected
    assert str(code) in caught.value.what


@pytest.mark.parametrize(
    "body", [{}, {"code": "0"}, envelope({}), envelope({"list": [1]}), envelope({"list": []})]
)
def test_an_unknown_shape_is_no_empty_list(connect_tiktok: Connect, body: dict[str, Any]) -> None:
    connector = connect_tiktok(lambda call: Reply(body))
    with pytest.raises(SchemaBroke):
        rows(connector.pages(CAMPAIGNS, PARIS, OCTOBER))


def test_accounts_are_discovered_with_zone_and_currency(connect_tiktok: Connect) -> None:
    granted = [str(7000 + n) for n in range(230)]
    connector = connect_tiktok(FakeTikTok(granted=granted), app_id="1", app_secret="app-secret")
    found = connector.accounts()
    assert [account.id for account in found] == granted
    assert found[0] == Account("7000", "account 7000", "Europe/Paris", "EUR")
    calls = connector.server.calls  # type: ignore[attr-defined]
    assert [len(json.loads(c.query["advertiser_ids"])) for c in calls[1:]] == [100, 100, 30]


def test_a_deleted_account_does_not_stop_the_discovered_others(connect_tiktok: Connect) -> None:
    def before(call: Call) -> Reply | None:
        if "oauth2" in call.path:
            rows = [{"advertiser_id": each} for each in ("7001", "7002")]
            return Reply(envelope({"list": rows}))
        return None

    connector = connect_tiktok(FakeTikTok(before=before), app_id="1", app_secret="app-secret")
    assert [account.id for account in connector.accounts()] == ["7001"]


def test_no_granted_account_is_said_plainly(connect_tiktok: Connect) -> None:
    connector = connect_tiktok(FakeTikTok(granted=[]), app_id="1", app_secret="app-secret")
    with pytest.raises(AccountUnknown, match="granted no ad account"):
        connector.accounts()


@pytest.mark.parametrize("discovery", [{}, {"app_id": "1", "app_secret": "app-secret"}])
def test_a_configured_account_out_of_sight_is_named(
    connect_tiktok: Connect, discovery: dict[str, str]
) -> None:
    connector = connect_tiktok(FakeTikTok(), advertiser_ids="7001,7999", **discovery)
    with pytest.raises(AccountUnknown, match="7999"):
        connector.accounts()


def test_configured_accounts_limit_the_granted_ones(connect_tiktok: Connect) -> None:
    fake = FakeTikTok(granted=["7001", "7002"])
    connector = connect_tiktok(fake, advertiser_ids="7002", app_id="1", app_secret="app-secret")
    assert [account.id for account in connector.accounts()] == ["7002"]


def test_missing_settings_name_their_variable(
    connect_tiktok: Connect, configure: Callable[..., Any]
) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_TIKTOK_ADS_ACCESS_TOKEN"):
        TikTokAds(configure())
    with pytest.raises(SettingMissing, match="RIVAGE_TIKTOK_ADS_ADVERTISER_IDS"):
        connect_tiktok(FakeTikTok()).accounts()


def test_the_account_s_own_record_is_one_page(connect_tiktok: Connect) -> None:
    (page,) = connect_tiktok(FakeTikTok()).pages(stream("tiktok_ads__advertisers"), PARIS, OCTOBER)
    assert [record["advertiser_id"] for record in page.records] == ["7001"]
    assert (page.number, page.of, page.api_version) == (1, 1, "v1.3")


def test_a_foreign_stream_is_refused(connect_tiktok: Connect) -> None:
    with pytest.raises(UnknownStream):
        rows(connect_tiktok(FakeTikTok()).pages(stream("shopify__orders"), PARIS, OCTOBER))


@pytest.mark.parametrize(
    ("trouble", "failed"),
    [
        (None, None),
        (failure(40105, "revoked"), "token valid"),
        ("advertiser/info/", "accounts visible"),
        ("report/", "reporting scope"),
    ],
)
def test_the_check_names_the_step_that_fails(
    connect_tiktok: Connect, trouble: Reply | str | None, failed: str | None
) -> None:
    def before(call: Call) -> Reply | None:
        if isinstance(trouble, str):
            text = SCOPE_TEXT if "report" in trouble else "The advertiser 7001 doesn't exist"
            return failure(40001, text) if trouble in call.path else None
        return trouble

    connector = connect_tiktok(FakeTikTok(before=before), advertiser_ids="7001")
    connector._now = lambda: datetime.now(UTC)  # the server's Date header is real
    steps = list(connector.check())
    assert next((step.name for step in steps if not step.ok), None) == failed
    if failed is None:
        assert [step.name for step in steps] == [
            "base url reachable",
            "api version",
            "token valid",
            "accounts visible",
            "reporting scope",
            "request budget",
            "clock",
        ]


def test_a_wrong_clock_is_found(connect_tiktok: Connect) -> None:
    (*_, last) = connect_tiktok(FakeTikTok(), advertiser_ids="7001").check()
    assert (last.name, last.ok) == ("clock", False)
