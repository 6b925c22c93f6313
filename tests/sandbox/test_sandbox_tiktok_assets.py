"""The ad platform's entities beyond the plain ones: TopView, Smart+, pixels, budgets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sandbox.state import Sandbox
from sandbox.tiktok_ads.entities import TOP_VIEW
from sandbox.tiktok_ads.records import PIXEL_ID
from tests.sandbox.conftest import Ask

MAIN, OVERSEAS = "7412083911600873473", "7438190276645871617"
EVERYTHING = {"primary_status": "STATUS_ALL"}
RESERVED = {"buying_types": ["RESERVATION_TOP_VIEW"]}
STATS = "/pixel/event/stats/"


def records(answer: dict[str, Any]) -> list[dict[str, Any]]:
    assert answer["code"] == 0, answer["message"]
    return list(answer["data"].get("list", answer["data"].get("pixels")))


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_top_view_is_listed_only_when_asked_for_alone(tiktok: Ask, level: str) -> None:
    def ids(filtering: dict[str, Any]) -> set[str]:
        found = tiktok(f"/{level}/get/", advertiser_id=MAIN, page_size=100, filtering=filtering)
        return {one["campaign_id"] for one in records(found)}

    default, alone = ids(EVERYTHING), ids(EVERYTHING | RESERVED)
    assert len(alone) == 1
    assert not default & alone
    assert default == ids(EVERYTHING | {"buying_types": ["AUCTION", "RESERVATION_RF"]})
    mixed = {"buying_types": ["AUCTION", "RESERVATION_TOP_VIEW"]}
    answer = tiktok(f"/{level}/get/", advertiser_id=MAIN, filtering=mixed)
    assert (answer["code"], answer["message"]) == (40002, TOP_VIEW)


def test_unknown_buying_types_are_refused(tiktok: Ask) -> None:
    answer = tiktok("/campaign/get/", advertiser_id=MAIN, filtering={"buying_types": ["ANY"]})
    assert answer["code"] == 40002


@pytest.mark.parametrize(
    ("path", "filtering", "most"),
    [
        ("/campaign/get/", EVERYTHING, 1000),
        ("/ad/get/", RESERVED, 100),
        ("/smart_plus/campaign/get/", EVERYTHING, 1000),
        ("/smart_plus/ad/get/", EVERYTHING, 100),
        ("/pixel/list/", {}, 20),
    ],
)
def test_each_list_has_its_own_largest_page(
    tiktok: Ask, path: str, filtering: dict[str, Any], most: int
) -> None:
    allowed = tiktok(path, advertiser_id=MAIN, filtering=filtering, page_size=most)
    assert allowed["data"]["page_info"]["page_size"] == most
    refused = tiktok(path, advertiser_id=MAIN, filtering=filtering, page_size=most + 1)
    assert (refused["code"], refused["data"]) == (40002, {})
    default = tiktok(path, advertiser_id=MAIN, filtering=filtering)
    assert default["data"]["page_info"]["page_size"] == 10


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_deleted_entities_show_with_all_statuses_only(tiktok: Ask, level: str) -> None:
    def listed(**filtering: Any) -> list[dict[str, Any]]:
        return records(tiktok(f"/{level}/get/", advertiser_id=MAIN, page_size=100,
                              filtering=filtering))  # fmt: skip

    default, everything = listed(), listed(**EVERYTHING)
    gone = listed(primary_status="STATUS_DELETE")
    assert len(gone) == len(everything) - len(default) > 0
    assert all("DELETE" in one["secondary_status"] for one in gone)


def test_a_new_budget_and_a_new_name_are_changes(tiktok: Ask, box: Sandbox) -> None:
    def campaign(now: str) -> dict[str, Any]:
        box.clock.set(datetime.fromisoformat(now))
        found = records(tiktok("/campaign/get/", advertiser_id=MAIN, page_size=100))
        return next(one for one in found if "Prospection" in one["campaign_name"])

    # Renamed on world day 15, from 100 to 140 a day on world day 18 (09:00 Paris).
    before, renamed = campaign("2026-09-15T12:00Z"), campaign("2026-09-17T12:00Z")
    richer = campaign("2026-09-20T12:00Z")
    assert before["campaign_name"] != renamed["campaign_name"] == richer["campaign_name"]
    assert [one["budget"] for one in (before, renamed, richer)] == [100, 100, 140]
    assert [one["modify_time"] for one in (renamed, richer)] == [
        "2026-09-16 07:00:00", "2026-09-19 07:00:00",
    ]  # fmt: skip


def test_spark_ads_carry_posts_of_the_plan(tiktok: Ask, box: Sandbox) -> None:
    ads = records(tiktok("/ad/get/", advertiser_id=MAIN, page_size=100, filtering=EVERYTHING))
    shown = {ad["tiktok_item_id"] for ad in ads} - {None}
    posts = {post.item_id for post in box.world.content.posts if post.spark}
    assert shown
    assert shown <= posts
    assert {ad["identity_type"] for ad in ads if ad["tiktok_item_id"]} == {"AUTH_CODE"}


def test_smart_plus_ads_are_lists_of_creatives_without_nulls(tiktok: Ask) -> None:
    smart = records(tiktok("/smart_plus/ad/get/", advertiser_id=MAIN, page_size=100))
    plain = records(tiktok("/ad/get/", advertiser_id=MAIN, page_size=100))
    creatives = [ad for ad in plain if ad["smart_plus_ad_id"]]
    assert {one["smart_plus_ad_id"] for one in smart} == {a["smart_plus_ad_id"] for a in creatives}
    assert sum(len(one["creative_list"]) for one in smart) == len(creatives)
    for one in smart:
        assert None not in one.values()
        assert one["modify_time"]
        assert {part["creative_info"]["video_info"]["video_id"] for part in one["creative_list"]}
    wanted = {"smart_plus_ad_ids": [smart[0]["smart_plus_ad_id"]]}
    assert len(records(tiktok("/smart_plus/ad/get/", advertiser_id=MAIN, filtering=wanted))) == 1
    assert records(tiktok("/smart_plus/ad/get/", advertiser_id=OVERSEAS)) == []


def test_smart_plus_campaigns_have_a_current_budget(tiktok: Ask) -> None:
    (campaign,) = records(tiktok("/smart_plus/campaign/get/", advertiser_id=MAIN))
    assert campaign["campaign_automation_type"] == "UPGRADED_SMART_PLUS"
    assert isinstance(campaign["current_budget"], int)
    (group,) = records(tiktok("/smart_plus/adgroup/get/", advertiser_id=MAIN))
    assert group["campaign_id"] == campaign["campaign_id"]


def test_a_lent_pixel_shows_for_both_accounts(tiktok: Ask) -> None:
    own = records(tiktok("/pixel/list/", advertiser_id=MAIN))
    lent = records(tiktok("/pixel/list/", advertiser_id=OVERSEAS))
    assert own[0]["pixel_id"] == PIXEL_ID  # newest first
    assert [one["pixel_id"] for one in lent] == [PIXEL_ID]
    assert own[0]["asset_ownership"]["ownership_status"]
    assert lent[0]["asset_ownership"]["asset_relation_status"] == "SHARED"
    assert own[0]["create_time"].endswith("Z")
    assert own[0]["has_pcm_config"] is None
    assert own[1]["events"] == []
    assert all(isinstance(event["currency"], str) for event in own[0]["events"])
    oldest = records(tiktok("/pixel/list/", advertiser_id=MAIN, order_by="EARLIEST_CREATE"))
    assert oldest == own[::-1]


def stats(ask: Ask, first: str, last: str, **changes: Any) -> dict[str, Any]:
    params: dict[str, Any] = {
        "advertiser_id": MAIN,
        "pixel_ids": [PIXEL_ID],
        "date_range": {"start_date": first, "end_date": last},
    }
    params |= changes
    return ask(STATS, **{k: v for k, v in params.items() if v is not None})


def by_event(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (pixel,) = records(answer)
    return {one["pixel_event_type"] or one["custom_event_type"]: one
            for one in pixel["statistics"]}  # fmt: skip


def test_pixel_counts_have_no_day_and_add_up_over_days(tiktok: Ask) -> None:
    days = [by_event(stats(tiktok, f"2026-09-{d}", f"2026-09-{d}")) for d in (10, 11, 12)]
    whole = by_event(stats(tiktok, "2026-09-10", "2026-09-12"))
    for event, one in whole.items():
        parts = [day[event] for day in days if event in day]
        assert one["total_count"] == sum(part["total_count"] for part in parts)
        assert one["attributed_count"] == sum(part["attributed_count"] for part in parts)
        both = one["browser_event_total_count"] + one["server_event_total_count"]
        assert one["total_count"] == both
        assert not any("date" in name or "time" in name for name in one)
    assert whole["PAGE_VIEW"]["total_count"] > whole["ON_WEB_DETAIL"]["total_count"]
    assert whole["NewsletterSignup"]["pixel_event_type"] is None


def test_an_order_is_counted_by_browser_and_server(tiktok: Ask, box: Sandbox) -> None:
    found = by_event(stats(tiktok, "2026-09-05", "2026-09-20"))["SHOPPING"]
    orders = sum(int((box.world.orders(day).visit >= 0).sum()) for day in range(4, 20))
    assert found["server_event_total_count"] == pytest.approx(orders * 0.93, rel=0.1)
    assert found["total_count"] > orders * 1.5


def test_pixel_days_are_utc(tiktok: Ask, box: Sandbox) -> None:
    # 00:30 in Paris on the 11th is still the 10th in UTC.
    box.clock.set(datetime.fromisoformat("2026-09-10T22:30:00+00:00"))
    assert by_event(stats(tiktok, "2026-09-11", "2026-09-11")) == {}
    before = by_event(stats(tiktok, "2026-09-10", "2026-09-10"))["PAGE_VIEW"]["total_count"]
    box.clock.set(datetime.fromisoformat("2026-09-11T03:00:00+00:00"))
    after = by_event(stats(tiktok, "2026-09-10", "2026-09-10"))["PAGE_VIEW"]["total_count"]
    assert after > before
    assert by_event(stats(tiktok, "2026-09-11", "2026-09-11"))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"pixel_ids": PIXEL_ID}, "pixel_ids: Field must be set to array"),
        ({"pixel_ids": [PIXEL_ID] * 11}, "maximum length 10"),
        ({"pixel_ids": None}, "pixel_ids: Missing data"),
        ({"pixel_ids": ["1"]}, "No permission to operate pixel 1"),
        ({"date_range": None}, "date_range: Missing data"),
        ({"date_range": "2026-09-10"}, "date_range: Field must be set to object"),
        ({"date_range": {"start_date": "2026-09-10"}}, "date_range.end_date"),
        ({"date_range": {"start_date": "2026-08-01", "end_date": "2026-08-31"}}, "30 days"),
    ],
)
def test_illegal_pixel_questions_are_refused(
    tiktok: Ask, changes: dict[str, Any], text: str
) -> None:
    answer = stats(tiktok, "2026-09-10", "2026-09-10", **changes)
    assert answer["code"] == 40002
    assert text in answer["message"]


def test_an_account_can_withhold_its_pixels(tiktok: Ask, box: Sandbox) -> None:
    box.settings.tiktok_advertisers_without_pixels = [MAIN]
    answer = tiktok("/pixel/list/", advertiser_id=MAIN)
    text = "advertiser does not grant you /pixel/list/:GET permission"
    assert (answer["code"], answer["message"]) == (40001, text)
    assert stats(tiktok, "2026-09-10", "2026-09-10")["code"] == 40001
    assert records(tiktok("/pixel/list/", advertiser_id=OVERSEAS))


def test_the_top_view_day_is_in_the_reports(tiktok: Ask, box: Sandbox) -> None:
    (campaign,) = records(tiktok("/campaign/get/", advertiser_id=MAIN, filtering=RESERVED))

    def spend(day: str) -> str | None:
        answer = tiktok(
            "/report/integrated/get/", advertiser_id=MAIN, report_type="BASIC",
            data_level="AUCTION_CAMPAIGN", dimensions=["campaign_id", "stat_time_day"],
            metrics=["spend"], start_date=day, end_date=day, page_size=100,
        )  # fmt: skip
        found = {row["dimensions"]["campaign_id"]: row["metrics"]["spend"]
                 for row in records(answer)}  # fmt: skip
        return found.get(campaign["campaign_id"])

    # World day 21, bought at 15 EUR per thousand.
    assert float(spend("2026-09-22") or 0) > 100
    assert spend("2026-09-21") in (None, "0.00")
    assert spend("2026-09-23") in (None, "0.00")
