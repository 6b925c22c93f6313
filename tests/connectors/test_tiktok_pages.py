"""The Marketing API connector: paging, halving, sharding, memory."""

from __future__ import annotations

import json
import logging
import tracemalloc
from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rivage.connectors.base import Account, Page
from rivage.errors import (
    BadRequest,
    QueryTooLarge,
    ResponseTruncated,
    WindowInFuture,
)
from rivage.windows import Window
from tests.connectors.fake_tiktok import (
    CAMPAIGNS,
    OCTOBER,
    PARIS,
    REPORT,
    Connect,
    FakeTikTok,
    envelope,
    failure,
    page_of,
    rows,
)
from tests.connectors.loopback import Call, Reply


def test_requests_have_the_api_s_own_form(connect_tiktok: Connect) -> None:
    connector = connect_tiktok(FakeTikTok(), page_size=5000)
    rows(connector.pages(REPORT, PARIS, Window(date(2026, 11, 1), date(2026, 11, 2))))
    (call,) = connector.server.calls  # type: ignore[attr-defined]
    assert call.path == "/open_api/v1.3/report/integrated/get/"
    assert call.headers["Access-Token"] == "token-of-the-app"
    assert json.loads(call.query["dimensions"]) == ["ad_id", "stat_time_day"]
    assert "spend" in json.loads(call.query["metrics"])
    (rule,) = json.loads(call.query["filtering"])
    assert json.loads(rule["filter_value"]) == ["STATUS_ALL"]
    assert call.query["page_size"] == "1000"  # the API's own maximum
    assert (call.query["start_date"], call.query["end_date"]) == ("2026-11-01", "2026-11-02")


