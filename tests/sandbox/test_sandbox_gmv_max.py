"""GMV Max: its own lists, its own report, and revenue that is the halo of the Shop's orders."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.state import Sandbox
from sandbox.tiktok_shop.order_life import sold
from sandbox.world import shop_plan
from sandbox.world.shop_plan import PROMOTIONS
from tests.sandbox.conftest import Ask

REPORT = "/gmv_max/report/get/"
DAYS = {"start_date": "2026-09-10", "end_date": "2026-09-19"}


def ids(box: Sandbox) -> tuple[str, str]:
    first, second = box.world.accounts.advertisers
    return first.advertiser_id, second.advertiser_id


def report(box: Sandbox, tiktok: Ask, **changes: Any) -> dict[str, Any]:
    asked = {
        "advertiser_id": ids(box)[0], "store_ids": [shop_plan.SHOP_ID], **DAYS,
        "dimensions": ["campaign_id", "stat_time_day"],
        "metrics": ["cost", "orders", "gross_revenue", "roi"],
        "filtering": {"gmv_max_promotion_types": ["PRODUCT"], "campaign_statuses": ["STATUS_ALL"]},
        "page_size": 1000,
    } | changes  # fmt: skip
    return tiktok(REPORT, **{name: value for name, value in asked.items() if value is not None})


def test_the_same_store_is_listed_under_two_advertisers_and_open_to_one(
    box: Sandbox, tiktok: Ask
) -> None:
    first, second = (tiktok("/gmv_max/store/list/", advertiser_id=one)["data"] for one in ids(box))
    assert "page_info" not in first
    (own,), (other,) = first["store_list"], second["store_list"]
    assert own["store_id"] == other["store_id"] == shop_plan.SHOP_ID
    assert (own["is_gmv_max_available"], other["is_gmv_max_available"]) == (True, False)
    assert report(box, tiktok, advertiser_id=ids(box)[1])["code"] == 40002


@pytest.mark.parametrize("stores", [[], [shop_plan.SHOP_ID, "1"], None])
def test_a_report_takes_exactly_one_store(box: Sandbox, tiktok: Ask, stores: Any) -> None:
    assert report(box, tiktok, store_ids=stores)["code"] == 40002


def test_filtering_is_an_object_not_a_list_of_conditions(box: Sandbox, tiktok: Ask) -> None:
    listed = [{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": "[]"}]
    answer = report(box, tiktok, filtering=listed)
    assert answer["code"] == 40002
    assert answer["message"] == "filtering: Field must be set to object"


def test_list_and_report_have_different_words_for_a_promotion_type(
    box: Sandbox, tiktok: Ask
) -> None:
    def listed(*types: str, **more: Any) -> dict[str, Any]:
        filtering = {"gmv_max_promotion_types": types, **more}
        asked = {"advertiser_id": ids(box)[0], "filtering": filtering}
        return tiktok("/gmv_max/campaign/get/", **asked)

    assert listed("PRODUCT")["code"] == 40002
    wrong = {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX"]}
    assert report(box, tiktok, filtering=wrong)["code"] == 40002
    known = listed("PRODUCT_GMV_MAX", primary_status="STATUS_ALL")["data"]["list"]
    assert {one["campaign_id"] for one in known} == {
        one.campaign_id for one in PROMOTIONS if not one.live
    }
    undeleted = listed("PRODUCT_GMV_MAX", "LIVE_GMV_MAX")["data"]["list"]
    assert {one["campaign_id"] for one in undeleted} == {
        one.campaign_id for one in PROMOTIONS if one.deleted is None
    }


def test_gross_revenue_is_every_paid_shop_order_of_the_promoted_products(
    box: Sandbox, tiktok: Ask
) -> None:
    """Organic orders count as well, so it is more than what the ads brought."""
    rows = report(box, tiktok)["data"]["list"]
    claimed = sum(round(float(row["metrics"]["gross_revenue"]) * 100) for row in rows)
    halo = by_ads = 0
    for day in range(9, 19):  # 2026-09-10 to 2026-09-19
        orders = box.world.shop_orders(day)
        counted = sold(orders, box.clock.epoch) & (orders.live < 0)
        for promotion in (one for one in PROMOTIONS if not one.live and one.runs(day)):
            for line in range(orders.quantity.shape[1]):
                for row in counted.nonzero()[0]:
                    if orders.product[row, line] in promotion.products:
                        cents = int(orders.unit_cents[row, line] * orders.quantity[row, line])
                        halo += cents
                        by_ads += cents if orders.paid_ad[row] else 0
    assert claimed == halo
    assert 0 < by_ads < halo


def test_live_campaigns_count_the_orders_of_their_rooms(box: Sandbox, tiktok: Ask) -> None:
    campaign = next(one for one in PROMOTIONS if one.live).campaign_id
    rows = report(
        box, tiktok, dimensions=["campaign_id", "room_id"],
        filtering={"campaign_ids": [campaign]},
        metrics=["cost", "orders", "gross_revenue", "live_views", "10_second_live_views"],
    )["data"]["list"]  # fmt: skip
    rooms = {live.room_id: n for n, live in enumerate(box.world.content.lives)}
    assert rows
    for row in rows:
        live = box.world.content.lives[rooms[row["dimensions"]["room_id"]]]
        orders = box.world.shop_orders(live.day)
        mine = sold(orders, box.clock.epoch) & (orders.live == rooms[live.room_id])
        assert row["metrics"]["orders"] == str(int(mine.sum()))
        assert row["metrics"]["gross_revenue"] == f"{orders.subtotal[mine].sum() / 100:.2f}"
        assert float(row["metrics"]["cost"]) > 0


def test_gmv_max_campaigns_are_in_no_ordinary_list_or_report(box: Sandbox, tiktok: Ask) -> None:
    own = {one.campaign_id for one in PROMOTIONS}
    listed = tiktok("/campaign/get/", advertiser_id=ids(box)[0], page_size=1000,
                    filtering={"primary_status": "STATUS_ALL"})  # fmt: skip
    rows = tiktok("/report/integrated/get/", advertiser_id=ids(box)[0], report_type="BASIC",
                  data_level="AUCTION_CAMPAIGN", dimensions=["campaign_id"], metrics=["spend"],
                  page_size=1000, **DAYS)  # fmt: skip
    assert listed["data"]["list"]
    assert rows["data"]["list"]
    assert not own & {one["campaign_id"] for one in listed["data"]["list"]}
    assert not own & {one["dimensions"]["campaign_id"] for one in rows["data"]["list"]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start_date": "2026-08-20"}, 40002),  # 31 days with stat_time_day
        ({"start_date": "2026-08-21"}, 0),
        ({"dimensions": ["campaign_id", "stat_time_hour"]}, 40002),  # more than a day by hour
        ({"dimensions": ["campaign_id"], "start_date": "2026-01-01"}, 0),
        ({"dimensions": ["campaign_id", "ad_id"]}, 40002),
        ({"metrics": ["cost", "spend"]}, 40002),
        ({"metrics": ["cost", "live_views"]}, 40002),  # of LIVE campaigns only
        ({"filtering": None}, 40002),  # the campaign level wants its promotion type
        ({"dimensions": ["item_group_id", "stat_time_day"]}, 40002),  # products want campaigns
        ({"dimensions": ["advertiser_id"], "filtering": None}, 0),
        ({"page_size": 1001}, 40002),
    ],
)
def test_groupings_have_their_own_limits(
    box: Sandbox, tiktok: Ask, changes: dict[str, Any], code: int
) -> None:
    assert report(box, tiktok, **changes)["code"] == code


def test_product_rows_add_up_to_their_campaign(box: Sandbox, tiktok: Ask) -> None:
    campaign = PROMOTIONS[0].campaign_id
    filtering = {"gmv_max_promotion_types": ["PRODUCT"], "campaign_ids": [campaign]}
    whole = report(box, tiktok, filtering=filtering)["data"]["list"]
    parts = report(box, tiktok, filtering=filtering,
                   dimensions=["campaign_id", "item_group_id", "stat_time_day"])  # fmt: skip

    def total(rows: list[dict[str, Any]], name: str) -> float:
        return sum(float(row["metrics"][name]) for row in rows)

    rows = parts["data"]["list"]
    assert {row["dimensions"]["item_group_id"] for row in rows} == {
        shop_plan.product_id(product) for product in PROMOTIONS[0].products
    }
    assert total(rows, "gross_revenue") == pytest.approx(total(whole, "gross_revenue"))
    assert total(rows, "cost") == pytest.approx(total(whole, "cost"), abs=0.01 * len(rows))


def test_net_cost_follows_hours_later_and_values_are_text(box: Sandbox, tiktok: Ask) -> None:
    asked = {"metrics": ["cost", "net_cost", "roi", "cost_per_order"],
             "start_date": "2026-09-24", "end_date": "2026-09-24"}  # fmt: skip
    today = report(box, tiktok, **asked)["data"]["list"][0]["metrics"]
    assert all(isinstance(value, str) for value in today.values())
    assert float(today["net_cost"]) < float(today["cost"]) * 0.9
    box.clock.advance(2)
    later = report(box, tiktok, **asked)["data"]["list"][0]["metrics"]
    assert float(later["net_cost"]) == pytest.approx(float(later["cost"]) * 0.97, abs=0.02)


def test_reports_have_a_tighter_budget_than_the_app(box: Sandbox, tiktok: Ask) -> None:
    box.settings.tiktok_gmv_max_qps = 1
    codes = {report(box, tiktok)["code"] for _ in range(4)}
    assert codes == {0, 40100}
