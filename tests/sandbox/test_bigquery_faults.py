"""The warehouse's failures, row by row of the contract's table."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from tests.sandbox.conftest import Get, bigquery_login
from tests.sandbox.conftest import bigquery_pages as pages
from tests.sandbox.test_bigquery import DATASET, DAY, reason

ROWS = f"{DATASET}{DAY}/data?selectedFields=event_name&maxResults=5"


@pytest.fixture
def ask(client: TestClient, box: Sandbox) -> Any:
    login = bigquery_login(client, box)

    def call(**rule: Any) -> httpx.Response:
        rules = [{"match": "/bigquery/*/data"} | rule]
        assert client.put("/_sandbox/faults", json=rules).status_code == 200
        return client.get(ROWS, headers=login | {"Accept-Encoding": "gzip"})

    return call


@pytest.mark.parametrize(
    ("rule", "status", "reason"),
    [
        ({"kind": "rate_limit"}, 403, "rateLimitExceeded"),
        ({"kind": "rate_limit", "code": 429, "retry_after": 2}, 429, "rateLimitExceeded"),
        ({"kind": "rate_limit", "reason": "quotaExceeded"}, 403, "quotaExceeded"),
        ({"kind": "rate_limit", "code": 429, "reason": ""}, 429, None),
        ({"kind": "server_error"}, 503, "backendError"),
        ({"kind": "server_error", "code": 500}, 500, "backendError"),
        ({"kind": "server_error", "code": 502}, 502, "badGateway"),
        ({"kind": "server_error", "code": 504}, 504, None),
        ({"kind": "server_error", "reason": "serviceUnavailable"}, 503, "serviceUnavailable"),
        ({"kind": "server_error", "code": 403, "reason": "responseTooLarge"}, 403,
         "responseTooLarge"),
        ({"kind": "server_error", "code": 403, "reason": "accessNotConfigured"}, 403,
         "accessNotConfigured"),
        ({"kind": "server_error", "code": 400, "reason": "tableUnavailable"}, 400,
         "tableUnavailable"),
        ({"kind": "bad_token"}, 401, "authError"),
    ],
)  # fmt: skip
def test_a_failure_has_its_status_and_reason(
    ask: Any, rule: dict[str, Any], status: int, reason: str | None
) -> None:
    answer = ask(**rule)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == status
    assert [one["reason"] for one in error.get("errors", [])] == ([reason] if reason else [])
    assert error["message"]
    assert answer.headers.get("retry-after") == ("2" if "retry_after" in rule else None)


def test_pages_that_no_service_of_its_own_wrote(ask: Any) -> None:
    assert (ask(kind="html_504", code=503).status_code, ask(kind="html_504").status_code) == (
        503, 504,
    )  # fmt: skip
    empty = ask(kind="no_body")
    assert (empty.status_code, empty.content) == (200, b"")
    with pytest.raises(json.JSONDecodeError):
        ask(kind="bad_json").json()
    lost = ask(kind="empty").json()
    assert "rows" not in lost
    assert lost["pageToken"]
    drifted = ask(kind="schema_drift", field="totalRows").json()
    assert "totalRows" not in drifted
    whole = ask(kind="slow_body", seconds=0.02).json()
    assert len(whole["rows"]) == 5


def test_a_slash_too_many_in_the_address_is_forgiven(
    client: TestClient, box: Sandbox
) -> None:  # fmt: skip
    answer = client.get(f"http://sandbox.test/{ROWS}", headers=bigquery_login(client, box))
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["same_count", "shorter", "label"])
def test_a_table_may_be_rewritten_between_two_pages(
    get: Get, client: TestClient, kind: str
) -> None:
    wanted = {"selectedFields": "event_server_timestamp_offset", "maxResults": 500}
    before, first = get(DAY).json(), get(f"{DAY}/data", **wanted).json()
    rule = {"match": f"*{DAY}/data", "kind": "rewrite", "rewrite": kind, "times": 1}
    client.put("/_sandbox/faults", json=[rule])
    second = get(f"{DAY}/data", pageToken=first["pageToken"], **wanted)
    after = get(DAY).json()
    assert int(after["lastModifiedTime"]) > int(before["lastModifiedTime"])
    assert after["etag"] != before["etag"]
    if kind == "label":
        assert second.status_code == 200
        assert (after["numRows"], after["numBytes"]) == (before["numRows"], before["numBytes"])
        return
    assert reason(second) == (400, "invalid")  # the token was of the table as it had been
    again = get(f"{DAY}/data", **wanted).json()
    assert again["totalRows"] == after["numRows"]
    if kind == "shorter":
        assert int(after["numRows"]) < 0.7 * int(before["numRows"])
    else:
        assert after["numRows"] == before["numRows"]
        assert again["rows"] != first["rows"]


def test_tokens_lead_on_in_every_way_that_was_ever_seen(get: Get, box: Sandbox) -> None:
    wanted = {"selectedFields": "event_timestamp", "maxResults": 1_000}
    plain = pages(get, f"{DAY}/data", **wanted)
    rows = [row for page in plain for row in page["rows"]]
    box.settings.bigquery_tokens = "empty_page"
    hollow = pages(get, f"{DAY}/data", **wanted)
    assert len(hollow) == 2 * len(plain) - 1
    assert [row for page in hollow for row in page.get("rows", [])] == rows
    box.settings.bigquery_tokens = "stuck"
    first = get(f"{DAY}/data", **wanted).json()
    second = get(f"{DAY}/data", pageToken=first["pageToken"], **wanted).json()
    assert (second["pageToken"], "rows" in second) == (first["pageToken"], False)
    box.settings.bigquery_tokens = "empty_text"
    assert get(f"{DAY}/data", maxResults=100_000).json()["pageToken"] == ""


def test_one_table_may_be_closed_to_the_account(get: Get, box: Sandbox) -> None:
    box.settings.bigquery_denied = ["events_20260910"]
    assert reason(get(DAY)) == reason(get(f"{DAY}/data")) == (403, "accessDenied")
    message = get(f"{DAY}/data").json()["error"]["message"]
    assert "bigquery.tables.getData denied" in message
    assert "(or it may not exist)" in message
    assert get("/tables/events_20260911").status_code == 200
