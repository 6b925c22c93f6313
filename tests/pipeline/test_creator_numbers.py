"""Creators' orders are what the simulated brand knows, by code and by affiliate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

FIRST, LAST = "2026-09-24", "2026-09-30"
DAYS = f"report_date between date '{FIRST}' and date '{LAST}'"


def rows(pipeline: Pipeline, query: str) -> list[tuple[Any, ...]]:
    published = pipeline.next / "published" / "marts.duckdb"
    with duckdb.connect(str(published), read_only=True) as db:
        return db.execute(query).fetchall()


@pytest.mark.parametrize("way", ["promo_code", "affiliate"])
def test_orders_by_way_are_what_the_brand_knows(pipeline: Pipeline, way: str) -> None:
    truth = {
        (row["creator_key"], date.fromisoformat(row["report_date"])): (
            row[f"{way}_orders"],
            Decimal(row[f"{way}_cents"]) / 100,
        )
        for row in pipeline.sandbox.control("GET", f"truth/creators?from={FIRST}&to={LAST}")
        if row[f"{way}_orders"]
    }
    assert truth
    ours = rows(
        pipeline,
        f"select creator_key, report_date, {way}_orders, {way}_revenue from kpi_creator_daily "
        f"where {DAYS} and {way}_orders > 0",
    )
    assert {(key, day): (orders, money) for key, day, orders, money in ours} == truth


def test_promo_code_orders_are_those_of_raw_landing(pipeline: Pipeline) -> None:
    with duckdb.connect(str(pipeline.next / "warehouse.duckdb"), read_only=True) as db:
        landed = db.execute(
            "select c.creator_key, count(*) from landing.inputs__promo_codes c "
            'join (select id, unnest("discountCodes"::varchar[]) as typed '
            'from landing.shopify__orders where not test and "cancelledAt" is null '
            "and \"displayFinancialStatus\" not in ('VOIDED', 'EXPIRED')) o "
            "on upper(o.typed) = c.code where c.creator_key != 'shop' "
            "and c._window_start = (select max(_window_start) from landing.inputs__promo_codes) "
            "group by all order by all"
        ).fetchall()
    assert landed
    ours = rows(
        pipeline,
        "select creator_key, promo_code_orders from kpi_creator where promo_code_orders > 0 "
        "order by all",
    )
    assert ours == landed


def test_ways_overlap_as_stated_and_the_total_counts_once(pipeline: Pipeline) -> None:
    for mart in ("kpi_creator", "kpi_creator_daily"):
        ((wrong, orders),) = rows(
            pipeline,
            "select count_if(orders_any != promo_code_orders + utm_orders "
            "- promo_code_and_utm_orders - orders_of_another_creator + affiliate_orders), "
            f"sum(orders_any) from {mart}",
        )
        assert (wrong, orders > 0) == (0, True), mart
