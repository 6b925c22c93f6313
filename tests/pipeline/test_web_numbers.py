"""The website's numbers agree: marts = what Google's own client reads = what really happened."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from google.analytics.data_v1beta import BetaAnalyticsDataClient
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataRestTransport,
)
from google.analytics.data_v1beta.types import DateRange, Dimension, Metric, RunReportRequest
from google.oauth2.service_account import Credentials

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

FIRST, LAST = "2026-09-24", "2026-09-30"
SETTLED = "2026-09-27"  # the newest day whose export is in its last edition
SCOPES = ["https://www.googleapis.com/auth/analytics.readonly"]


def marts(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as db:
        return db.execute(query).fetchall()


def ga4(pipeline: Pipeline, dimension: str, metric: str) -> dict[tuple[date, str], int]:
    """A metric by day and one dimension, asked with Google's client."""
    credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
        pipeline.sandbox.env["RIVAGE_GA4_CREDENTIALS"], scopes=SCOPES
    )
    transport = BetaAnalyticsDataRestTransport(
        host=pipeline.sandbox.url.removeprefix("http://"), credentials=credentials,
        url_scheme="http",
    )  # fmt: skip
    answer = BetaAnalyticsDataClient(transport=transport).run_report(
        RunReportRequest(
            property=f"properties/{pipeline.sandbox.env['RIVAGE_GA4_PROPERTY_ID']}",
            date_ranges=[DateRange(start_date=FIRST, end_date=LAST)],
            dimensions=[Dimension(name="date"), Dimension(name=dimension)],
            metrics=[Metric(name=metric)],
            limit=100_000,
        )
    )
    found: dict[tuple[date, str], int] = defaultdict(int)
    for row in answer.rows:
        day, key = (cell.value for cell in row.dimension_values)
        found[date.fromisoformat(day), key] += int(float(row.metric_values[0].value))
    return dict(found)


def web_orders(pipeline: Pipeline) -> list[dict[str, Any]]:
    """Orders of settled days whose purchase the website's tracking saw."""
    truth = pipeline.sandbox.control("GET", f"truth/orders?from={FIRST}&to={SETTLED}")
    return [order for order in truth if order["has_web_purchase_event"]]


def test_ga4s_sessions_agree_by_day_and_source(pipeline: Pipeline) -> None:
    asked = {
        (day, source.lower() or "(not set)"): sessions
        for (day, source), sessions in ga4(pipeline, "sessionSource", "sessions").items()
        if sessions
    }
    ours = marts(
        pipeline.next,
        "select report_date, source, sum(ga4_sessions)::bigint from kpi_web_traffic_daily "
        "group by all having sum(ga4_sessions) > 0",
    )
    assert len({day for day, _ in asked}) == 7
    assert {(day, source): sessions for day, source, sessions in ours} == asked


def test_every_mart_of_visits_counts_the_same_visits(pipeline: Pipeline) -> None:
    def totals(mart: str, condition: str = "true") -> list[tuple[Any, ...]]:
        return marts(
            pipeline.next,
            "select report_date, sum(sessions), sum(engaged_sessions), sum(purchase_events), "
            f"sum(orders), sum(gross_revenue) from {mart} where {condition} "
            "group by all order by all",
        )

    funnel = totals("kpi_funnel_daily", "channel != '(no session)'")
    assert funnel == totals("kpi_landing_page_daily") == totals("kpi_web_traffic_daily")
    assert all(sessions > engaged > 0 for _, sessions, engaged, *_ in funnel)


def test_purchases_are_the_orders_the_website_saw_each_once(pipeline: Pipeline) -> None:
    events: dict[date, int] = defaultdict(int)
    orders: dict[date, int] = defaultdict(int)
    revenue: dict[date, Decimal] = defaultdict(Decimal)
    for order in web_orders(pipeline):
        day = date.fromisoformat(order["order_date"])
        events[day] += 1
        if order["counted"]:
            orders[day] += 1
            revenue[day] += Decimal(order["total_cents"]) / 100
    ours = marts(
        pipeline.next,
        "select report_date, sum(purchase_events), sum(orders), sum(gross_revenue) "
        f"from kpi_funnel_daily where report_date <= date '{SETTLED}' group by all",
    )
    assert {day: number for day, number, *_ in ours} == dict(events)
    assert {day: number for day, _, number, _ in ours} == dict(orders)
    assert {day: money for day, *_, money in ours} == dict(revenue)


def test_each_purchase_event_is_counted_or_named_as_removed(pipeline: Pipeline) -> None:
    with duckdb.connect(str(pipeline.next / "warehouse.duckdb"), read_only=True) as db:
        ((landed, named),) = db.execute(
            "select count(*), count(distinct ecommerce.transaction_id) "
            "from staging.stg_ga4_export__events where event_name = 'purchase'"
        ).fetchall()
    ((counted, removed),) = marts(
        pipeline.next,
        "select sum(purchase_events), sum(purchase_events_removed) from kpi_funnel_daily",
    )
    assert (counted, counted + removed) == (named, landed)


def test_leads_agree_with_ga4s_report(pipeline: Pipeline) -> None:
    kinds = {"newsletter_signup": "newsletter", "sample_request": "sample"}
    asked = {
        (day, kinds[name]): number
        for (day, name), number in ga4(pipeline, "eventName", "eventCount").items()
        if name in kinds and day <= date.fromisoformat(SETTLED)
    }
    ours = marts(
        pipeline.next,
        "select report_date, lead_kind, sum(leads)::bigint from kpi_lead_daily "
        f"where report_date <= date '{SETTLED}' group by all having sum(leads) > 0",
    )
    assert {kind for _, kind in asked} == set(kinds.values())
    assert {(day, kind): number for day, kind, number in ours} == asked
    ((consenting, all_visitors),) = marts(
        pipeline.next, "select sum(leads), sum(matomo_leads) from kpi_lead_daily"
    )
    assert all_visitors > consenting  # Matomo needs no consent
