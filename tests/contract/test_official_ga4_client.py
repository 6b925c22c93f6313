"""Google's own client reads the sandbox, unchanged but for the host and the key file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.analytics.data_v1beta import BetaAnalyticsDataClient
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataRestTransport,
)
from google.analytics.data_v1beta.types import (
    BatchRunReportsRequest,
    CheckCompatibilityRequest,
    Compatibility,
    DateRange,
    Dimension,
    Filter,
    FilterExpression,
    GetMetadataRequest,
    Metric,
    MetricType,
    OrderBy,
    RunReportRequest,
)
from google.api_core.exceptions import BadRequest, Forbidden
from google.oauth2.service_account import Credentials

from tests.simulated import Sandbox, sandbox

SCOPES = ["https://www.googleapis.com/auth/analytics.readonly"]
WEEK = DateRange(start_date="2026-09-01", end_date="2026-09-07")


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    home: Path = tmp_path_factory.mktemp("sandbox")
    with sandbox(home, "--size", "tiny", "--days", "12", "--now", "2026-09-10T06:00:00Z") as made:
        yield made


@pytest.fixture(scope="module")
def client(brand: Sandbox) -> BetaAnalyticsDataClient:
    """The generated REST client; plain http is its transport's own option."""
    credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
        brand.env["RIVAGE_GA4_CREDENTIALS"], scopes=SCOPES
    )
    transport = BetaAnalyticsDataRestTransport(
        host=brand.url.removeprefix("http://"), credentials=credentials, url_scheme="http"
    )
    return BetaAnalyticsDataClient(transport=transport)


@pytest.fixture(scope="module")
def property_name(brand: Sandbox) -> str:
    return f"properties/{brand.env['RIVAGE_GA4_PROPERTY_ID']}"


def test_run_report(client: BetaAnalyticsDataClient, property_name: str) -> None:
    """Values are texts, types are named, and the count is that of all rows."""
    report = client.run_report(
        RunReportRequest(
            property=property_name,
            dimensions=[Dimension(name="date"), Dimension(name="sessionSource")],
            metrics=[Metric(name="sessions"), Metric(name="engagementRate")],
            date_ranges=[WEEK],
            dimension_filter=FilterExpression(
                filter=Filter(
                    field_name="sessionSource",
                    in_list_filter=Filter.InListFilter(values=["tiktok", "google"]),
                )
            ),
            order_bys=[
                OrderBy(dimension=OrderBy.DimensionOrderBy(dimension_name="date")),
                OrderBy(metric=OrderBy.MetricOrderBy(metric_name="sessions"), desc=True),
            ],
            limit=5,
            return_property_quota=True,
        )
    )
    assert [header.name for header in report.dimension_headers] == ["date", "sessionSource"]
    assert report.metric_headers[0].type_ == MetricType.TYPE_INTEGER
    assert (len(report.rows), report.row_count) == (5, 14)
    assert report.rows[0].dimension_values[0].value == "20260901"
    assert int(report.rows[0].metric_values[0].value) >= int(report.rows[1].metric_values[0].value)
    assert (report.metadata.time_zone, report.metadata.currency_code) == ("Europe/Paris", "EUR")
    assert 0 < report.property_quota.tokens_per_day.remaining < 200_000


def test_an_empty_report(client: BetaAnalyticsDataClient, property_name: str) -> None:
    long_ago = DateRange(start_date="2025-01-01", end_date="2025-01-02")
    report = client.run_report(
        RunReportRequest(
            property=property_name, metrics=[Metric(name="sessions")], date_ranges=[long_ago]
        )
    )  # fmt: skip
    assert (list(report.rows), report.row_count) == ([], 0)


def test_several_reports_at_once(client: BetaAnalyticsDataClient, property_name: str) -> None:
    requests = [
        RunReportRequest(
            dimensions=[Dimension(name=name)], metrics=[Metric(name="sessions")], date_ranges=[WEEK]
        )
        for name in ("country", "deviceCategory")
    ]
    answer = client.batch_run_reports(
        BatchRunReportsRequest(property=property_name, requests=requests)
    )
    totals = [
        sum(int(row.metric_values[0].value) for row in report.rows) for report in answer.reports
    ]
    assert totals[0] == totals[1] > 0


def test_compatibility_and_metadata(client: BetaAnalyticsDataClient, property_name: str) -> None:
    answer = client.check_compatibility(
        CheckCompatibilityRequest(
            property=property_name,
            dimensions=[Dimension(name="itemName")],
            metrics=[Metric(name="eventCount")],
        )
    )
    (metric,) = answer.metric_compatibilities
    assert metric.compatibility == Compatibility.INCOMPATIBLE
    assert metric.metric_metadata.api_name == "eventCount"
    known = client.get_metadata(GetMetadataRequest(name=f"{property_name}/metadata"))
    assert "sessionSource" in {dimension.api_name for dimension in known.dimensions}


def test_refusals_become_the_clients_own_exceptions(
    client: BetaAnalyticsDataClient, property_name: str
) -> None:
    wrong = RunReportRequest(
        property=property_name, metrics=[Metric(name="visits")], date_ranges=[WEEK]
    )
    with pytest.raises(BadRequest, match="visits is not a valid metric"):
        client.run_report(wrong)
    foreign = RunReportRequest(
        property="properties/400000001", metrics=[Metric(name="sessions")], date_ranges=[WEEK]
    )
    with pytest.raises(Forbidden):
        client.run_report(foreign)
