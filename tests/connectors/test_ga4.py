"""The GA4 connector: token, paging, data-quality flags, quotas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    QuotaExhausted,
    RateLimited,
    ResponseTruncated,
    RivageError,
    SchemaBroke,
    ScopeMissing,
    ServerFailed,
    SettingMissing,
    TokenMissing,
    WindowInFuture,
)
from rivage.streams import all_streams, stream
from rivage.streams.model import Stream
from rivage.windows import Window
from tests.connectors.fake_ga4 import PROPERTY, TRAFFIC, WINDOW, Connect, FakeGa4, error, read
from tests.connectors.loopback import Reply

DAY = Window(WINDOW.start, WINDOW.start)
NAMES = [*TRAFFIC.options["dimensions"], *TRAFFIC.options["metrics"]]


@pytest.mark.parametrize("inline", [True, False])
def test_rows_are_named_and_stay_text(connect_ga4: Connect, inline: bool) -> None:
    connector = connect_ga4(FakeGa4(rows=1), inline=inline)
    (record,) = read(connector)
    assert list(record) == NAMES
    assert record["sessions"] == "1.5"
    token, report = connector.server.calls  # type: ignore[attr-defined]
    form = parse_qs(token.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    body = report.json
    ordered = [each["dimension"]["dimensionName"] for each in body["orderBys"]]
    assert ordered == list(TRAFFIC.options["dimensions"])
    assert body["dateRanges"] == [{"startDate": "2026-11-01", "endDate": "2026-11-03"}]
    assert body["returnPropertyQuota"] is True
    assert body["keepEmptyRows"] is False


@hypothesis_settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(total=st.integers(0, 40), size=st.integers(1, 45))
def test_every_row_comes_exactly_once(connect_ga4: Connect, total: int, size: int) -> None:
    found = read(connect_ga4(FakeGa4(rows=total), page_size=size))
    assert [record["date"] for record in found] == [str(i) for i in range(total)]


def test_a_service_that_sends_less_than_asked_loses_no_row(connect_ga4: Connect) -> None:
    class Capped(FakeGa4):
        def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
            return super()._answer({**asked, "limit": min(asked["limit"], 4)})

    assert len(read(connect_ga4(Capped(rows=11), page_size=10))) == 11


def test_rows_that_stop_before_the_count_are_not_accepted(connect_ga4: Connect) -> None:
    fake = FakeGa4(rows=3, report={"rowCount": 5})
    with pytest.raises(ResponseTruncated, match="announced 5"):
        read(connect_ga4(fake))


def test_the_account_is_the_property(connect_ga4: Connect) -> None:
    assert connect_ga4(FakeGa4(rows=0)).accounts() == [PROPERTY]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"timeZone": "Europe/Warsaw"}, BadRequest),
        ({}, BadRequest),
        (
            {"timeZone": "Europe/Paris", "samplingMetadatas": [{"samplesReadCount": "1"}]},
            BadRequest,
        ),
        (
            {
                "timeZone": "Europe/Paris",
                "schemaRestrictionResponse": {
                    "activeMetricRestrictions": [{"metricName": "purchaseRevenue"}]
                },
            },
            NotGranted,
        ),
    ],
)
def test_data_that_would_be_wrong_stops_the_pull(
    connect_ga4: Connect, metadata: dict[str, Any], expected: type[RivageError]
) -> None:
    with pytest.raises(expected) as caught:
        read(connect_ga4(FakeGa4(report={"metadata": metadata})))
    assert caught.value.do


@pytest.mark.parametrize(
    ("flag", "value", "word"),
    [
        ("dataLossFromOtherRow", True, "(other)"),
        ("subjectToThresholding", True, "thresholding"),
        ("dataTruncationReasons", [{"dataTruncationType": "X_DATE_RANGE"}], "X_DATE_RANGE"),
    ],
)
def test_data_that_is_coarse_is_noted_on_every_page(
    connect_ga4: Connect, flag: str, value: Any, word: str
) -> None:
    fake = FakeGa4(report={"metadata": {"timeZone": "Europe/Paris", flag: value}})
    pages = list(connect_ga4(fake).pages(TRAFFIC, PROPERTY, DAY))
    assert sum(len(page.records) for page in pages) == 3
    for page in pages:
        (note,) = page.notes
        assert word in note


def test_rows_collapsed_into_other_are_asked_for_day_by_day(connect_ga4: Connect) -> None:
    """A request over more days returns fewer distinct rows, so it is split."""

    class Narrow(FakeGa4):
        def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
            (span,) = asked["dateRanges"]
            answer = super()._answer(asked)
            if span["startDate"] != span["endDate"]:
                answer["metadata"]["dataLossFromOtherRow"] = True
            return answer

    connector = connect_ga4(Narrow(rows=2))
    pages = list(connector.pages(TRAFFIC, PROPERTY, WINDOW))
    assert [len(page.records) for page in pages] == [2, 2, 2]
    assert not any(page.notes for page in pages)
    asked = [c.json["dateRanges"] for c in connector.server.calls if c.path != "/token"]  # type: ignore[attr-defined]
    assert [len(spans) for spans in asked] == [1] * 4  # several ranges would add a column
    assert [spans[0]["startDate"][-2:] for spans in asked] == ["01", "01", "02", "03"]


def test_money_in_another_currency_stops_the_pull(connect_ga4: Connect) -> None:
    fake = FakeGa4(report={"metadata": {"timeZone": "Europe/Paris", "currencyCode": "USD"}})
    with pytest.raises(BadRequest, match="USD"):
        read(connect_ga4(fake))
    users = stream("ga4__users_daily")  # counts people: no money in it
    assert list(connect_ga4(fake).pages(users, PROPERTY, WINDOW))


REPORTS = [declared for declared in all_streams().values() if declared.connector == "ga4"]


@pytest.mark.parametrize("declared", REPORTS, ids=lambda declared: declared.name)
def test_every_report_keeps_to_the_api_and_is_read_again(declared: Stream) -> None:
    assert len(declared.options["dimensions"]) <= 9
    assert len(declared.options["metrics"]) <= 10
    assert declared.lookback.days >= 3  # late hits are accepted for 72 hours
    assert "date" in declared.keys


def test_unique_users_have_a_table_of_their_own() -> None:
    """Users can't be summed, so no report that gets summed carries them."""
    with_users = {
        declared.name
        for declared in REPORTS
        if {"activeUsers", "totalUsers"} & set(declared.options["metrics"])
    }
    assert with_users == {"ga4__users_daily"}
    (users,) = (declared for declared in REPORTS if declared.name in with_users)
    assert set(users.options["metrics"]) == {"activeUsers", "totalUsers"}


