"""Report tasks: used where the app may, given up for campaigns where it may not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rivage.connectors import tiktok_tasks
from rivage.connectors.base import Account
from rivage.connectors.tiktok_ads import TikTokAds
from rivage.connectors.tiktok_report import computed_to
from rivage.errors import BadRequest
from rivage.streams import all_streams, stream
from rivage.streams._tiktok_metrics import CASH, MOST_PER_REQUEST, PEOPLE
from rivage.streams.model import Daily
from rivage.windows import Window
from tests.connectors.fake_tiktok import OCTOBER, PARIS, REPORT, Connect, FakeTikTok, rows

SIX = [f"c{n}-" for n in range(6)]
DAY = Window(OCTOBER.start, OCTOBER.start)
REPORTS = [one for one in all_streams().values() if one.endpoint == "report/integrated/get/"]


@pytest.fixture(autouse=True)
def _nothing_refused_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiktok_tasks, "_refused", set())


def truncated(**more: Any) -> FakeTikTok:
    """Twelve ads, of which a report considers six."""
    return FakeTikTok(campaigns=SIX, ads=2, ads_limit=6, **more)


def paths(connector: TikTokAds) -> list[str]:
    return [call.path.removeprefix("/open_api/v1.3/") for call in connector.server.calls]  # type: ignore[attr-defined]


def ids(found: list[dict[str, Any]]) -> list[str]:
    return sorted(record["dimensions"]["ad_id"] for record in found)


ALL_ADS = sorted(f"{campaign}{ad}" for campaign in SIX for ad in range(2))


def test_a_truncated_report_is_read_by_a_task(connect_tiktok: Connect, slept: list[float]) -> None:
    fake = truncated(task_states=("QUEUING", "PROCESSING", "SUCCESS"))
    connector = connect_tiktok(fake)
    found = rows(connector.pages(REPORT, PARIS, DAY))
    assert ids(found) == ALL_ADS
    assert found[0]["metrics"]["spend"] == "1.00"
    assert "campaign/get/" not in paths(connector)
    (task,) = fake.tasks
    assert task["enable_report_title_translation"] is False
    assert task["output_format"] == "CSV_STRING"
    assert "filtering" not in task  # a task takes ids only
    assert slept == [2.0, 4.0]


def test_a_long_window_is_several_tasks(connect_tiktok: Connect) -> None:
    fake = truncated(task_states=("SUCCESS",))
    found = rows(connect_tiktok(fake).pages(REPORT, PARIS, OCTOBER))
    assert len(found) == 12 * OCTOBER.days
    assert len({tuple(record["dimensions"].values()) for record in found}) == len(found)
    assert max(
        (date.fromisoformat(task["end_date"]) - date.fromisoformat(task["start_date"])).days + 1
        for task in fake.tasks
    ) == tiktok_tasks.DAYS_PER_TASK  # fmt: skip


def test_an_app_off_the_allow_list_is_asked_once(connect_tiktok: Connect) -> None:
    connector = connect_tiktok(truncated())
    for _ in range(3):
        assert ids(rows(connector.pages(REPORT, PARIS, DAY))) == ALL_ADS
    assert paths(connector).count("report/task/create/") == 1


@pytest.mark.parametrize("end", ["FAILED", "CANCELED", "NEVER SEEN BEFORE"])
def test_a_task_that_fails_leaves_the_campaigns(connect_tiktok: Connect, end: str) -> None:
    connector = connect_tiktok(truncated(task_states=("QUEUING", end)))
    assert ids(rows(connector.pages(REPORT, PARIS, DAY))) == ALL_ADS
    assert "campaign/get/" in paths(connector)


def test_a_task_that_never_ends_is_cancelled(connect_tiktok: Connect, slept: list[float]) -> None:
    connector = connect_tiktok(truncated(task_states=("PROCESSING",)))
    assert ids(rows(connector.pages(REPORT, PARIS, DAY))) == ALL_ADS
    assert paths(connector).count("report/task/cancel/") == 1
    assert sum(slept) <= 900


def test_translated_headers_are_not_taken_for_fields(connect_tiktok: Connect) -> None:
    fake = truncated(task_states=("SUCCESS",), task_header=["Ad ID", "By Day", "Cost"])
    assert ids(rows(connect_tiktok(fake).pages(REPORT, PARIS, DAY))) == ALL_ADS
    assert fake.looks == 1


def test_countries_are_never_read_by_task(connect_tiktok: Connect) -> None:
    fake = truncated(task_states=("SUCCESS",))
    country = stream("tiktok_ads__campaign_country_daily")
    rows(connect_tiktok(fake).pages(country, PARIS, DAY))
    assert not fake.tasks


def test_an_account_s_own_numbers_are_not_put_together(connect_tiktok: Connect) -> None:
    account = stream("tiktok_ads__advertiser_daily")
    with pytest.raises(BadRequest, match="older ads of account 7001"):
        rows(connect_tiktok(truncated()).pages(account, PARIS, DAY))
    found = rows(connect_tiktok(truncated(task_states=("SUCCESS",))).pages(account, PARIS, DAY))
    assert found


def test_shards_cover_reserved_campaigns_too(connect_tiktok: Connect) -> None:
    connector = connect_tiktok(truncated())
    rows(connector.pages(REPORT, PARIS, DAY))
    asked = [
        json.loads(call.query["filtering"])
        for call in connector.server.calls  # type: ignore[attr-defined]
        if call.path.endswith("campaign/get/")
    ]
    assert {"primary_status": "STATUS_ALL", "buying_types": ["RESERVATION_TOP_VIEW"]} in asked
    assert {"primary_status": "STATUS_ALL"} in asked


@pytest.mark.parametrize(
    ("hour", "last"), [(14, date(2026, 11, 18)), (16, date(2026, 11, 19))]
)  # 15:00 and 17:00 in Paris
def test_a_split_by_people_is_landed_once_it_is_complete(
    connect_tiktok: Connect, hour: int, last: date
) -> None:
    now = datetime(2026, 11, 20, hour, tzinfo=UTC)
    assert computed_to(stream("tiktok_ads__campaign_age_gender_daily"), "Europe/Paris", now) == last
    assert computed_to(REPORT, "Europe/Paris", now) == date(2026, 11, 20)


def test_days_not_computed_yet_are_marked(connect_tiktok: Connect) -> None:
    late = stream("tiktok_ads__campaign_age_gender_daily")
    window = Window(date(2026, 11, 18), date(2026, 11, 19))
    pages = list(connect_tiktok(FakeTikTok()).pages(late, PARIS, window))
    assert {page.served_to for page in pages} == {date(2026, 11, 18)}  # it is 13:00 in Paris
    pages = list(connect_tiktok(FakeTikTok()).pages(REPORT, PARIS, window))
    assert {page.served_to for page in pages} == {None}


def test_hours_are_asked_for_one_day_at_a_time(connect_tiktok: Connect) -> None:
    fake = FakeTikTok()
    hourly = stream("tiktok_ads__ad_hourly")
    week = Window(date(2026, 11, 1), date(2026, 11, 7))
    rows(connect_tiktok(fake).pages(hourly, PARIS, week))
    assert [window.days for window in fake.windows] == [1] * 7


@pytest.mark.parametrize("one", REPORTS, ids=lambda one: one.name)
def test_a_report_asks_only_for_what_its_level_allows(one: Any) -> None:
    options, metrics = one.options, set(one.options["metrics"])
    assert len(metrics) == len(options["metrics"]) <= MOST_PER_REQUEST
    assert bool(metrics & set(CASH)) == (options["data_level"] == "AUCTION_ADVERTISER")
    assert isinstance(one.window, Daily)
    assert one.window.days_per_request <= 30
    assert set(one.keys) == set(options["dimensions"])  # an id alone is one row per entity
    statuses = [rule["field_name"] for rule in options["filtering"]]
    level = options["data_level"].removeprefix("AUCTION_").lower()
    assert statuses == ([] if level == "advertiser" else [f"{level}_status"])
    hourly = "stat_time_hour" in options["dimensions"]
    assert not (hourly and (metrics & set(PEOPLE) or options["report_type"] == "AUDIENCE"))
    assert one.lookback.days == (2 if hourly else 28)
    assert "placement" not in metrics
    assert "total_complete_payment_value" not in metrics
    legs = {"total_purchase", "complete_payment", "onsite_shopping"}
    assert metrics & legs == (legs if options["report_type"] == "BASIC" else set())


def test_an_account_without_rows_is_empty_and_not_an_error(connect_tiktok: Connect) -> None:
    fake = FakeTikTok(ads=0)
    quiet = Account("7001", "quiet", "Indian/Reunion", "EUR")
    assert rows(connect_tiktok(fake).pages(REPORT, quiet, DAY)) == []
