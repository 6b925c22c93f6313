"""The claim ledger against the simulated truth: every claim and every order has one reason."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

FIRST, LAST = "2026-09-24", "2026-09-30"
WEB = f"scope = 'web ads' and report_date between date '{FIRST}' and date '{LAST}'"


def ledger(pipeline: Pipeline, query: str) -> list[tuple[Any, ...]]:
    published = pipeline.next / "published" / "marts.duckdb"
    with duckdb.connect(str(published), read_only=True) as db:
        return db.execute(query.format("attr_reconciliation_daily")).fetchall()


def truth(pipeline: Pipeline, what: str) -> list[dict[str, Any]]:
    return list(pipeline.sandbox.control("GET", f"truth/{what}?from={FIRST}&to={LAST}"))


def claimed(pipeline: Pipeline, name: str) -> dict[tuple[date, str], int]:
    """What TikTok claims by day and account, without the days on which it claims nothing."""
    found: dict[tuple[date, str], int] = defaultdict(int)
    for row in truth(pipeline, "ads_daily"):
        found[date.fromisoformat(row["report_date"]), row["advertiser_id"]] += row[name]
    return {key: units for key, units in found.items() if units}


def explained(pipeline: Pipeline, what: str) -> dict[tuple[date, str], int]:
    rows = ledger(
        pipeline,
        "select report_date, advertiser_id, sum(units)::bigint from {} "
        f"where side = 'claim' and {WEB} and {what} group by all",
    )
    return {(day, account): units for day, account, units in rows}


def test_every_claim_of_every_day_is_explained(pipeline: Pipeline) -> None:
    assert explained(pipeline, "true") == claimed(pipeline, "claimed_purchases")


def test_a_purchase_that_fired_twice_is_a_duplicate_event(pipeline: Pipeline) -> None:
    doubles = claimed(pipeline, "double_purchases")
    assert doubles, "the simulated week has none: this proves nothing"
    assert explained(pipeline, "reason = 'duplicate event'") == doubles


def test_every_order_of_every_day_is_explained_to_the_cent(pipeline: Pipeline) -> None:
    units: dict[date, int] = defaultdict(int)
    money: dict[date, Decimal] = defaultdict(Decimal)
    for order in truth(pipeline, "orders"):
        if order["counted"]:
            day = date.fromisoformat(order["order_date"])
            units[day] += 1
            money[day] += Decimal(order["total_cents"]) / 100
    rows = ledger(
        pipeline,
        "select report_date, sum(units)::bigint, sum(value) from {} "
        f"where side = 'order' and {WEB} group by all",
    )
    assert {day: n for day, n, _ in rows} == dict(units)
    assert {day: total for day, _, total in rows} == dict(money)


def test_the_residual_is_small_and_never_negative(pipeline: Pipeline) -> None:
    ((claims, residual, least),) = ledger(
        pipeline,
        "select sum(units), sum(units) filter (where evidence = 'residual'), min(units) from {} "
        f"where side = 'claim' and {WEB}",
    )
    assert least >= 0
    assert residual <= claims / 10


def test_most_claims_after_a_click_are_matched_to_an_order(pipeline: Pipeline) -> None:
    ((found, clicks),) = ledger(
        pipeline,
        "select sum(units) filter (where reason in ('matched', 'day shift')), sum(units) filter "
        "(where reason not in ('view only', 'engaged view')) from {} "
        f"where side = 'claim' and {WEB}",
    )
    assert found >= clicks * 4 / 5


def test_gmv_max_claims_meet_shop_orders_in_the_halo(pipeline: Pipeline) -> None:
    rows = ledger(
        pipeline,
        "select scope, sum(units) filter (where side = 'claim'), sum(units) filter (where side = "
        "'order'), sum(value) filter (where side = 'claim') - sum(value) filter (where side = "
        "'order') from {} where reason = 'GMV Max halo' and scope != 'web ads' group by all "
        "order by all",
    )
    assert [(scope, gap) for scope, _, _, gap in rows] == [
        ("GMV Max LIVE", 0), ("GMV Max product", 0),
    ]  # fmt: skip
    assert all(claims == orders > 0 for _, claims, orders, _ in rows)


def test_statements_add_up_to_what_tiktok_says_now(pipeline: Pipeline) -> None:
    rows = ledger(
        pipeline,
        "select report_date, advertiser_id, sum(purchases_change)::bigint "
        "from attr_restatement_daily group by all having sum(purchases_change) != 0",
    )
    said = {(day, account): units for day, account, units in rows}
    assert said == claimed(pipeline, "claimed_purchases")