def test_the_request_says_its_page_size_and_moves_by_what_came(connect_ga4: Connect) -> None:
    connector = connect_ga4(FakeGa4(rows=25), page_size=10)
    assert len(read(connector)) == 25
    asked = [c.json for c in connector.server.calls if c.path != "/token"]  # type: ignore[attr-defined]
    assert [body["limit"] for body in asked] == [10, 10, 10]
    assert [body["offset"] for body in asked] == [0, 10, 20]


def test_the_funnel_asks_for_its_four_events_only(connect_ga4: Connect) -> None:
    connector = connect_ga4(FakeGa4())
    list(connector.pages(stream("ga4__funnel_daily"), PROPERTY, DAY))
    asked = connector.server.calls[-1].json["dimensionFilter"]["filter"]  # type: ignore[attr-defined]
    assert asked["fieldName"] == "eventName"
    assert asked["inListFilter"]["values"][-1] == "purchase"


@pytest.mark.parametrize(
    ("reply", "expected", "wait"),
    [
        (error(400, "INVALID_ARGUMENT", "Field foo is not a valid metric."), BadRequest, None),
        (error(403, "PERMISSION_DENIED", "User does not have sufficient permissions for this "
               "property."), AccountUnknown, None),
        (error(403, "PERMISSION_DENIED", "API not used", details=[{"reason": "SERVICE_DISABLED"}]),
         ScopeMissing, None),
        (error(401, "UNAUTHENTICATED", "x", details=[{"reason": "CREDENTIALS_MISSING"}]),
         TokenMissing, None),
        (error(429, "RESOURCE_EXHAUSTED", "Exhausted concurrent requests quota."), RateLimited, 30),
        (error(429, "RESOURCE_EXHAUSTED", "Exhausted property tokens for a project per hour."),
         QuotaExhausted, 1800),
        (error(429, "RESOURCE_EXHAUSTED", "Exhausted server errors quota."), QuotaExhausted, 3600),
        (error(429, "RESOURCE_EXHAUSTED", "Exhausted potentially thresholded requests quota."),
         QuotaExhausted, 1800),
        (error(429, "RESOURCE_EXHAUSTED", "Exhausted client errors quota."), QuotaExhausted, 900),
        (error(503, "UNAVAILABLE", "try again"), ServerFailed, None),
        (Reply(b"<html>", 404), BadRequest, None),
        (Reply({"kind": "x"}), SchemaBroke, None),
        (Reply({"metricHeaders": [{"name": "a"}], "rows": [{"metricValues": []}]}),
         SchemaBroke, None),
    ],
)  # fmt: skip
def test_each_refusal_has_its_name(
    connect_ga4: Connect, reply: Reply, expected: type[RivageError], wait: float | None
) -> None:
    with pytest.raises(RivageError) as caught:
        read(connect_ga4(FakeGa4(report=reply)))
    assert type(caught.value) is expected
    assert getattr(caught.value, "retry_after", None) == wait


