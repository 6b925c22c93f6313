"""Both shops and the LIVE rooms: published figures are what the simulated brand really sold."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

FIRST, LAST = date(2026, 9, 24), date(2026, 9, 30)
IN_WINDOW = f"report_date between date '{FIRST}' and date '{LAST}'"


def marts(pipeline: Pipeline, query: str) -> list[tuple[Any, ...]]:
    published = pipeline.next / "published" / "marts.duckdb"
    with duckdb.connect(str(published), read_only=True) as db:
        return db.execute(query).fetchall()


def day_of(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo("Europe/Paris")).date()


def cents_by_day(pipeline: Pipeline, channel: str, column: str) -> dict[date, int]:
    """Days without any are left out."""
    rows = marts(
        pipeline,
        f"select report_date, ({column} * 100)::bigint from kpi_shop_daily "
        f"where channel = '{channel}' and {IN_WINDOW} and {column} != 0",
    )
    return dict(rows)


def summed(pairs: list[tuple[date, int]]) -> dict[date, int]:
    found: Counter[date] = Counter()
    for day, amount in pairs:
        found[day] += amount
    return {day: amount for day, amount in found.items() if amount and FIRST <= day <= LAST}


def test_the_web_shop_sold_and_gave_back_what_the_back_office_knows(pipeline: Pipeline) -> None:
    orders = pipeline.sandbox.control("GET", "truth/orders")
    counted = [one for one in orders if one["counted"]]
    sold = [(day_of(one["created_at"]), one) for one in counted]
    back = [(day_of(r["at"]), r["cents"]) for one in counted for r in one["refunds"]]
    assert back
    for column, pairs in (
        ("gross_revenue", [(day, one["total_cents"]) for day, one in sold]),
        ("orders", [(day, 100) for day, _ in sold]),
        ("online_orders", [(day, 100) for day, one in sold if one["source"] == "web"]),
        ("refunds", back),
        ("net_revenue", [(day, one["total_cents"]) for day, one in sold]
         + [(day, -cents) for day, cents in back]),
        ("cancelled_orders", [(day_of(one["created_at"]), 100) for one in orders
                              if one["cancelled"] and not one["test"]]),
        ("test_orders", [(day_of(one["created_at"]), 100) for one in orders if one["test"]]),
    ):  # fmt: skip
        assert cents_by_day(pipeline, "web", column) == summed(pairs), column


def test_the_tiktok_shop_sold_and_gave_back_what_the_brand_knows(pipeline: Pipeline) -> None:
    orders = pipeline.sandbox.control("GET", "truth/shop_orders")
    counted = [(day_of(one["created_at"]), one) for one in orders if one["counted"]]
    back = [(day_of(one["refunded_at"]), one["refunded_cents"])
            for _, one in counted if one["refunded_at"]]  # fmt: skip
    assert back

    def reason(kind: str) -> list[tuple[date, int]]:
        return [(day_of(one["created_at"]), 100) for one in orders if one["kind"] == kind]

    for column, pairs in (
        ("orders", [(day, 100) for day, _ in counted]),
        ("units", [(day, one["units"] * 100) for day, one in counted]),
        ("gross_revenue", [(day, one["total_cents"]) for day, one in counted]),
        ("shipping_revenue", [(day, one["shipping_cents"]) for day, one in counted]),
        ("refunds", back),
        ("net_revenue", [(day, one["total_cents"]) for day, one in counted]
         + [(day, -cents) for day, cents in back]),
        ("sample_orders", reason("sample")),
        ("replacement_orders", reason("replacement")),
        ("cancelled_orders", [(day_of(one["created_at"]), 100) for one in orders
                              if one["cancelled"] and one["kind"] == "normal"]),
        ("unpaid_orders", [(day_of(one["created_at"]), 100) for one in orders
                           if one["kind"] == "normal" and not one["paid"] | one["cancelled"]]),
    ):  # fmt: skip
        assert cents_by_day(pipeline, "tiktok_shop", column) == summed(pairs), column


def test_tiktoks_own_figures_are_ours_and_what_was_cancelled_after_payment(
    pipeline: Pipeline,
) -> None:
    orders = pipeline.sandbox.control("GET", "truth/shop_orders")
    paid = summed([(day_of(one["created_at"]), one["product_cents"]) for one in orders
                   if one["paid"] and one["kind"] == "normal"])  # fmt: skip
    rows = marts(
        pipeline,
        "select report_date, (platform_gmv * 100)::bigint, platform_orders, "
        "orders + cancelled_after_payment_orders from kpi_shop_daily "
        f"where platform_orders is not null and {IN_WINDOW}",
    )
    assert len(rows) >= 5
    assert {day: gmv for day, gmv, *_ in rows if gmv} == {day: paid[day] for day, gmv, *_ in rows
                                                          if gmv}  # fmt: skip
    assert all(theirs == ours for *_, theirs, ours in rows)


def test_products_and_shipping_are_their_shops_day(pipeline: Pipeline) -> None:
    totals = "sum(gross_revenue), sum(refunds), sum(net_revenue), sum(units)::bigint"
    by_product, by_shop = (
        marts(pipeline, f"select report_date, channel, {totals} from {mart} group by all "
                        "having sum(gross_revenue) + sum(refunds) > 0 order by all")
        for mart in ("kpi_product_daily", "kpi_shop_daily")
    )  # fmt: skip
    assert by_product == by_shop
    assert {channel for _, channel, *_ in by_shop} == {"web", "tiktok_shop"}


def test_orders_in_a_live_room_are_the_truth_and_never_in_two_places(pipeline: Pipeline) -> None:
    orders = pipeline.sandbox.control("GET", "truth/shop_orders")
    rooms = marts(
        pipeline,
        "select room_id, platform_live_orders, (platform_live_gmv * 100)::bigint, "
        "shop_orders_in_room, shop_orders_24h_after, started_at, ended_at, "
        f"web_halo_baseline_weeks, web_halo_orders from kpi_live_session "
        f"where live_date >= date '{FIRST}'",
    )
    truth = {one["room_id"] for one in pipeline.sandbox.control("GET", "truth/lives")
             if day_of(one["start"]) >= FIRST}  # fmt: skip
    assert {room for room, *_ in rooms} == truth != set()
    for room, platform_orders, gmv, in_room, after, _, ended, weeks, halo in rooms:
        inside = [one for one in orders if one["room_id"] == room]
        paid = [one for one in inside if one["paid"]]
        assert platform_orders == len(paid)
        assert gmv == sum(one["product_cents"] for one in paid)
        assert in_room == sum(one["counted"] for one in inside)
        hours = [(datetime.fromisoformat(one["created_at"]) - ended).total_seconds() / 3600
                 for one in orders if one["counted"] and not one["room_id"]]  # fmt: skip
        assert after == sum(0 <= passed < 24 for passed in hours)
        # The first landed day is that of the room: there is no earlier week to compare with.
        assert (weeks, halo) == (None, None)
