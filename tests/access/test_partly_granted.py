"""A token without one scope, for each API that is granted by itself, against the sandbox.

The stream behind it is not granted: told once, not asked for again for a week, then asked,
and read as soon as access is there. Everything else lands as before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rivage import access, local_run, stages
from rivage.landing import refusals
from rivage.landing.coverage import coverage
from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.windows import Window
from tests.simulated import Sandbox, rivage, sandbox

DAY = Window(date(2026, 9, 28), date(2026, 9, 28))
"""Old enough for every source to have computed it."""
WEEK = timedelta(days=7)
AUDIENCE = ("ad_placement", "campaign_age_gender", "campaign_country", "campaign_language",
            "campaign_platform")  # fmt: skip


@dataclass(frozen=True)
class Optional:
    """An API that is granted by itself.

    Args:
        scope: what the sandbox withholds.
        streams: those that need it.
        said: of the permission's name as people are told it.
        calls: how its calls look in the sandbox's log.
        source: the connector's part of the names of settings.
    """

    scope: str
    streams: frozenset[str]
    said: str
    calls: Callable[[dict[str, Any]], bool]
    source: str


def under(*paths: str) -> Callable[[dict[str, Any]], bool]:
    return lambda call: any(part in call["path"] for part in paths)


def streams(source: str, *names: str) -> frozenset[str]:
    return frozenset(f"{source}__{name}" for name in names)


OPTIONAL = (
    Optional(
        "tiktok_ads.audience_reports", streams("tiktok_ads", *(f"{n}_daily" for n in AUDIENCE)),
        "AUDIENCE", lambda call: call["query"].get("report_type") == "AUDIENCE", "tiktok_ads",
    ),
    Optional(
        "tiktok_ads.gmv_max",
        streams("tiktok_ads", "gmv_max_campaigns", "gmv_max_campaign_daily",
                "gmv_max_product_daily"),
        "GMV MAX", under("/gmv_max/"), "tiktok_ads",
    ),
    Optional(
        "tiktok_ads.gmv_max_reports",
        streams("tiktok_ads", "gmv_max_campaign_daily", "gmv_max_product_daily"),
        "GMV MAX Report", under("/gmv_max/report/"), "tiktok_ads",
    ),
    Optional(
        "tiktok_ads.pixel_stats", streams("tiktok_ads", "pixel_event_stats"),
        "Pixel Level Reporting", under("/pixel/event/"), "tiktok_ads",
    ),
    Optional(
        "tiktok_one", streams("tiktok_creators", "campaigns", "creators", "posts"),
        "TikTok One", under("/tto/"), "tiktok_creators",
    ),
    Optional(
        "comment.list", streams("tiktok_organic", "comments"),
        "comment.list", under("/business/comment/"), "tiktok_organic",
    ),
    Optional(
        "biz.brand.insights", streams("tiktok_organic", "mentions", "hashtag_videos"),
        "biz.brand.insights", under("/business/mention/"), "tiktok_organic",
    ),
    Optional(
        "seller.affiliate_collaboration.read", streams("tiktok_shop", "affiliate_orders"),
        "seller.affiliate_collaboration.read", under("/affiliate_seller/"), "tiktok_shop",
    ),
    Optional(
        "data.shop_analytics.public.read",
        streams("tiktok_shop", "live_sessions", "product_daily", "shop_daily", "video_daily"),
        "data.shop_analytics.public.read", under("/analytics/"), "tiktok_shop",
    ),
    Optional(
        "read_products", streams("shopify", "products"),
        "read_products", lambda call: False, "shopify",
    ),
    Optional(
        "ga4.revenue", streams("ga4", "funnel_daily", "landing_page_daily", "traffic_daily"),
        "REVENUE_DATA", lambda call: False, "ga4",
    ),
    Optional(
        "matomo.visits_log", streams("matomo", "visits"),
        "visits log", lambda call: False, "matomo",
    ),
)  # fmt: skip
each_api = pytest.mark.parametrize("api", OPTIONAL, ids=lambda api: api.scope)


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("brand")) as served:
        yield served


@pytest.fixture
def withhold(brand: Sandbox) -> Iterator[Callable[..., None]]:
    """Change what the tokens lack; the request log starts anew each time."""

    def change(*scopes: str) -> None:
        brand.control("PUT", "settings", {"without_scopes": list(scopes)})
        brand.control("DELETE", "requests")

    yield change
    change()


@pytest.fixture
def only(
    brand: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Optional], Settings]:
    """Settings of a pipeline that reads the API's source alone."""

    def made(api: Optional) -> Settings:
        wanted = {"tiktok_creators": ("TIKTOK_ADS_", "TIKTOK_CREATORS_")}.get(
            api.source, (f"{api.source.upper()}_",)
        )
        for name, value in brand.env.items():
            export = name == "RIVAGE_GA4_EXPORT_URL"
            if not export and name.removeprefix("RIVAGE_").startswith(wanted):
                monkeypatch.setenv(name, value)
        monkeypatch.setenv("RIVAGE_ECB_ENABLED", "false")
        monkeypatch.chdir(home.parent)
        return Settings()

    return made


