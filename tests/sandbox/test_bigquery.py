"""The warehouse over REST: lists, tables, pages of rows, refusals."""

from __future__ import annotations

from pathlib import Path

import duckdb
import httpx
import pytest
from fastapi.testclient import TestClient

from sandbox.app import build_app
from sandbox.state import Sandbox
from tests.sandbox.conftest import BIGQUERY as PROJECT
from tests.sandbox.conftest import Get, bigquery_login, bigquery_pages

DATASET = f"{PROJECT}/datasets/analytics_417200311"
DAY = "/tables/events_20260910"


def reason(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


def test_the_tables_of_the_property_are_listed_without_sizes(get: Get) -> None:
    (first, *_) = found = bigquery_pages(get, "/tables", maxResults=10)
    names = [one["tableReference"]["tableId"] for page in found for one in page["tables"]]
    assert len(names) == len(set(names)) == first["totalItems"]
    assert {f"events_202609{day:02}" for day in range(1, 24)} <= set(names)
    assert {"events_intraday_20260923", "events_intraday_20260924"} <= set(names)
    assert names != sorted(names)
    assert not {"numRows", "numBytes", "lastModifiedTime", "schema", "etag"} & {*first["tables"][0]}


def test_a_table_tells_its_size_and_edition_as_texts(get: Get, box: Sandbox) -> None:
    about = get(DAY).json()
    assert about["creationTime"] == "1789102800000"  # 2026-09-11T05:00Z
    assert about["lastModifiedTime"] == "1789362000000"  # three rewrites later
    path = box.exports.delivered(9, box.clock.epoch)
    ((rows,),) = duckdb.sql(f"select count(*) from '{path}'").fetchall()
    assert about["numRows"] == str(rows)
    assert int(about["numBytes"]) / rows > 300
    assert about["schema"]["fields"][1] == {
        "name": "event_timestamp", "type": "INTEGER", "mode": "NULLABLE",
    }  # fmt: skip
    basic = get(DAY, view="BASIC").json()
    assert {*about} - {*basic} == {"numRows", "numBytes", "lastModifiedTime", "numLongTermBytes"}


def test_a_page_ends_at_its_rows_or_its_bytes_and_a_token_leads_on(get: Get, box: Sandbox) -> None:
    whole = get(f"{DAY}/data", selectedFields="event_timestamp").json()
    assert "pageToken" not in whole
    box.settings.bigquery_page_bytes = 1_000
    cut = bigquery_pages(get, f"{DAY}/data", selectedFields="event_timestamp", maxResults=1_000)
    assert [len(page["rows"]) for page in cut[:2]] == [125, 125]  # 8 bytes each
    assert [row for page in cut for row in page["rows"]] == whole["rows"]
    assert {page["totalRows"] for page in cut} == {whole["totalRows"]}
    box.settings.bigquery_page_bytes = 1
    assert len(get(f"{DAY}/data").json()["rows"]) == 1  # one larger row comes alone


def test_rows_do_not_come_in_the_order_of_time(get: Get) -> None:
    rows = get(f"{DAY}/data", selectedFields="event_timestamp").json()["rows"]
    moments = [int(row["f"][0]["v"]) for row in rows]
    assert moments != sorted(moments)


@pytest.mark.parametrize("how", ["altered", "other table", "other fields", "nonsense", "both"])
def test_a_token_serves_the_list_it_was_made_for(get: Get, how: str) -> None:
    made = get(f"{DAY}/data", maxResults=5).json()["pageToken"]
    assert get(f"{DAY}/data", pageToken=made).status_code == 200
    answer = {
        "altered": lambda: get(f"{DAY}/data", pageToken=f"A{made[1:]}"),
        "other table": lambda: get("/tables/events_20260911/data", pageToken=made),
        "other fields": lambda: get(f"{DAY}/data", pageToken=made, selectedFields="event_name"),
        "nonsense": lambda: get(f"{DAY}/data", pageToken="ü"),
        "both": lambda: get(f"{DAY}/data", pageToken=made, startIndex=3),
    }[how]()
    assert reason(answer) == (400, "invalid")


def test_a_rewritten_table_ends_its_tokens(get: Get, box: Sandbox) -> None:
    path = "/tables/events_20260922"
    made, before = get(f"{path}/data", maxResults=5).json()["pageToken"], get(path).json()
    box.clock.advance(1)
    after = get(path).json()
    assert int(after["lastModifiedTime"]) - int(before["lastModifiedTime"]) == 86_400_000
    assert int(after["numRows"]) > int(before["numRows"])
    assert reason(get(f"{path}/data", pageToken=made)) == (400, "invalid")


def test_selected_fields_come_in_the_order_of_the_schema(get: Get) -> None:
    names = "items.item_id,event_params.value.int_value,event_date"
    row = get(f"{DAY}/data", selectedFields=names, maxResults=1).json()["rows"][0]
    assert row["f"][0] == {"v": "20260910"}
    assert {len(one["v"]["f"]) for one in row["f"][1]["v"]} == {1}
    assert reason(get(f"{DAY}/data", selectedFields="event_date,nothing")) == (400, "invalid")
    every = get(f"{DAY}/data", selectedFields="", maxResults=1).json()["rows"][0]
    assert len(every["f"]) == len(get(DAY).json()["schema"]["fields"])


def test_an_unchanged_table_is_not_sent_again(get: Get, box: Sandbox) -> None:
    path = "/tables/events_20260922"
    etag = get(path).json()["etag"]
    again = get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert reason(get(path, headers={"If-Match": "other"})) == (412, "conditionNotMet")
    box.clock.advance(1)
    assert get(path, headers={"If-None-Match": etag}).status_code == 200


def test_rows_of_the_streaming_buffer_are_withheld(get: Get, box: Sandbox) -> None:
    path = "/tables/events_intraday_20260924"
    about = get(path).json()
    streamed = box.exports.streamed(23, box.clock.epoch)
    ((every,),) = duckdb.sql(f"select count(*) from '{streamed}'").fetchall()
    waiting = int(about["streamingBuffer"]["estimatedRows"])
    assert waiting > 0
    assert int(about["numRows"]) == every - waiting
    rows = [row for page in bigquery_pages(get, f"{path}/data") for row in page["rows"]]
    assert len(rows) == int(about["numRows"])


def test_who_may_not_read_is_refused(get: Get, client: TestClient, box: Sandbox) -> None:
    assert reason(client.get(f"{DATASET}/tables")) == (401, "authError")
    analytics = bigquery_login(
        client, box, scope="https://www.googleapis.com/auth/analytics.readonly"
    )
    answer = client.get(f"{DATASET}/tables", headers=analytics)
    assert reason(answer) == (403, "insufficientPermissions")
    own_audience = bigquery_login(client, box, aud=box.service_account["token_uri"])
    assert client.get(f"{DATASET}/tables", headers=own_audience).status_code == 200
    box.settings.bigquery_anonymous = True
    assert client.get(f"{DATASET}/tables").status_code == 200


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_writes_or_queries_is_refused_and_counted(
    client: TestClient, box: Sandbox, verb: str
) -> None:
    login = bigquery_login(client, box)
    for path in (f"{PROJECT}/queries", f"{PROJECT}/jobs", f"{DATASET}/tables", f"{DATASET}{DAY}"):
        client.delete("/_sandbox/requests")
        answer = client.request(verb, path, headers=login)
        assert reason(answer) == (403, "accessDenied")
        assert client.get("/_sandbox/requests").json()["counts"] == {f"{verb} {path}": 1}
    answer = client.post(f"{PROJECT}/queries", headers=login).json()
    assert "bigquery.jobs.create" in answer["error"]["message"]


def test_what_is_missing_is_named(get: Get) -> None:
    assert reason(get("/tables/events_20250101")) == (404, "notFound")
    assert reason(get("/tables/events_20250101/data")) == (404, "notFound")
    assert reason(get(f"{PROJECT}/datasets/analytics_1/tables")) == (404, "notFound")
    assert reason(get("/bigquery/v2/projects/other/datasets")) == (404, "notFound")


def test_answers_are_compressed_when_asked(get: Get) -> None:
    packed = get(f"{DAY}/data", headers={"Accept-Encoding": "gzip"}, maxResults=50)
    assert packed.headers["content-encoding"] == "gzip"
    plain = get(f"{DAY}/data", headers={"Accept-Encoding": "identity"}, maxResults=50)
    assert plain.json() == packed.json()
    assert plain.headers["content-type"] == "application/json; charset=UTF-8"


def test_the_same_seed_gives_the_same_bytes(get: Get, box: Sandbox, tmp_path: Path) -> None:
    other = Sandbox(box.world, box.clock, tmp_path, tmp_path / "bucket", box.service_account)
    client = TestClient(build_app(other), base_url="http://sandbox.test")
    login = bigquery_login(client, other)
    for path, query in (("/tables", {}), (DAY, {}), (f"{DAY}/data", {"maxResults": "20"})):
        again = client.get(f"{DATASET}{path}", params=query, headers=login)
        assert again.content == get(path, **query).content
