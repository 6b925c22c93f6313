"""The ad platform: envelopes, entities, reports, errors."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from tests.sandbox.conftest import Ask

MAIN, OVERSEAS = "7412083911600873473", "7438190276645871617"
ALL = {
    level: [
        {"field_name": f"{level}_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}
    ]
    for level in ("campaign", "adgroup", "ad")
}


def report(ask: Ask, level: str = "ad", **changes: Any) -> dict[str, Any]:
    params: dict[str, Any] = {
        "report_type": "BASIC",
        "data_level": f"AUCTION_{level.upper()}",
        "advertiser_id": MAIN,
        "dimensions": [f"{level}_id", "stat_time_day"],
        "metrics": ["spend", "impressions", "clicks"],
        "start_date": "2026-09-01",
        "end_date": "2026-09-24",
        "page_size": 1000,
    }
    if level in ALL:
        params["filtering"] = ALL[level]
    params |= changes
    return ask("/report/integrated/get/", **{k: v for k, v in params.items() if v is not None})


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    assert answer["code"] == 0, answer["message"]
    return list(answer["data"]["list"])


@pytest.mark.parametrize("advertiser", [MAIN, OVERSEAS])
def test_every_level_adds_up_to_the_truth_to_the_cent(
    tiktok: Ask, client: TestClient, advertiser: str
) -> None:
    truth: dict[str, int] = defaultdict(int)
    for row in client.get("/_sandbox/truth/ads_daily").json():
        if row["advertiser_id"] == advertiser:
            truth[row["report_date"]] += row["spend_cents"]
    for level in ("ad", "adgroup", "campaign", "advertiser"):
        found: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows(report(tiktok, level, advertiser_id=advertiser)):
            found[row["dimensions"]["stat_time_day"][:10]] += Decimal(row["metrics"]["spend"])
        assert {day: int(value * 100) for day, value in found.items()} == truth


def test_reach_is_below_the_sum_of_its_parts(tiktok: Ask) -> None:
    def reach(level: str, dimensions: list[str]) -> list[int]:
        answer = report(tiktok, level, dimensions=dimensions, metrics=["reach"],
                        end_date="2026-09-20")  # fmt: skip
        return [int(row["metrics"]["reach"]) for row in rows(answer)]

    by_ad, whole = reach("ad", ["ad_id"]), reach("advertiser", ["advertiser_id"])[0]
    by_day = reach("advertiser", ["advertiser_id", "stat_time_day"])
    assert max(by_ad) < whole < sum(by_ad)
    assert max(by_day) < whole < sum(by_day)


def test_past_days_grow_as_the_clock_advances(tiktok: Ask, box: Sandbox) -> None:
    def claimed() -> int:
        answer = report(tiktok, "advertiser", metrics=["complete_payment"], end_date="2026-09-20")
        return sum(int(row["metrics"]["complete_payment"]) for row in rows(answer))

    before = claimed()
    box.clock.advance(7)
    grown = claimed()
    box.clock.advance(20)
    assert before < grown
    assert claimed() - grown < grown - before or claimed() == grown


def test_spend_of_finished_days_does_not_change_with_the_clock(tiktok: Ask, box: Sandbox) -> None:
    before = rows(report(tiktok, end_date="2026-09-20"))
    box.clock.advance(2)
    after = rows(report(tiktok, end_date="2026-09-20"))
    assert [row["metrics"] for row in before] == [row["metrics"] for row in after]


def test_restating_multiplies_spend_and_claims_of_the_days(tiktok: Ask, client: TestClient) -> None:
    def spend(day: str) -> Decimal:
        answer = report(tiktok, "advertiser", start_date=day, end_date=day)
        return Decimal(rows(answer)[0]["metrics"]["spend"])

    before, other = spend("2026-09-10"), spend("2026-09-12")
    client.post("/_sandbox/restate", json={"from": "2026-09-09", "to": "2026-09-11", "factor": 1.5})
    assert abs(spend("2026-09-10") - before * Decimal("1.5")) < Decimal("0.5")
    assert spend("2026-09-12") == other
    by_ad = rows(report(tiktok, "ad", start_date="2026-09-10", end_date="2026-09-10"))
    assert sum(Decimal(row["metrics"]["spend"]) for row in by_ad) == spend("2026-09-10")


def test_today_is_partial_and_nothing_lies_after_now(tiktok: Ask) -> None:
    answer = report(tiktok, "advertiser", dimensions=["advertiser_id", "stat_time_hour"],
                    start_date="2026-09-24", end_date="2026-09-24")  # fmt: skip
    hours = [row["dimensions"]["stat_time_hour"] for row in rows(answer)]
    assert max(hours) == "2026-09-24 11:00:00"  # 10:30Z is 12:30 in Paris


def test_an_account_ahead_of_utc_has_rows_while_utc_is_yesterday(tiktok: Ask, box: Sandbox) -> None:
    box.clock.set(datetime.fromisoformat("2026-09-24T23:10:00+00:00"))
    answer = report(tiktok, "advertiser", advertiser_id=OVERSEAS, start_date="2026-09-25",
                    end_date="2026-09-25")  # fmt: skip
    assert rows(answer)[0]["dimensions"]["stat_time_day"] == "2026-09-25 00:00:00"


def test_paging_gives_each_row_once(tiktok: Ask) -> None:
    first = report(tiktok, page_size=None)
    assert len(rows(first)) == 10
    total = first["data"]["page_info"]["total_number"]
    found = []
    for page in range(1, -(-total // 100) + 1):
        found += rows(report(tiktok, page=page, page_size=100))
    keys = {json.dumps(row["dimensions"], sort_keys=True) for row in found}
    assert len(found) == len(keys) == total
    beyond = report(tiktok, page=99, page_size=100)
    assert rows(beyond) == []
    assert beyond["data"]["page_info"]["total_number"] == total


def test_no_rows_means_no_pages(tiktok: Ask) -> None:
    answer = report(tiktok, start_date="2025-01-01", end_date="2025-01-02")
    assert answer["data"]["page_info"]["total_page"] == 0


def test_values_are_texts_with_the_platform_habits(tiktok: Ask) -> None:
    metrics = ["spend", "impressions", "clicks", "ctr", "cpc", "secondary_goal_result",
               "total_purchase", "onsite_shopping", "currency", "campaign_name"]  # fmt: skip
    for row in rows(report(tiktok, metrics=metrics))[:40]:
        values = row["metrics"]
        assert all(isinstance(value, str) for value in values.values())
        assert list(values) == metrics
        rate = 100 * int(values["clicks"]) / max(int(values["impressions"]), 1)
        assert values["ctr"] == f"{rate:.2f}"
        assert (values["secondary_goal_result"], values["total_purchase"]) == ("-", "0")
        assert values["currency"] == "EUR"
        assert row["dimensions"]["stat_time_day"].endswith(" 00:00:00")


def test_purchase_legs_add_up(tiktok: Ask) -> None:
    names = ["complete_payment", "vta_complete_payment", "cta_conversion",
             "evta_payments_completed"]  # fmt: skip
    for row in rows(report(tiktok, "campaign", dimensions=["campaign_id"], metrics=names)):
        total, view, click, engaged = (int(row["metrics"][name]) for name in names)
        assert total == view + click + engaged


def test_deleted_entities_need_the_matching_filter(tiktok: Ask) -> None:
    default = tiktok("/campaign/get/", advertiser_id=MAIN, page_size=100)
    everything = tiktok("/campaign/get/", advertiser_id=MAIN, page_size=100,
                        filtering={"primary_status": "STATUS_ALL"})  # fmt: skip
    missing = {c["campaign_id"] for c in everything["data"]["list"]} - {
        c["campaign_id"] for c in default["data"]["list"]
    }
    assert len(missing) == 1
    plain = rows(report(tiktok, "campaign", filtering=None))
    seen = {r["dimensions"]["campaign_id"] for r in plain}
    with_all = {r["dimensions"]["campaign_id"] for r in rows(report(tiktok, "campaign"))}
    assert missing & with_all
    assert not missing & seen
    assert report(tiktok, "campaign", filtering=ALL["ad"])["code"] == 40002


def test_entities_appear_and_are_renamed_in_mid_world(tiktok: Ask, box: Sandbox) -> None:
    def names() -> set[str]:
        answer = tiktok("/campaign/get/", advertiser_id=MAIN, page_size=100)
        return {c["campaign_name"] for c in answer["data"]["list"]}

    now = names()
    box.clock.set(datetime.fromisoformat("2026-09-05T08:00:00+00:00"))
    before = names()
    assert "AR | Automne + Hiver" in now - before
    assert "AR | Prospection | Sérum Marin" in before
    assert "AR | Prospection | Sérum Marin V2" in now


def test_smart_plus_ads_have_no_modify_time_and_two_ids(tiktok: Ask) -> None:
    ads = tiktok("/ad/get/", advertiser_id=MAIN, page_size=100)["data"]["list"]
    smart = [ad for ad in ads if ad["campaign_automation_type"].startswith("UPGRADED")]
    assert len(smart) == 4
    assert all(ad["modify_time"] is None for ad in smart)
    by_v2 = rows(report(tiktok, dimensions=["ad_id_v2"]))
    ids = {row["dimensions"]["ad_id_v2"] for row in by_v2}
    assert {ad["smart_plus_ad_id"] for ad in smart} <= ids
    assert len(by_v2) < len(rows(report(tiktok, dimensions=["ad_id"])))


def test_id_dimensions_alone_list_entities_without_data(tiktok: Ask) -> None:
    answer = report(tiktok, dimensions=["ad_id"], start_date="2025-01-01", end_date="2025-01-02")
    assert {row["metrics"]["spend"] for row in rows(answer)} == {"0.00"}


def test_countries_add_up_and_refuse_values(tiktok: Ask) -> None:
    split = rows(report(tiktok, "campaign", dimensions=["campaign_id", "country_code"]))
    whole = rows(report(tiktok, "campaign", dimensions=["campaign_id"]))
    assert sum(int(r["metrics"]["clicks"]) for r in split) == sum(
        int(r["metrics"]["clicks"]) for r in whole
    )
    refused = report(tiktok, "campaign", dimensions=["campaign_id", "country_code"],
                     metrics=["total_complete_payment_rate"])  # fmt: skip
    assert refused["code"] == 40002


def test_several_advertisers_in_one_call_add_facts_and_drop_decimals(tiktok: Ask) -> None:
    answer = report(tiktok, "campaign", advertiser_ids=[MAIN, OVERSEAS], advertiser_id=None,
                    dimensions=["campaign_id"], metrics=["spend"])  # fmt: skip
    found = rows(answer)
    assert {row["metrics"]["advertiser_id"] for row in found} == {MAIN, OVERSEAS}
    assert all("." not in row["metrics"]["spend"] for row in found)


def test_totals_come_with_the_first_page_only(tiktok: Ask) -> None:
    metrics = ["spend", "reach"]
    answer = report(tiktok, "campaign", metrics=metrics, enable_total_metrics="true")
    total = sum(Decimal(row["metrics"]["spend"]) for row in rows(answer))
    assert Decimal(answer["data"]["total_metrics"]["spend"]) == total
    assert answer["data"]["total_metrics"]["reach"] == "-"
    second = report(tiktok, "campaign", metrics=metrics, enable_total_metrics="true", page=2)
    assert "total_metrics" not in second["data"]


def test_lifetime_ignores_dates(tiktok: Ask) -> None:
    lifetime = report(tiktok, "advertiser", dimensions=["advertiser_id"], query_lifetime="true",
                      start_date=None, end_date=None)  # fmt: skip
    days = report(tiktok, "advertiser")
    assert Decimal(rows(lifetime)[0]["metrics"]["spend"]) == sum(
        Decimal(row["metrics"]["spend"]) for row in rows(days)
    )


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"dimensions": "ad_id"}, 40002, "dimensions: Field must be set to array"),
        ({"page_size": 1001}, 40002, "page_size"),
        ({"metrics": ["total_complete_payment_value"]}, 40002,
         "Please correct the information in invalid metric fields and try again. Invalid metric "
         "fields: ['total_complete_payment_value']. "),
        ({"dimensions": ["ad_id", "campaign_id"]}, 40002, "Conflict occurs."),
        ({"dimensions": ["campaign_id"]}, 40002, "Conflict occurs."),
        ({"query_lifetime": "true"}, 40002, "Conflict occurs."),
        ({"metrics": ["cash_spend"]}, 40002, "Conflict occurs."),
        ({"dimensions": ["ad_id", "stat_time_hour"]}, 40002, "1 day"),
        ({"end_date": "2026-10-01"}, 40002, "30 day"),
        ({"dimensions": ["ad_id"], "end_date": "2027-10-01"}, 40002, "365 day"),
        ({"advertiser_id": "7000000000000000001"}, 40001, "doesn't exist or has been deleted."),
        ({"advertiser_id": None}, 40002, "advertiser_id"),
    ],
)  # fmt: skip
def test_illegal_reports_are_refused(
    tiktok: Ask, changes: dict[str, Any], code: int, text: str
) -> None:
    answer = report(tiktok, **changes)
    assert answer["code"] == code
    assert text in answer["message"]
    assert answer["data"] == {}


def test_shape_is_checked_before_the_account(tiktok: Ask) -> None:
    assert report(tiktok, advertiser_id="1", metrics=["nonsense"])["code"] == 40002


def test_token_errors(client: TestClient, box: Sandbox) -> None:
    def code(path: str, **headers: str) -> tuple[int, str]:
        answer = client.get(f"/open_api/v1.3{path}", headers=headers).json()
        return answer["code"], answer["message"]

    good = box.credentials.tiktok_access_token
    assert code("/ad/get/")[0] == 40104
    assert code("/ad/get/", **{"Access-Token": f"Bearer {good}"})[0] == 40105
    assert code("/ad/get/", Authorization=f"Bearer {good}")[0] == 40105
    number, text = code(
        "/report/integrated/get/", **{"Access-Token": box.credentials.tiktok_token_without_reports}
    )
    assert number == 40001
    assert "'/report/integrated/get/(method=GET)'" in text


def test_a_missing_slash_is_a_real_404(client: TestClient) -> None:
    answer = client.get("/open_api/v1.3/campaign/get")
    assert (answer.status_code, answer.text) == (404, "404 page not found")
    assert answer.headers["content-type"].startswith("text/plain")


def test_advertisers_are_discovered_with_the_app_secret(tiktok: Ask, box: Sandbox) -> None:
    app, secret = box.credentials.tiktok_app_id, box.credentials.tiktok_app_secret
    found = tiktok("/oauth2/advertiser/get/", app_id=app, secret=secret)["data"]["list"]
    assert {one["advertiser_id"] for one in found} == {MAIN, OVERSEAS}
    assert "inconsistent" in tiktok("/oauth2/advertiser/get/", app_id="0", secret=secret)["message"]
    facts = tiktok("/advertiser/info/", advertiser_ids=[MAIN])["data"]["list"][0]
    assert (facts["timezone"], facts["display_timezone"]) == ("Etc/GMT-1", "Europe/Paris")
    assert isinstance(facts["create_time"], int)
    assert facts["email"]
    assert tiktok("/advertiser/info/", advertiser_ids=["1"] * 101)["code"] == 40011


def test_top_view_cannot_be_mixed(tiktok: Ask) -> None:
    mixed = {"buying_types": ["AUCTION", "RESERVATION_TOP_VIEW"]}
    assert (
        "RESERVATION_TOP_VIEW"
        in tiktok("/campaign/get/", advertiser_id=MAIN, filtering=mixed)["message"]
    )


def test_calls_above_the_rate_get_40100(tiktok: Ask, box: Sandbox) -> None:
    box.settings.tiktok_qps = 3
    codes = [tiktok("/campaign/get/", advertiser_id=MAIN)["code"] for _ in range(5)]
    assert codes == [0, 0, 0, 40100, 40100]


def test_calls_above_the_advertiser_rate_get_40133(tiktok: Ask, box: Sandbox) -> None:
    box.settings.tiktok_advertiser_qps = 1
    tiktok("/ad/get/", advertiser_id=MAIN)
    answer = tiktok("/ad/get/", advertiser_id=MAIN)
    assert answer["code"] == 40133
    assert f"Advertiser ({MAIN})'s QPS (2) reaches QPS limit 1" in answer["message"]


def test_large_queries_are_refused_until_halved(tiktok: Ask, box: Sandbox) -> None:
    box.settings.tiktok_query_size_limit = 40
    assert report(tiktok)["code"] == 40067  # 3 metrics x 24 days
    assert report(tiktok, end_date="2026-09-12")["code"] == 0


def test_truncation_shows_in_a_header_only(client: TestClient, box: Sandbox, tiktok: Ask) -> None:
    box.settings.tiktok_ad_truncation = 5
    assert len(rows(report(tiktok, dimensions=["ad_id"]))) == 5
    params = {"report_type": "BASIC", "data_level": "AUCTION_AD", "advertiser_id": MAIN,
              "dimensions": '["ad_id"]', "start_date": "2026-09-01",
              "end_date": "2026-09-02"}  # fmt: skip
    answer = client.get("/open_api/v1.3/report/integrated/get/", params=params,
                        headers={"Access-Token": box.credentials.tiktok_access_token})  # fmt: skip
    assert "X-Tt-Ads-Throttle" in answer.headers