BESIDE = ("tiktok_ads__campaigns", "tiktok_organic__videos", "tiktok_shop__orders",
          "shopify__orders", "ga4__users_daily")  # fmt: skip
"""One stream of each source that needs no more than the source itself, or another scope."""


def pulled(
    settings: Settings, now: datetime, chosen: frozenset[str], name: str = ""
) -> local_run.Pulled:
    """One morning's pull at `now`, of the chosen streams and one beside them; with a name, as
    if somebody had asked for that stream."""
    only = [name] if name else []
    planned = local_run.plan(settings, DAY, exact=True, only=only, clock=lambda: now)
    planned.jobs = [job for job in planned.jobs if job.stream.name in {*chosen, *BESIDE}]
    return local_run.pull_all(settings, planned, lambda *_: None, clock=lambda: now)


def calls(brand: Sandbox, api: Optional) -> list[dict[str, Any]]:
    return [one for one in brand.control("GET", "requests?last=500")["last"] if api.calls(one)]


def landed(settings: Settings) -> set[str]:
    store = Store(settings.landing_url, settings.home / "tmp")
    return {one.stream for one in coverage(store, all_streams().values())}


@each_api
def test_a_scope_comes_late(
    api: Optional, brand: Sandbox, only: Callable[[Optional], Settings],
    withhold: Callable[..., None],
) -> None:  # fmt: skip
    settings, start = only(api), datetime.now(UTC) - 2 * WEEK
    withhold(api.scope)

    first = pulled(settings, start, api.streams)
    assert first.errors == []
    assert {one.stream for one in first.refused} == api.streams
    assert first.waiting == []
    read = {(r.stream, r.account) for r in first.reports}
    # An ad account without a shop has no GMV Max, and nothing is asked for it.
    assert not read & {(one.stream, one.account_id) for one in first.refused}
    others = {stream for stream, _ in read}
    assert landed(settings) == others
    assert bool(others) == (api.source != "matomo")
    for refusal in first.refused:
        assert api.said in refusal.scope
        assert refusal.do
        assert refusal.began == start

    # Neither the next morning nor the sixth day asks; the rest is read as ever.
    withhold(api.scope)
    for days in (1, 6):
        again = pulled(settings, start + timedelta(days=days), api.streams)
        assert (again.errors, again.refused) == ([], [])
        assert {one.stream for one in again.waiting} == api.streams
        assert {r.stream for r in again.reports} == others
    assert calls(brand, api) == []
    owed = [*api.streams, *others]
    assert stages.land(api.source, DAY, settings, owed).complete

    # A week later it is asked, refused again, and that is no news.
    later = start + WEEK
    withhold(api.scope)
    weekly = pulled(settings, later, api.streams)
    assert (weekly.errors, weekly.refused) == ([], [])
    assert {one.stream for one in weekly.waiting} == api.streams
    assert {(one.refused_at, one.began) for one in weekly.waiting} == {(later, start)}

    # It is granted; the stream lands when it is due, and the refusal counts no more.
    withhold()
    still = pulled(settings, later + WEEK / 2, api.streams)
    assert {one.stream for one in still.waiting} == api.streams
    assert calls(brand, api) == []
    granted = pulled(settings, later + WEEK, api.streams)
    assert (granted.errors, granted.refused, granted.waiting) == ([], [], [])
    assert api.streams <= {r.stream for r in granted.reports}
    assert access.listed(settings, datetime.now(UTC)) == []
    assert api.streams <= landed(settings)


@pytest.mark.parametrize("scope", ["tiktok_one", "comment.list"])
def test_a_scope_that_is_withdrawn_is_refused_to_the_accounts_that_had_landed(
    scope: str, only: Callable[[Optional], Settings], withhold: Callable[..., None]
) -> None:
    api = next(one for one in OPTIONAL if one.scope == scope)
    settings = only(api)
    done = pulled(settings, datetime.now(UTC), api.streams)
    had = {(r.stream, r.account) for r in done.reports if r.stream in api.streams}
    assert {stream for stream, _ in had} == api.streams
    withhold(scope)
    later = datetime.now(UTC)
    assert {one.stream for one in pulled(settings, later, api.streams).refused} == api.streams
    store = Store(settings.landing_url, settings.home / "tmp")
    for stream, account in had:
        assert refusals.in_force(store, stream, account, later), stream
    assert had <= set(refusals.newest(store))
    # What landed before still counts, and the days after it are not missed.
    tomorrow = Window(DAY.start, DAY.end + timedelta(days=1))
    assert stages.land(api.source, tomorrow, settings, sorted(api.streams)).complete
    assert len(access.listed(settings, later)) == len(api.streams)


