"""The ad platform's reports: splits by audience, hours, filters, tasks, truncation, legality."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.test_sandbox_tiktok_ads import ALL, MAIN, OVERSEAS, report, rows

ADDITIVE = ("spend", "impressions", "clicks", "conversion", "video_play_actions", "likes")
SPLITS = {"gender": ["gender"], "age": ["age"], "both": ["age", "gender"],
          "country": ["country_code"], "platform": ["platform"], "language": ["language"],
          "placement": ["placement"], "province": ["province_id"]}  # fmt: skip


def audience(ask: Ask, by: list[str], level: str = "campaign", **changes: Any) -> dict[str, Any]:
    dimensions = [f"{level}_id", "stat_time_day", *by]
    return report(ask, level, **{"report_type": "AUDIENCE", "dimensions": dimensions,
                                 "metrics": list(ADDITIVE)} | changes)  # fmt: skip


def sums(found: list[dict[str, Any]], entity: str = "campaign_id") -> dict[Any, list[Decimal]]:
    added: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(ADDITIVE))
    for row in found:
        key = row["dimensions"][entity], row["dimensions"]["stat_time_day"]
        values = [Decimal(row["metrics"][name]) for name in ADDITIVE]
        added[key] = [a + b for a, b in zip(added[key], values, strict=True)]
    return dict(added)


@pytest.mark.parametrize("by", SPLITS.values(), ids=SPLITS)
@pytest.mark.parametrize("level", ["campaign", "ad"])
def test_parts_add_up_to_the_plain_report_to_the_cent(
    tiktok: Ask, by: list[str], level: str
) -> None:
    window = {"start_date": "2026-09-19", "end_date": "2026-09-19"}
    plain = report(tiktok, level, metrics=list(ADDITIVE), **window)
    split = audience(tiktok, by, level, **window)
    assert sums(rows(split), f"{level}_id") == sums(rows(plain), f"{level}_id")
    assert split["data"]["page_info"]["total_number"] > plain["data"]["page_info"]["total_number"]


def test_the_reach_of_parts_has_no_sum(tiktok: Ask) -> None:
    window = {"start_date": "2026-09-18", "end_date": "2026-09-18", "metrics": ["reach"]}
    whole = rows(report(tiktok, "campaign", **window))
    parts = rows(audience(tiktok, ["age"], **window))
    for row in whole:
        campaign = row["dimensions"]["campaign_id"]
        mine = [
            int(part["metrics"]["reach"])
            for part in parts
            if part["dimensions"]["campaign_id"] == campaign
        ]
        assert max(mine) < int(row["metrics"]["reach"]) < sum(mine)


def test_an_unknown_country_has_many_shapes_and_norway_is_text(tiktok: Ask) -> None:
    found = {row["dimensions"]["country_code"] for row in rows(audience(tiktok, ["country_code"]))}
    assert {"FR", "NO", None, "-1", "None"} <= found


def test_splits_by_people_are_sixteen_hours_late_and_countries_are_not(tiktok: Ask) -> None:
    today = {"start_date": "2026-09-24", "end_date": "2026-09-24"}  # 12:30 in Paris
    assert rows(report(tiktok, "campaign", **today))
    assert rows(audience(tiktok, ["country_code"], **today))
    assert not rows(audience(tiktok, ["age", "gender"], **today))


SMALL = {"metrics": ["spend"]}


@pytest.mark.parametrize(
    ("by", "changes"),
    [
        (["age", "country_code"], SMALL),
        (["country_code", "province_id"], SMALL),
        (["age"], {"metrics": ["complete_payment"]}),
        (["age"], {"metrics": ["onsite_shopping"]}),
        (["age"], {"metrics": ["total_purchase"]}),
        (["age"], {"metrics": ["result"]}),
        (["age"], {"metrics": ["live_views"]}),
        (["age"], {"metrics": ["cash_spend"]}),
        (["country_code"], {"metrics": ["reach"]}),
        (["platform"], {"metrics": ["reach"]}),
        ([], SMALL),
        (["age"], {"query_lifetime": "true", **SMALL}),
        (["age"], {"dimensions": ["campaign_id", "stat_time_hour", "age"],
                   "end_date": "2026-09-01", **SMALL}),
        (["age"], {"dimensions": ["campaign_id", "ad_id", "age"], **SMALL}),
        (["interest_category"], SMALL),
        (["age"], {"enable_total_metrics": "true", **SMALL}),
    ],
)  # fmt: skip
def test_an_illegal_split_refuses_the_whole_request(
    tiktok: Ask, by: list[str], changes: dict[str, Any]
) -> None:
    answer = audience(tiktok, by, **changes)
    assert answer["code"] == 40002
    assert answer["data"] == {}


def test_audience_spans_are_capped_like_others(tiktok: Ask) -> None:
    assert audience(tiktok, ["age"], end_date="2026-09-30")["code"] == 0
    assert "30 day" in audience(tiktok, ["age"], end_date="2026-10-01")["message"]


def test_hours_of_a_day_add_up_to_the_day(tiktok: Ask) -> None:
    day = {"start_date": "2026-09-18", "end_date": "2026-09-18", "metrics": list(ADDITIVE)}
    hours = rows(report(tiktok, "ad", dimensions=["ad_id", "stat_time_hour"], **day))
    assert {row["dimensions"]["stat_time_hour"][14:] for row in hours} == {"00:00"}
    by_day = sums(rows(report(tiktok, "ad", **day)), "ad_id")
    added: dict[str, Decimal] = defaultdict(Decimal)
    for row in hours:
        added[row["dimensions"]["ad_id"]] += Decimal(row["metrics"]["spend"])
    assert added == {ad: values[0] for (ad, _), values in by_day.items()}


def test_an_account_east_of_utc_has_its_own_today(tiktok: Ask, box: Sandbox) -> None:
    box.clock.set(datetime.fromisoformat("2026-09-23T22:30:00+00:00"))
    day = {"start_date": "2026-09-24", "end_date": "2026-09-24"}
    assert rows(report(tiktok, "advertiser", advertiser_id=OVERSEAS, **day))


def test_live_sessions_and_the_challenge_show_in_spark_ads_only(tiktok: Ask, box: Sandbox) -> None:
    names = ["live_views", "live_effective_views", "live_product_clicks", "live_unique_views",
             "clicks_on_hashtag_challenge", "campaign_name"]  # fmt: skip
    found = rows(report(tiktok, "campaign", dimensions=["campaign_id"], metrics=names))
    shown = {r["metrics"]["campaign_name"] for r in found if r["metrics"]["live_views"] != "0"}
    assert shown
    spark = {c.name_on(box.today) for c in box.world.accounts.campaigns if c.spark}
    assert shown <= spark
    assert any(r["metrics"]["clicks_on_hashtag_challenge"] != "0" for r in found)
    for row in found:
        views, effective, _, people = (int(row["metrics"][name]) for name in names[:4])
        assert effective <= views
        assert people <= views


def test_purchases_fired_twice_are_claimed_twice_and_known(tiktok: Ask, client: TestClient) -> None:
    truth = client.get("/_sandbox/truth/ads_daily").json()
    double = sum(row["double_purchases"] for row in truth)
    claimed = sum(row["claimed_purchases"] for row in truth)
    found = [
        row
        for account in (MAIN, OVERSEAS)
        for row in rows(report(tiktok, "advertiser", advertiser_id=account,
                               metrics=["complete_payment"]))
    ]  # fmt: skip
    assert sum(int(row["metrics"]["complete_payment"]) for row in found) == claimed
    assert 0 < double < claimed / 10


@pytest.mark.parametrize(
    ("name", "value", "has"),
    [
        ("buying_type", ["RESERVATION_TOP_VIEW"], {"AR | TopView | Rentrée"}),
        ("campaign_automation_type", ["UPGRADED_SMART_PLUS"], {"AR | Smart+ Catalogue"}),
        ("campaign_system_origins", ["PROMOTE"], set()),
    ],
)
def test_filters_limit_a_report(tiktok: Ask, name: str, value: list[str], has: set[str]) -> None:
    rule = {"field_name": name, "filter_type": "IN", "filter_value": json.dumps(value)}
    found = rows(report(tiktok, "campaign", dimensions=["campaign_id"],
                        metrics=["campaign_name"], filtering=[*ALL["campaign"], rule]))  # fmt: skip
    assert {row["metrics"]["campaign_name"] for row in found} == has


def test_top_view_stands_alone_and_the_default_has_it(tiktok: Ask) -> None:
    mixed = {"field_name": "buying_type", "filter_type": "IN",
             "filter_value": '["AUCTION", "RESERVATION_TOP_VIEW"]'}  # fmt: skip
    assert "cannot be combined" in report(tiktok, filtering=[mixed])["message"]
    plain = rows(report(tiktok, "campaign", dimensions=["campaign_id"], metrics=["campaign_name"]))
    assert "AR | TopView | Rentrée" in {row["metrics"]["campaign_name"] for row in plain}


@pytest.mark.parametrize("change", ["filter_type", "field_name"])
def test_a_filter_of_unknown_words_is_refused(tiktok: Ask, change: str) -> None:
    rule = ALL["ad"][0] | {change: "nonsense"}
    assert report(tiktok, filtering=[rule])["code"] == 40002


def test_the_old_word_filters_is_ignored_silently(tiktok: Ask) -> None:
    assert report(tiktok, filtering=None, filters=[{"nonsense": 1}])["code"] == 0


def test_truncation_comes_after_the_filter(client: TestClient, box: Sandbox) -> None:
    box.settings.tiktok_ad_truncation = 8
    campaign = box.world.accounts.campaigns[0].campaign_id

    def ask(**changes: Any) -> tuple[int, bool]:
        rule = {"field_name": "campaign_ids", "filter_type": "IN",
                "filter_value": json.dumps([campaign])}  # fmt: skip
        params = {"report_type": "BASIC", "data_level": "AUCTION_AD", "advertiser_id": MAIN,
                  "dimensions": '["ad_id"]', "start_date": "2026-09-01", "page_size": 100,
                  "end_date": "2026-09-02",
                  "filtering": json.dumps([*ALL["ad"], *([rule] if changes else [])])}  # fmt: skip
        headers = {"Access-Token": box.credentials.tiktok_access_token}
        path = "/open_api/v1.3/report/integrated/get/"
        answer = client.get(path, params=params, headers=headers)
        return len(answer.json()["data"]["list"]), "X-Tt-Ads-Throttle" in answer.headers

    assert ask() == (8, True)
    assert ask(one_campaign=True) == (7, False)


def test_filler_ads_make_a_report_long_and_are_truncated(tiktok: Ask, box: Sandbox) -> None:
    day = {"start_date": "2026-09-18", "end_date": "2026-09-18"}
    before = report(tiktok, **day)["data"]["page_info"]["total_number"]
    box.settings.tiktok_filler_ads = 2_500
    found = []
    for page in (1, 2, 3):
        answer = report(tiktok, page=page, **day)
        found += [row["dimensions"]["ad_id"] for row in rows(answer)]
    assert len(found) == len(set(found)) == before + 2_500
    assert answer["data"]["page_info"] == {"page": 3, "page_size": 1000, "total_page": 3,
                                           "total_number": before + 2_500}  # fmt: skip
    box.settings.tiktok_ad_truncation = 1_000
    assert report(tiktok, **day)["data"]["page_info"]["total_number"] == before + 1_000


class Tasks:
    """The task endpoints."""

    def __init__(self, client: TestClient, box: Sandbox, tiktok: Ask) -> None:
        self.box, self.ask, self._client = box, tiktok, client
        self._headers = {"Access-Token": box.credentials.tiktok_access_token}

    def create(self, **changes: Any) -> dict[str, Any]:
        body = {"advertiser_id": MAIN, "report_type": "BASIC", "data_level": "AUCTION_CAMPAIGN",
                "dimensions": ["campaign_id", "stat_time_day"], "metrics": ["spend", "clicks"],
                "start_date": "2026-09-01", "end_date": "2026-09-24",
                "enable_report_title_translation": False}  # fmt: skip
        return self.post("create", body | changes)

    def post(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post(f"/open_api/v1.3/report/task/{verb}/", json=body,
                                   headers=self._headers)  # fmt: skip
        return dict(answer.json())

    def status(self, task: str) -> str:
        answer = self.ask("/report/task/check/", advertiser_id=MAIN, task_id=task)
        return str(answer["data"]["status"])

    def download(self, task: str) -> str:
        answer = self._client.get("/open_api/v1.3/report/task/download/", headers=self._headers,
                                  params={"advertiser_id": MAIN, "task_id": task})  # fmt: skip
        return answer.text

    def finished(self, **changes: Any) -> list[list[str]]:
        task = self.create(**changes)["data"]["task_id"]
        while self.status(task) != "SUCCESS":
            pass
        return list(csv.reader(io.StringIO(self.download(task))))


@pytest.fixture
def tasks(client: TestClient, box: Sandbox, tiktok: Ask) -> Tasks:
    box.settings.tiktok_async_reports = True
    box.settings.tiktok_task_creations_per_second = 0
    return Tasks(client, box, tiktok)


def test_an_app_off_the_allow_list_gets_40118(tasks: Tasks) -> None:
    tasks.box.settings.tiktok_async_reports = False
    assert tasks.create()["code"] == 40118


def test_a_task_queues_works_and_ends(tasks: Tasks) -> None:
    task = tasks.create()["data"]["task_id"]
    assert json.loads(tasks.download(task))["code"] == 40201
    assert [tasks.status(task) for _ in range(4)] == ["QUEUING", "PROCESSING", "SUCCESS", "SUCCESS"]


def test_a_task_can_fail_or_be_canceled(tasks: Tasks) -> None:
    tasks.box.settings.tiktok_task_outcome = "FAILED"
    failed = tasks.create()["data"]["task_id"]
    assert [tasks.status(failed) for _ in range(3)][-1] == "FAILED"
    assert json.loads(tasks.download(failed))["code"] == 40200
    canceled = tasks.create()["data"]["task_id"]
    tasks.post("cancel", {"advertiser_id": MAIN, "task_id": canceled})
    assert tasks.status(canceled) == "CANCELED"
    unknown = tasks.ask("/report/task/check/", advertiser_id=MAIN, task_id="1")
    assert unknown["code"] == 40007


def test_a_task_s_file_is_bare_csv_with_the_rows_of_the_report(tasks: Tasks) -> None:
    header, *lines = tasks.finished()
    assert header == ["campaign_id", "stat_time_day", "spend", "clicks"]
    found = rows(report(tasks.ask, "campaign", metrics=["spend", "clicks"]))
    wanted = [[*row["dimensions"].values(), *row["metrics"].values()] for row in found]
    assert sorted(lines) == sorted(wanted)


def test_headers_are_translated_by_default_and_countries_have_names(tasks: Tasks) -> None:
    header, *lines = tasks.finished(
        report_type="AUDIENCE", dimensions=["campaign_id", "stat_time_day", "country_code"],
        enable_report_title_translation=None,
    )  # fmt: skip
    assert header == ["Campaign ID", "By Day", "Country/Region", "Cost", "Clicks (Destination)"]
    assert {"France", "Norway", "Unknown"} <= {line[2] for line in lines}


def test_a_task_has_no_cap_on_days_or_ads_and_takes_ids_only(tasks: Tasks) -> None:
    tasks.box.settings.tiktok_ad_truncation = 3
    assert len(tasks.finished(data_level="AUCTION_AD", dimensions=["ad_id"])) > 20
    assert tasks.create(start_date="2025-01-01")["code"] == 0
    assert tasks.create(filtering=ALL["campaign"])["code"] == 40002
    people = {"report_type": "AUDIENCE", "metrics": ["reach"],
              "dimensions": ["campaign_id", "stat_time_day", "age"]}  # fmt: skip
    assert tasks.create(**people)["code"] == 40002


def test_tasks_have_a_rate_of_their_own(tasks: Tasks) -> None:
    tasks.box.settings.tiktok_task_creations_per_second = 2
    assert [tasks.create()["code"] for _ in range(3)] == [0, 0, 40100]


def test_a_large_file_is_fetched_from_its_own_address(tasks: Tasks) -> None:
    task = tasks.create(output_format="CSV_DOWNLOAD")["data"]["task_id"]
    while tasks.status(task) != "SUCCESS":
        pass
    data = tasks.ask("/report/task/download/", advertiser_id=MAIN, task_id=task)["data"]
    assert data["output_format"] == "CSV_DOWNLOAD"
    assert "as_file" in data["download_url"]
