"""GMV Max through the Marketing API's connector: stores, campaigns, reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rivage.connectors.base import Account
from rivage.connectors.tiktok_ads import TikTokAds
from rivage.errors import SchemaBroke, WindowInFuture
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.loopback import Call, Reply

CAMPAIGNS = stream("tiktok_ads__gmv_max_campaigns")
CAMPAIGN_DAILY = stream("tiktok_ads__gmv_max_campaign_daily")
PRODUCT_DAILY = stream("tiktok_ads__gmv_max_product_daily")
ACCOUNT = Account("7412083911600873473", "Demo", "Europe/Paris", "EUR")
DAYS = Window(date(2026, 11, 1), date(2026, 11, 5))
Connect = Callable[..., TikTokAds]


class Platform:
    """Two campaigns per type, `stores` as listed; wrong requests fail the test."""

    def __init__(self, *stores: tuple[str, bool], campaigns: int = 2) -> None:
        self.stores, self.campaigns = stores, campaigns
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, call: Call) -> Reply:
        path = call.path.removeprefix("/open_api/v1.3/")
        query = {name: _parsed(value) for name, value in call.query.items()}
        self.calls.append((path, query))
        if path == "gmv_max/store/list/":
            listed = [{"store_id": one, "is_gmv_max_available": able} for one, able in self.stores]
            return _answer({"store_list": listed})
        if path == "gmv_max/campaign/get/":
            (kind,) = query["filtering"]["gmv_max_promotion_types"]
            assert kind in ("PRODUCT_GMV_MAX", "LIVE_GMV_MAX")
            assert query["page_size"] == 100
            found = [
                {"campaign_id": f"{kind[0]}{n}", "campaign_name": "x", "advertiser_id": ACCOUNT.id}
                for n in range(self.campaigns)
            ]
            return _page(found, query)
        assert path == "gmv_max/report/get/"
        assert isinstance(query["filtering"], dict)
        assert len(query["store_ids"]) == 1
        (kind,) = query["filtering"]["gmv_max_promotion_types"]
        assert kind in ("PRODUCT", "LIVE")
        ids = query["filtering"].get("campaign_ids", [f"{kind[0]}0"])
        rows = [
            {
                "dimensions": dict.fromkeys(query["dimensions"], one)
                | {"stat_time_day": "2026-11-02 00:00:00"},
                "metrics": {name: "-" if name == "roi" else "1.00" for name in query["metrics"]},
            }
            for one in ids
        ]
        return _page(rows, query)

    def asked(self, path: str) -> list[dict[str, Any]]:
        return [query for place, query in self.calls if place == path]


def _parsed(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _answer(data: dict[str, Any]) -> Reply:
    return Reply({"code": 0, "message": "OK", "request_id": "R", "data": data})


def _page(rows: list[dict[str, Any]], query: dict[str, Any]) -> Reply:
    page, size = query["page"], query["page_size"]
    info = {"page": page, "page_size": size, "total_number": len(rows),
            "total_page": -(-len(rows) // size)}  # fmt: skip
    return _answer({"list": rows[(page - 1) * size : page * size], "page_info": info})


def pulled(connector: TikTokAds, name: Any, window: Window = DAYS) -> list[dict[str, Any]]:
    return [one for page in connector.pages(name, ACCOUNT, window) for one in page.records]


def test_only_stores_open_to_gmv_max_are_reported_one_per_call(connect_tiktok: Connect) -> None:
    platform = Platform(("S1", True), ("S2", False), ("S3", True))
    rows = pulled(connect_tiktok(platform), CAMPAIGN_DAILY)
    reports = platform.asked("gmv_max/report/get/")
    assert [query["store_ids"] for query in reports] == [["S1"], ["S3"], ["S1"], ["S3"]]
    assert {(row["store_id"], row["gmv_max_promotion_type"]) for row in rows} == {
        ("S1", "PRODUCT"), ("S3", "PRODUCT"), ("S1", "LIVE"), ("S3", "LIVE"),
    }  # fmt: skip
    assert set(CAMPAIGN_DAILY.keys) == {"store_id", "campaign_id", "stat_time_day"}


def test_an_advertiser_without_such_a_store_has_no_campaigns_and_costs_one_call(
    connect_tiktok: Connect,
) -> None:
    platform = Platform(("S1", False))
    for name in (CAMPAIGNS, CAMPAIGN_DAILY, PRODUCT_DAILY):
        platform.calls.clear()
        assert pulled(connect_tiktok(platform), name) == []
        assert len(platform.calls) == 1


def test_the_list_and_the_report_are_asked_in_their_own_words(connect_tiktok: Connect) -> None:
    platform = Platform(("S1", True))
    rows = pulled(connect_tiktok(platform), CAMPAIGNS)
    assert {row["gmv_max_promotion_type"] for row in rows} == {"PRODUCT", "LIVE"}
    assert all(
        query["filtering"]["primary_status"] == "STATUS_ALL"
        for query in platform.asked("gmv_max/campaign/get/")
    )
    pulled(connect_tiktok(platform), CAMPAIGN_DAILY)
    for query in platform.asked("gmv_max/report/get/"):
        (kind,) = query["filtering"]["gmv_max_promotion_types"]
        assert ("live_views" in query["metrics"]) == (kind == "LIVE")


def test_products_are_asked_by_campaigns_a_hundred_at_a_time(connect_tiktok: Connect) -> None:
    platform = Platform(("S1", True), campaigns=230)
    rows = pulled(connect_tiktok(platform), PRODUCT_DAILY)
    sizes = [len(query["filtering"]["campaign_ids"])
             for query in platform.asked("gmv_max/report/get/")]  # fmt: skip
    assert sizes == [100, 100, 30]
    assert len({row["dimensions"]["campaign_id"] for row in rows}) == 230


def test_its_revenue_is_kept_apart_from_onsite_shopping() -> None:
    """It holds organic orders of the promoted products: adding the two counts twice."""
    for name in (CAMPAIGN_DAILY, PRODUCT_DAILY):
        columns = {column.name for column in name.columns}
        assert "gross_revenue" in columns
        assert not {"onsite_shopping", "total_onsite_shopping_value"} & columns
    ordinary = {column.name for column in stream("tiktok_ads__campaign_daily").columns}
    assert "onsite_shopping" in ordinary
    assert "gross_revenue" not in ordinary
    assert "onsite_shopping" in CAMPAIGN_DAILY.doc


def test_gmv_max_has_streams_of_its_own_as_ordinary_reports_leave_it_out() -> None:
    ordinary = stream("tiktok_ads__campaign_daily")
    assert ordinary.endpoint != CAMPAIGN_DAILY.endpoint
    assert {CAMPAIGN_DAILY.endpoint, PRODUCT_DAILY.endpoint} == {"gmv_max/report/get/"}


def test_windows_and_shapes_are_checked(connect_tiktok: Connect) -> None:
    connector = connect_tiktok(Platform(("S1", True)))
    with pytest.raises(WindowInFuture):
        pulled(connector, CAMPAIGN_DAILY, Window(date(2026, 12, 1), date(2026, 12, 1)))
    broken = connect_tiktok(lambda call: _answer({"stores": []}))
    with pytest.raises(SchemaBroke, match="store_list"):
        pulled(broken, CAMPAIGNS)
