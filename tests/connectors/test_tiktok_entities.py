"""Campaigns, ads, Smart+ ads, pixels and their events, asked for the way the API wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage.connectors.base import Page
from rivage.connectors.tiktok_ads import TikTokAds
from rivage.errors import AccountUnknown, BadRequest, NotGranted, SchemaBroke
from rivage.landing.store import Store
from rivage.landing.writer import write
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.fake_tiktok import PARIS, FakeTikTok, envelope, failure, page_of
from tests.connectors.loopback import Call, Reply

ADS, SMART = stream("tiktok_ads__ads"), stream("tiktok_ads__smart_plus_ads")
CAMPAIGNS = stream("tiktok_ads__campaigns")
PIXELS, STATS = stream("tiktok_ads__pixels"), stream("tiktok_ads__pixel_event_stats")
DAYS = Window(date(2026, 11, 3), date(2026, 11, 5))
Connect = Callable[..., TikTokAds]


@dataclass
class Assets:
    """An account with some pixels; each received `day` page views."""

    pixels: int = 2
    refusal: Reply | None = None
    ads: list[dict[str, Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def __call__(self, call: Call) -> Reply:
        self.calls.append(call)
        place = call.path.removeprefix("/open_api/v1.3/")
        if place.startswith("pixel/") and self.refusal is not None:
            return self.refusal
        if place == "pixel/list/":
            if int(call.query.get("page_size", "10")) > 20:
                return failure(40002, "page_size: Must be between 1 and 20.")
            rows = [{"pixel_id": str(10**18 + n)} for n in range(self.pixels)]
            data = page_of(rows, call)
            return Reply(envelope({"pixels": data["list"], "page_info": data["page_info"]}))
        if place == "pixel/event/stats/":
            return self._stats(call)
        reserved = "RESERVATION_TOP_VIEW" in call.query.get("filtering", "")
        return Reply(envelope(page_of([] if reserved else self.ads, call)))

    def _stats(self, call: Call) -> Reply:
        ids, days = json.loads(call.query["pixel_ids"]), json.loads(call.query["date_range"])
        if not isinstance(ids, list):
            return failure(40002, "pixel_ids: Field must be set to array")
        if len(ids) > 10:
            return failure(40002, "pixel_ids: Longer than maximum length 10.")
        total = date.fromisoformat(days["start_date"]).day
        assert days["start_date"] == days["end_date"]
        event = {"pixel_event_type": "PAGE_VIEW", "custom_event_type": None, "total_count": total}
        rows = [{"pixel_id": each, "statistics": [event]} for each in ids]
        return Reply(envelope({"list": rows}))

    def asked(self, endpoint: str) -> list[dict[str, str]]:
        """Parameters of the calls to one endpoint."""
        return [c.query for c in self.calls if c.path == f"/open_api/v1.3/{endpoint}"]


def pages(connector: TikTokAds, asked: Any, window: Window = DAYS) -> list[Page]:
    found = list(connector.pages(asked, PARIS, window))
    return [page for page in found if isinstance(page, Page)]


def test_pixels_are_read_in_pages_of_twenty(connect_tiktok: Connect) -> None:
    fake = Assets(pixels=45)
    found = pages(connect_tiktok(fake), PIXELS)
    assert [len(page.records) for page in found] == [20, 20, 5]
    assert {query["page_size"] for query in fake.asked("pixel/list/")} == {"20"}


def test_events_are_asked_day_by_day_with_json_and_stamped(connect_tiktok: Connect) -> None:
    fake = Assets()
    found = [record for page in pages(connect_tiktok(fake), STATS) for record in page.records]
    assert [(one["stat_date"], one["total_count"]) for one in found] == [
        ("2026-11-03", 3), ("2026-11-03", 3), ("2026-11-04", 4), ("2026-11-04", 4),
        ("2026-11-05", 5), ("2026-11-05", 5),
    ]  # fmt: skip
    first = fake.asked("pixel/event/stats/")[0]
    assert json.loads(first["pixel_ids"]) == [str(10**18), str(10**18 + 1)]
    assert json.loads(first["date_range"]) == {"start_date": "2026-11-03", "end_date": "2026-11-03"}


def test_ten_pixels_at_a_time(connect_tiktok: Connect) -> None:
    fake = Assets(pixels=23)
    found = pages(connect_tiktok(fake), STATS, Window(DAYS.start, DAYS.start))
    asked = [len(json.loads(query["pixel_ids"])) for query in fake.asked("pixel/event/stats/")]
    assert asked == [10, 10, 3]
    assert sum(len(page.records) for page in found) == 23
    assert [page.number for page in found] == [1, 2, 3]


def test_an_account_without_pixels_is_asked_no_further(connect_tiktok: Connect) -> None:
    fake = Assets(pixels=0)
    (page,) = pages(connect_tiktok(fake), STATS)
    assert page.records == []
    assert fake.asked("pixel/event/stats/") == []


@pytest.mark.parametrize("asked", [PIXELS, STATS], ids=["pixels", "events"])
def test_an_account_that_withholds_its_pixels_is_not_taken_for_one_without(
    connect_tiktok: Connect, asked: Any
) -> None:
    refusal = failure(40001, "advertiser does not grant you /pixel/list/:GET permission")
    with pytest.raises(NotGranted, match="pixel/list") as caught:
        pages(connect_tiktok(Assets(refusal=refusal)), asked)
    assert caught.value.request_id


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Permission error: The access token lacks the required scope for endpoint "
         "'/pixel/list/(method=GET)'.", NotGranted),
        ("The advertiser 7001 doesn't exist or has been deleted.", AccountUnknown),
    ],
)  # fmt: skip
def test_an_app_without_the_scope_is_an_error_for_all(
    connect_tiktok: Connect, message: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        pages(connect_tiktok(Assets(refusal=failure(40001, message))), PIXELS)


def test_a_wrong_pixel_question_is_no_reason_to_skip(connect_tiktok: Connect) -> None:
    with pytest.raises(BadRequest):
        pages(connect_tiktok(Assets(refusal=failure(40002, "pixel_ids: no"))), PIXELS)


def test_events_without_statistics_are_not_taken_for_none(connect_tiktok: Connect) -> None:
    def broken(call: Call) -> Reply:
        if call.path.endswith("pixel/list/"):
            return Assets()(call)
        return Reply(envelope({"list": [{"pixel_id": "1", "statistics": None}]}))

    with pytest.raises(SchemaBroke, match="statistics"):
        pages(connect_tiktok(broken), STATS)


def test_only_whole_utc_days_are_known(connect_tiktok: Connect, tmp_path: Path) -> None:
    # It is noon of 20 November: the 20th goes on, in UTC and in Paris.
    window = Window(date(2026, 11, 19), date(2026, 11, 20))
    found = pages(connect_tiktok(Assets()), STATS, window)
    assert {page.served_to for page in found} == {date(2026, 11, 19)}
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    landed = write(STATS, PARIS, window, found, store=store(tmp_path), salt=None, pulled_at=now)
    assert [str(one.window_start) for one in landed.manifests] == ["2026-11-19"]


def store(folder: Path) -> Store:
    return Store(str(folder / "landing"), folder / "tmp")


def landed_rows(asked: Any, found: list[Page], folder: Path, columns: str) -> list[Any]:
    kept = store(folder)
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    done = write(asked, PARIS, DAYS, found, store=kept, salt=None, pulled_at=now)
    (manifest,) = done.manifests
    assert manifest.object
    path = str(kept.fetch(manifest.object))
    with duckdb.connect() as db:
        return db.execute(f"select {columns} from read_parquet(?) order by all", [path]).fetchall()


def ad(ad_id: str, modified: str | None, **more: Any) -> dict[str, Any]:
    facts = {"adgroup_id": "1840281973104110001", "campaign_id": "1840277864663206001"}
    return {"ad_id": ad_id, **facts, "advertiser_id": "7001", "ad_name": "x",
            "modify_time": modified, **more}  # fmt: skip


def test_ads_without_modify_time_are_kept(connect_tiktok: Connect, tmp_path: Path) -> None:
    ads = [ad("9007199254740993", None), ad("9007199254740995", "2026-11-01 10:00:00")]
    found = pages(connect_tiktok(Assets(ads=ads)), ADS)
    rows = landed_rows(ADS, found, tmp_path, "ad_id, modify_time, adgroup_id")
    # Ids above 2^53 stay apart and whole.
    assert rows == [
        ("9007199254740993", None, "1840281973104110001"),
        ("9007199254740995", "2026-11-01 10:00:00", "1840281973104110001"),
    ]


def test_the_whole_list_is_read_whatever_was_modified(connect_tiktok: Connect) -> None:
    fake = Assets(ads=[ad("1", None)])
    pages(connect_tiktok(fake), ADS)
    asked = [json.loads(query["filtering"]) for query in fake.asked("ad/get/")]
    assert all("modified_after" not in one for one in asked)
    assert [one["primary_status"] for one in asked] == ["STATUS_ALL", "STATUS_ALL"]


def test_smart_plus_ads_come_in_pages_of_a_hundred_with_their_lists(
    connect_tiktok: Connect, tmp_path: Path
) -> None:
    creatives = [{"ad_material_id": "1", "creative_info": {"video_info": {"video_id": "v1"}}}]
    ads = [
        {"smart_plus_ad_id": str(10**18 + n), "adgroup_id": "2", "campaign_id": "3",
         "advertiser_id": "7001", "ad_name": "s", "creative_list": creatives}
        for n in range(130)
    ]  # fmt: skip
    fake = Assets(ads=ads)
    found = pages(connect_tiktok(fake), SMART)
    assert {query["page_size"] for query in fake.asked("smart_plus/ad/get/")} == {"100"}
    assert [len(page.records) for page in found] == [100, 30]
    rows = landed_rows(SMART, found, tmp_path, "count(*), min(creative_list::varchar)")
    assert [(rows[0][0], json.loads(rows[0][1]))] == [(130, creatives)]


def test_fields_that_only_some_rows_have_are_no_broken_schema(
    connect_tiktok: Connect, tmp_path: Path
) -> None:
    campaigns = [
        {"campaign_id": "1", "advertiser_id": "7001", "campaign_name": "a", "budget": 100},
        {"campaign_id": "2", "advertiser_id": "7001", "campaign_name": "b", "budget": 12.5,
         "special_industries": [], "secondary_status": "CAMPAIGN_STATUS_ENABLE"},
    ]  # fmt: skip
    found = pages(connect_tiktok(Assets(ads=campaigns)), CAMPAIGNS)
    rows = landed_rows(CAMPAIGNS, found, tmp_path, "campaign_id, budget, secondary_status, _extra")
    assert rows == [
        ("1", 100.0, None, None),
        ("2", 12.5, "CAMPAIGN_STATUS_ENABLE", '{"special_industries":[]}'),
    ]


def test_an_advertisers_personal_fields_never_land(connect_tiktok: Connect, tmp_path: Path) -> None:
    advertisers = stream("tiktok_ads__advertisers")
    record = {
        "advertiser_id": "7001", "name": "Rivage", "currency": "EUR", "timezone": "Etc/GMT-1",
        "display_timezone": "Europe/Paris", "create_time": 1779790935, "email": "c***e@x.example",
        "telephone_number": "+33*****42", "contacter": "C*** M***", "address": "1* rue",
    }  # fmt: skip
    fake = Assets()

    def answer(call: Call) -> Reply:
        fake.calls.append(call)
        return Reply(envelope({"list": [record]}))

    found = pages(connect_tiktok(answer), advertisers)
    rows = landed_rows(advertisers, found, tmp_path, "create_time, _extra")
    assert rows == [(1779790935, None)]


def test_more_than_a_hundred_accounts_are_asked_in_parts(connect_tiktok: Connect) -> None:
    granted = [str(7_438_190_276_645_871_000 + n) for n in range(230)]
    connector = connect_tiktok(FakeTikTok(granted=granted), app_id="1", app_secret="s")
    assert [account.id for account in connector.accounts()] == granted
    calls = connector.server.calls  # type: ignore[attr-defined]
    asked = [c.query["advertiser_ids"] for c in calls if c.path.endswith("advertiser/info/")]
    assert [len(json.loads(one)) for one in asked] == [100, 100, 30]
    assert all(isinstance(each, str) for each in json.loads(asked[0]))
