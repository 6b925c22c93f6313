"""KPI truth check: what readers see is what the simulated brand knows, not what one API says."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

FIRST, LAST = "2026-09-24", "2026-09-30"
DAYS = f"report_date between date '{FIRST}' and date '{LAST}'"


def marts(pipeline: Pipeline, query: str) -> list[tuple[Any, ...]]:
    published = pipeline.next / "published" / "marts.duckdb"
    with duckdb.connect(str(published), read_only=True) as db:
        return db.execute(query).fetchall()


def truth(pipeline: Pipeline, what: str) -> list[dict[str, Any]]:
    return list(pipeline.sandbox.control("GET", f"truth/{what}?from={FIRST}&to={LAST}"))


def by_day(rows: list[dict[str, Any]], *names: str) -> dict[date, int]:
    found: dict[date, int] = {}
    for row in rows:
        day = date.fromisoformat(row["report_date"])
        found[day] = found.get(day, 0) + sum(row[name] for name in names)
    return found


@pytest.mark.parametrize(
    "mart", ["kpi_ads_daily", "kpi_adgroup_daily", "kpi_campaign_daily", "kpi_advertiser_daily"]
)
def test_spend_and_impressions_of_every_level(pipeline: Pipeline, mart: str) -> None:
    ours = marts(
        pipeline,
        "select report_date, (sum(spend) * 100)::bigint, sum(impressions)::bigint, "
        f"sum(clicks)::bigint from {mart} where {DAYS} group by all",
    )
    rows = truth(pipeline, "ads_daily")
    for position, name in ((1, "spend_cents"), (2, "impressions"), (3, "clicks")):
        assert {row[0]: row[position] for row in ours} == by_day(rows, name), name


def test_sessions_that_analytics_may_know(pipeline: Pipeline) -> None:
    rows = truth(pipeline, "sessions")
    api = marts(
        pipeline,
        f"select report_date, sum(ga4_sessions)::bigint from kpi_web_traffic_daily where {DAYS} "
        "group by all",
    )
    # Who came back from the payment page began another session by GA4's definition.
    assert dict(api) == by_day(rows, "known", "modelled", "gateway_returns")
    export = marts(
        pipeline,
        f"select report_date, sum(sessions)::bigint from kpi_funnel_daily where {DAYS} "
        "group by all",
    )
    # To us it is the same visit, and only people who agreed are seen one by one.
    ours, agreed = dict(export), by_day(rows, "agreed")
    # GA4 writes a day's table again for up to three days: its first edition lacks a few events.
    newest = date.fromisoformat(LAST)
    assert 0 <= agreed.pop(newest) - ours.pop(newest) <= 5
    assert ours == agreed


def test_followers_of_every_day_the_account_has_reported(pipeline: Pipeline) -> None:
    ours = marts(
        pipeline,
        "select report_date, new_followers, lost_followers, followers, followers_unknown_days "
        f"from kpi_account_daily where {DAYS} and new_followers is not null order by all",
    )
    assert len(ours) >= 4
    known = {date.fromisoformat(row["report_date"]): row for row in truth(pipeline, "account")}
    for day, new, lost, followers, unknown_days in ours:
        told = known[day]
        assert (new, lost) == (told["new_followers"], told["lost_followers"]), day
        # The total is served for the moment of a pull only: it has the hours since midnight too,
        # and what changed on days that are not computed yet.
        assert abs(followers - told["followers"]) <= 60 * (unknown_days + 1), day
    steps = [(b[0], b[3] - a[3]) for a, b in pairwise(ours)]
    assert steps == [
        (day, known[day]["new_followers"] - known[day]["lost_followers"]) for day, *_ in ours[1:]
    ]