def test_who_names_a_stream_has_it_tried_at_once(
    only: Callable[[Optional], Settings], withhold: Callable[..., None]
) -> None:
    api = next(one for one in OPTIONAL if one.scope == "comment.list")
    settings, start = only(api), datetime.now(UTC)
    withhold(api.scope)
    assert pulled(settings, start, api.streams).refused
    withhold()
    (name,) = api.streams
    done = pulled(settings, datetime.now(UTC), api.streams, name)
    assert [r.stream for r in done.reports] == [name]
    assert access.listed(settings, datetime.now(UTC)) == []


def test_a_core_stream_that_is_refused_goes_on_failing(
    only: Callable[[Optional], Settings], withhold: Callable[..., None]
) -> None:
    api = next(one for one in OPTIONAL if one.source == "tiktok_shop")
    settings, start = only(api), datetime.now(UTC)
    withhold("seller.order.info")
    for days in (0, 1):
        done = pulled(settings, start + timedelta(days=days), frozenset())
        assert [error.stream for error in done.errors] == ["tiktok_shop__orders"]
        assert done.refused == []
        assert done.waiting == []


def test_a_dead_token_is_not_taken_for_a_missing_scope(
    brand: Sandbox, only: Callable[[Optional], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    api = next(one for one in OPTIONAL if one.source == "tiktok_creators")
    only(api)
    monkeypatch.setenv("RIVAGE_TIKTOK_ADS_ACCESS_TOKEN", "revoked-token")
    done = pulled(Settings(), datetime.now(UTC), api.streams)
    assert {type(error).__name__ for error in done.errors} == {"TokenExpired"}
    assert done.refused == []


def test_the_command_line_tells_once_and_ends_well(
    brand: Sandbox, tmp_path: Path, withhold: Callable[..., None]
) -> None:
    missing = [api.scope for api in OPTIONAL]
    expected = {name for api in OPTIONAL for name in api.streams}
    withhold(*missing)
    days = ("--from", "2026-09-28", "--to", "2026-09-28")
    done = rivage(tmp_path, brand, "pull", *days, "--json")
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert {one["stream"] for one in told["not_granted"] if one["new"]} == expected
    assert {r["stream"] for r in told["reports"]} == set(all_streams()) - expected

    withhold(*missing)
    again = rivage(tmp_path, brand, "pull", *days)
    assert again.stderr.count("not granted since") == 1
    assert "tiktok_shop__affiliate_orders" in again.stderr
    assert [call for api in OPTIONAL for call in calls(brand, api)] == []

    shown = json.loads(rivage(tmp_path, brand, "status", "--json").stdout)["not_granted"]
    assert {one["stream"] for one in shown} == expected
    assert all(one["do"] and one["scope"] and one["next_try"] for one in shown)

    checked = rivage(tmp_path, brand, "check", "--json")  # exit code 0
    steps = json.loads(checked.stdout)["steps"]
    refused = [step for step in steps if step["state"] == "not granted"]
    # The sandbox's clock is behind this machine's: there are no posts of yesterday to ask for.
    assert {name for step in refused for name in step["streams"]} == expected - {
        "tiktok_organic__comments"
    }
    assert all(step["scope"] and step["ask"] for step in refused)

    withhold()
    steps = json.loads(rivage(tmp_path, brand, "check", "--json").stdout)["steps"]
    assert {step["state"] for step in steps} == {"ok"}
    full = json.loads(rivage(tmp_path, brand, "pull", *days, "--json").stdout)
    assert {one["stream"] for one in full["not_granted"]} == {"tiktok_organic__comments"}
    assert {r["stream"] for r in full["reports"]} == set(all_streams()) - {
        "tiktok_organic__comments"
    }
    named = ("--stream", "tiktok_organic__comments")
    last = json.loads(rivage(tmp_path, brand, "pull", *days, *named, "--json").stdout)
    assert (len(last["reports"]), last["not_granted"]) == (1, [])
    assert json.loads(rivage(tmp_path, brand, "status", "--json").stdout)["not_granted"] == []