def test_entities_are_asked_for_with_deleted_and_top_view_ones(connect_tiktok: Connect) -> None:
    connector = connect_tiktok(FakeTikTok(campaigns=["1", "2"], top_view=["3"]))
    found = rows(connector.pages(CAMPAIGNS, PARIS, OCTOBER))
    assert [record["campaign_id"] for record in found] == ["1", "2", "3"]
    first, second = connector.server.calls  # type: ignore[attr-defined]
    asked = [json.loads(call.query["filtering"]) for call in (first, second)]
    assert [one["primary_status"] for one in asked] == ["STATUS_ALL", "STATUS_ALL"]
    assert [one["buying_types"] for one in asked] == [
        ["AUCTION", "RESERVATION_RF"],
        ["RESERVATION_TOP_VIEW"],
    ]
    assert [call.query["page_size"] for call in (first, second)] == ["1000", "100"]


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(total=st.integers(0, 60), size=st.integers(1, 70))
def test_every_record_comes_exactly_once(connect_tiktok: Connect, total: int, size: int) -> None:
    ids = [str(n) for n in range(total)]
    connector = connect_tiktok(FakeTikTok(campaigns=ids), page_size=size)
    pages = list(connector.pages(CAMPAIGNS, PARIS, OCTOBER))
    assert [record["campaign_id"] for record in rows(pages)] == ids
    # The last page is the list of TopView campaigns, of which there are none.
    assert [page.number for page in pages[:-1]] == list(range(1, max(1, -(-total // size)) + 1))
    assert (pages[-1].number, pages[-1].records) == (1, [])


def test_a_list_that_changes_is_read_again(connect_tiktok: Connect) -> None:
    ids = [str(n) for n in range(9, 0, -1)]

    def before(call: Call) -> Reply | None:
        if call.query.get("page") == "2" and "10" not in ids:
            ids.insert(0, "10")  # a new object is sorted first and shifts the rest
        return None

    connector = connect_tiktok(FakeTikTok(campaigns=ids, before=before), page_size=3)
    found = {record["campaign_id"] for record in rows(connector.pages(CAMPAIGNS, PARIS, OCTOBER))}
    assert found == {str(n) for n in range(1, 11)}


def test_a_list_that_never_rests_is_read_to_its_end(connect_tiktok: Connect) -> None:
    ids = [str(n) for n in range(9)]

    def before(call: Call) -> Reply | None:
        ids.append(str(len(ids)))
        return None

    connector = connect_tiktok(FakeTikTok(campaigns=ids, before=before), page_size=4)
    assert {r["campaign_id"] for r in rows(connector.pages(CAMPAIGNS, PARIS, OCTOBER))} >= set(
        map(str, range(9))
    )


def test_fewer_records_than_announced_are_not_accepted(connect_tiktok: Connect) -> None:
    def answer(call: Call) -> Reply:
        data = page_of([{"campaign_id": str(n)} for n in range(10)], call)
        data["list"] = data["list"][:-1]
        return Reply(envelope(data))

    with pytest.raises(ResponseTruncated, match="announced 10"):
        rows(connect_tiktok(answer, page_size=5).pages(CAMPAIGNS, PARIS, OCTOBER))


@pytest.mark.parametrize("most_days", [1, 2, 7, 29, 30])
def test_halving_covers_each_day_exactly_once(connect_tiktok: Connect, most_days: int) -> None:
    def before(call: Call) -> Reply | None:
        start, end = (date.fromisoformat(call.query[n]) for n in ("start_date", "end_date"))
        too_large = (end - start).days + 1 > most_days
        return failure(40067, "Your query is too large") if too_large else None

    fake = FakeTikTok(before=before)
    connector = connect_tiktok(fake)
    found = rows(connector.pages(REPORT, PARIS, OCTOBER))
    days = [day for window in fake.windows for day in window.each_day()]
    assert days == list(OCTOBER.each_day())
    keys = [tuple(record["dimensions"].values()) for record in found]
    assert len(keys) == len(set(keys)) == 30 * 2


def test_a_day_that_is_too_large_is_raised_with_its_date(connect_tiktok: Connect) -> None:
    connector = connect_tiktok(lambda call: failure(40067, "Your query is too large"))
    with pytest.raises(QueryTooLarge) as caught:
        rows(connector.pages(REPORT, PARIS, OCTOBER))
    assert caught.value.window == "2026-10-01"


def test_repeated_timeouts_shrink_the_window(connect_tiktok: Connect, slept: list[float]) -> None:
    def before(call: Call) -> Reply | None:
        whole = call.query["start_date"] != call.query["end_date"]
        return Reply(b"<html>gateway</html>", 504) if whole else None

    fake = FakeTikTok(before=before)
    connector = connect_tiktok(fake)
    rows(connector.pages(REPORT, PARIS, Window(date(2026, 10, 1), date(2026, 10, 2))))
    assert len(fake.windows) == 2
    assert len(slept) == 1  # the whole window was sent twice, not more


def test_a_longer_window_is_cut_to_the_api_s_cap(connect_tiktok: Connect) -> None:
    fake = FakeTikTok()
    rows(connect_tiktok(fake).pages(REPORT, PARIS, Window(date(2026, 8, 1), date(2026, 10, 30))))
    assert [window.days for window in fake.windows] == [30, 30, 30, 1]


@pytest.mark.parametrize("limit", [4, 60])
def test_a_truncated_report_is_read_by_campaign(connect_tiktok: Connect, limit: int) -> None:
    campaigns = [f"c{n:02d}-" for n in range(70)]
    fake = FakeTikTok(campaigns=campaigns, ads=2, ads_limit=limit)
    found = rows(connect_tiktok(fake).pages(REPORT, PARIS, Window(OCTOBER.start, OCTOBER.start)))
    ids = sorted(record["dimensions"]["ad_id"] for record in found)
    assert ids == sorted(f"{campaign}{ad}" for campaign in campaigns for ad in range(2))


def test_a_campaign_with_too_many_ads_is_named(connect_tiktok: Connect) -> None:
    fake = FakeTikTok(campaigns=["c1"], ads=5, ads_limit=4)
    with pytest.raises(BadRequest, match="c1"):
        rows(connect_tiktok(fake).pages(REPORT, PARIS, Window(OCTOBER.start, OCTOBER.start)))


def test_today_is_the_account_s_own_today(connect_tiktok: Connect) -> None:
    day = Window(date(2026, 11, 21), date(2026, 11, 21))
    apia = Account("7001", "ahead", "Pacific/Apia", "USD")  # 01:00 on the 21st there
    connector = connect_tiktok(FakeTikTok())
    assert rows(connector.pages(REPORT, apia, day))
    with pytest.raises(WindowInFuture):
        rows(connector.pages(REPORT, PARIS, day))


def test_memory_does_not_grow_with_the_number_of_pages(connect_tiktok: Connect) -> None:
    def peak(number_of_pages: int) -> int:
        def answer(call: Call) -> Reply:
            if "TOP_VIEW" in call.query["filtering"]:
                return Reply(envelope(page_of([], call)))
            page = int(call.query["page"])
            rows = [{"campaign_id": f"{page}-{n}", "name": "x" * 200} for n in range(100)]
            info = {"total_number": 100 * number_of_pages, "total_page": number_of_pages}
            return Reply(envelope({"list": rows, "page_info": info}))

        pages = connect_tiktok(answer, keep=False).pages(CAMPAIGNS, PARIS, OCTOBER)
        tracemalloc.start()
        seen = sum(len(page.records) for page in pages if isinstance(page, Page))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert seen == 100 * number_of_pages
        return highest

    logging.disable()  # the test runner keeps every log record, one per page
    try:
        peak(5)  # first use fills caches
        # Keeping 450 more pages would take 11 MB; the JSON decoder's cyclic garbage, about
        # 300 bytes a page until the collector comes, is what the margin is for.
        assert peak(500) - peak(50) < 500_000
    finally:
        logging.disable(logging.NOTSET)
