"""Properties with a history: what comes late, twice, never, or in another schema."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.state import Sandbox
from tests.sandbox.conftest import BIGQUERY, Get, bigquery_pages

STORY, STREAMING, UNPAID, VOLUME = (
    f"{BIGQUERY}/datasets/analytics_41720032{n}" for n in range(1, 5)
)


def names(get: Get, dataset: str) -> list[str]:
    found = bigquery_pages(get, f"{dataset}/tables")
    assert len(found[0]["tables"]) == 50  # the page nobody asked for
    return [one["tableReference"]["tableId"] for page in found for one in page["tables"]]


def columns(get: Get, table: str) -> dict[str, dict[str, Any]]:
    fields = get(f"{STORY}/tables/{table}").json()["schema"]["fields"]
    return {one["name"]: one for one in fields}


def test_a_day_streams_lands_and_is_written_again(get: Get, box: Sandbox) -> None:
    seen = []
    for hour, day in ((12, 24), (20, 24), (10, 25), (10, 26), (10, 27), (10, 28), (10, 30),
                      (10, 4)):  # fmt: skip
        month = 10 if day < 10 else 9
        box.clock.set(datetime(2026, month, day, hour, tzinfo=UTC))
        rows = []
        for name in ("events_intraday_20260924", "events_20260924"):
            answer = get(f"{STORY}/tables/{name}")
            rows.append(int(answer.json()["numRows"]) if answer.status_code == 200 else None)
        seen.append((rows[0] is not None, rows[1]))
    streamed = [both[0] for both in seen]
    daily = [both[1] for both in seen]
    assert streamed == [True, True, True, False, False, False, False, False]
    assert daily[:2] == [None, None]
    assert daily[2] < daily[3] < daily[4] < daily[5]  # late events, for three days
    assert daily[5] == daily[6] == daily[7]  # written once more on the ninth, in other values


def test_the_ninth_day_changes_values_and_not_the_count(get: Get, box: Sandbox) -> None:
    table = f"{STORY}/tables/events_20260914"
    wanted = {"selectedFields": "event_server_timestamp_offset"}
    box.clock.set(datetime(2026, 9, 23, 10, tzinfo=UTC))
    before, old = get(table).json(), get(f"{table}/data", **wanted).json()["rows"]
    box.clock.set(datetime(2026, 9, 24, 10, tzinfo=UTC))
    after, new = get(table).json(), get(f"{table}/data", **wanted).json()["rows"]
    assert before["numRows"] == after["numRows"]
    assert int(after["lastModifiedTime"]) > int(before["lastModifiedTime"])
    assert sorted(map(json.dumps, old)) != sorted(map(json.dumps, new))


def test_some_days_are_late_missing_or_empty(get: Get) -> None:
    found = set(names(get, STORY))
    first = datetime(2026, 3, 20, tzinfo=UTC).toordinal()
    days = [f"events_{datetime.fromordinal(first + n):%Y%m%d}" for n in range(188)]
    assert [n for n, day in enumerate(days) if day not in found] == [40, 101, 162]
    empty = get(f"{STORY}/tables/{days[20]}").json()
    page = get(f"{STORY}/tables/{days[20]}/data").json()
    assert (empty["numRows"], empty["numBytes"], page["totalRows"]) == ("0", "0", "0")
    assert "rows" not in page
    late = [one for one in (12, 43, 74) if days[one] in found]
    for number in late:
        made = int(get(f"{STORY}/tables/{days[number]}").json()["creationTime"]) // 1_000
        assert 6 <= datetime.fromtimestamp(made, UTC).toordinal() - (first + number) <= 7


def test_old_shards_keep_their_schema(get: Get) -> None:
    oldest, middle, newest = (
        columns(get, f"events_{stamp}") for stamp in ("20260325", "20260425", "20260820")
    )
    assert "collected_traffic_source" not in oldest
    assert "batch_page_id" not in middle
    assert {"batch_page_id", "session_traffic_source_last_click"} <= set(newest)
    manual = {one["name"] for one in newest["collected_traffic_source"]["fields"]}
    before = {one["name"] for one in middle["collected_traffic_source"]["fields"]}
    assert manual - before == {
        "manual_source_platform", "manual_creative_format", "manual_marketing_tactic",
    }  # fmt: skip
    types = [
        {one["name"]: one["type"] for one in of["device"]["fields"]}["is_limited_ad_tracking"]
        for of in (oldest, middle)
    ]
    assert types == ["BOOLEAN", "STRING"]
    assert newest["stream_id"]["type"] == "STRING"
    users = columns(get, "pseudonymous_users_20260923")
    assert users["stream_id"]["type"] == "INTEGER"


def test_tables_that_no_export_made_stand_among_the_days(get: Get) -> None:
    listed = bigquery_pages(get, f"{STORY}/tables", maxResults=1_000)[0]["tables"]
    kinds = {one["tableReference"]["tableId"]: one["type"] for one in listed}
    assert {"events_backup_20260923", "events_fresh_20260923", "events_20261399"} <= set(kinds)
    assert {name for name, kind in kinds.items() if kind == "VIEW"} == {
        "events_v", "events_20260319",
    }  # fmt: skip
    refused = get(f"{STORY}/tables/events_v/data").json()["error"]
    assert refused["message"] == "Cannot list a table of type VIEW."


def test_content_is_as_odd_as_real_exports_are(get: Get) -> None:
    path = f"{STORY}/tables/events_20260820"
    fields = get(path).json()["schema"]["fields"]
    places = {one["name"]: place for place, one in enumerate(fields)}
    rows = [row["f"] for row in get(f"{path}/data").json()["rows"]]

    def cells(name: str) -> list[Any]:
        return [row[places[name]]["v"] for row in rows]

    assert {"9223372036854775807", "-9223372036854775808"} <= set(cells("event_bundle_sequence_id"))
    assert None in cells("user_pseudo_id")
    assert {cell["f"][0]["v"] for cell in cells("privacy_info")} == {"Yes", "No", "Unset"}
    click = cells("collected_traffic_source")
    assert None in click
    assert any(cell and all(one["v"] is None for one in cell["f"]) for cell in click)
    assert [] in cells("items")
    texts = json.dumps(rows, ensure_ascii=False)
    assert all(word in texts for word in ("🌊", "(not set)", '"Infinity"', '"-Infinity"', '"NaN"',
                                          '"000', '"03"', '"v": ""'))  # fmt: skip
    whole = [json.dumps(row) for row in rows]
    assert len(whole) - len(set(whole)) == 1  # one in 250 came twice
    # What the vendor's client can't read must not occur.
    assert " true" not in texts
    assert None not in cells("event_params") + cells("items") + cells("user_properties")


def test_a_row_larger_than_a_page_comes_alone(get: Get) -> None:
    sizes = []
    for page in bigquery_pages(get, f"{STORY}/tables/events_20260519/data"):
        sizes.append((len(page["rows"]), len(json.dumps(page)) > 12_000_000))
    assert (1, True) in sizes
    assert sum(rows for rows, _ in sizes) > 200


def test_a_property_that_streams_alone_never_has_a_daily_table(get: Get) -> None:
    found = bigquery_pages(get, f"{STREAMING}/tables", maxResults=1_000)[0]["tables"]
    assert len(found) == 44
    assert all("intraday" in one["id"] for one in found)


def test_an_unpaid_project_loses_its_oldest_day(get: Get, box: Sandbox) -> None:
    def oldest() -> dict[str, Any]:
        found = bigquery_pages(get, f"{UNPAID}/tables", maxResults=1_000)[0]["tables"]
        return min(found, key=lambda one: one["id"])

    assert get(UNPAID).json()["defaultTableExpirationMs"] == str(60 * 86_400_000)
    first = oldest()
    assert int(first["expirationTime"]) - int(first["creationTime"]) == 60 * 86_400_000
    box.clock.advance(1)
    assert oldest()["id"] > first["id"]


def test_a_day_of_25_hours_is_one_table(get: Get, box: Sandbox) -> None:
    box.clock.set(datetime(2026, 10, 30, tzinfo=UTC))
    spans = []
    for stamp in ("20260329", "20261025", "20260820"):
        page = get(f"{STORY}/tables/events_{stamp}/data", selectedFields="event_timestamp").json()
        moments = [int(row["f"][0]["v"]) for row in page["rows"]]
        spans.append(round((max(moments) - min(moments)) / 3.6e9))
    assert spans == [23, 25, 24]


@pytest.mark.parametrize("rows", [0, 2_000_000])
def test_a_day_may_have_any_number_of_rows(get: Get, box: Sandbox, rows: int) -> None:
    box.settings.bigquery_volume_rows = rows
    listed = get(f"{VOLUME}/tables").json()
    if not rows:
        assert "tables" not in listed
        return
    path = f"{VOLUME}/tables/events_20260923"
    about = get(path).json()
    assert about["numRows"] == str(rows)
    page = get(f"{path}/data", startIndex=rows - 3, selectedFields="event_timestamp").json()
    assert len(page["rows"]) == 3
    assert "pageToken" not in page