def test_the_day_s_quota_refills_at_midnight_pacific(connect_ga4: Connect) -> None:
    spent = error(429, "RESOURCE_EXHAUSTED", "Exhausted property tokens per day.")
    connector = connect_ga4(FakeGa4(report=spent))
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)  # 04:00 in Los Angeles
    connector._now = lambda: noon
    with pytest.raises(QuotaExhausted) as caught:
        read(connector)
    assert caught.value.retry_after == 20 * 3600


def test_server_failures_spare_the_hourly_budget(connect_ga4: Connect) -> None:
    connector = connect_ga4(FakeGa4(report=error(500, "INTERNAL", "x")))
    with pytest.raises(ServerFailed):
        read(connector)
    calls = connector.server.calls  # type: ignore[attr-defined]
    assert sum(call.path != "/token" for call in calls) == 3


@pytest.mark.parametrize("property_id", [None, "G-ABC", ""])
def test_a_property_that_is_no_number_is_refused(
    connect_ga4: Connect, property_id: str | None
) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_GA4_PROPERTY_ID"):
        connect_ga4(FakeGa4(), property_id=property_id)


def test_the_future_is_refused(connect_ga4: Connect) -> None:
    ahead = date(2100, 1, 1)
    with pytest.raises(WindowInFuture):
        list(connect_ga4(FakeGa4()).pages(TRAFFIC, PROPERTY, Window(ahead, ahead)))


@pytest.mark.parametrize(
    ("fake", "failed"),
    [
        (FakeGa4(), None),
        (FakeGa4(token=Reply({"error": "invalid_grant"}, 400)), "token valid"),
        (FakeGa4(report=error(403, "PERMISSION_DENIED", "no")), "property visible"),
        (FakeGa4(report={"metadata": {"timeZone": "Asia/Tokyo"}}), "time zone"),
        (FakeGa4(report={"metadata": {"timeZone": "Europe/Paris", "currencyCode": "USD"}}),
         "currency"),
        (FakeGa4(compatible=False), "fields go together"),
        (FakeGa4(report={"propertyQuota": {"tokensPerDay": {"consumed": 2}}}), "quota left"),
    ],
)  # fmt: skip
def test_the_check_names_the_step_that_fails(
    connect_ga4: Connect, fake: FakeGa4, failed: str | None
) -> None:
    steps = list(connect_ga4(fake).check())
    assert next((step.name for step in steps if not step.ok), None) == failed
