"""`GET /analytics/202609/shop/performance`: the shop as a whole, in one or daily intervals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_shop.envelope import invalid
from sandbox.tiktok_shop.gateway import Call
from sandbox.tiktok_shop.order_life import refunded, return_times
from sandbox.tiktok_shop.sales import Line, Span, figures, latest, lines, rate, span, traffic
from sandbox.world.draws import day_generator
from sandbox.world.shop_orders import PER_DAY
from sandbox.world.shop_plan import CARD, LIVE, SEARCH, SHOP_TAB, VIDEO
from sandbox.world.zones import midnight


def shop_performance(box: Sandbox, call: Call) -> dict[str, Any]:
    """Days after `latest_available_date` come as zeros: not empty days, unknown ones."""
    asked, granularity = span(call), call.query.get("granularity", "ALL")
    if granularity not in ("ALL", "1D"):
        raise invalid("Invalid request. Invalid 'granularity' query parameter.")
    pieces = [asked]
    if granularity == "1D":
        pieces = [Span(day, day + timedelta(days=1), asked.usd) for day in asked.days()]
    return {
        "latest_available_date": latest(box).isoformat(),
        "performance": {"intervals": [_interval(box, piece) for piece in pieces]},
    }


def _interval(box: Sandbox, piece: Span) -> dict[str, Any]:
    some = lines(box, piece)
    all_of, money = figures(some), piece.money

    def of(origin: int, seller: bool | None = None) -> int:
        return sum(
            line.cents for line in some
            if line.origin == origin and seller in (None, line.creator < 0)
        )  # fmt: skip

    refunds, undone = _undone(box, piece)
    visits = sum(_visits(box, day) for day in piece.days() if day <= latest(box))
    seen = traffic(some, visits)
    buyers = len({line.buyer_key for line in some})
    days = max((piece.end - piece.first).days, 1)
    sales: dict[str, Any] = {
        "gmv": money(all_of["cents"]),
        "gmv_with_tax": money(all_of["cents"]),
        "tax": money(0),
        "shipping_fees": money(_shipping(box, some)),
        "orders_count": all_of["orders"],
        "sku_orders_count": all_of["sku_orders"],
        "items_sold": all_of["items"],
        "customers_count": buyers,
        "refunds": money(refunds),
        "cancellations_and_returns": undone,
        "avg_order_value": money(all_of["cents"] / max(all_of["orders"], 1)),
        "product_card_attributed_gmv": money(of(CARD)),
    }
    for kind, origin in (("live", LIVE), ("video", VIDEO)):
        for prefix, seller in (("", None), ("seller_", True), ("creator_", False)):
            cents = of(origin, seller)
            sales[f"{prefix}{kind}_attributed_gmv"] = money(cents)
            sales[f"{prefix}{kind}_gmv"] = money(cents * 1.1)
            sales[f"{prefix}{kind}_indirect_gmv"] = money(cents * 0.1)
    return {
        "start_date": piece.first.isoformat(),
        "end_date": piece.end.isoformat(),
        "sales": sales,
        "traffic": {
            **seen,
            "unique_product_impressions": int(seen["product_impressions"] * 0.72),
            "unique_clicks": int(seen["product_clicks"] * 0.81),
            "avg_page_views": int(seen["product_clicks"] * 1.3 / days),
            "avg_visitors": int(seen["product_clicks"] * 0.78 / days),
            "avg_conversation_rate": rate(buyers, seen["product_clicks"] * 0.78),
        },
        "breakdowns": {
            "content_breakdown": [
                {"channel": channel, "content_type": word, "gmv": money(of(origin, seller)),
                 "indirect_gmv": money(of(origin, seller) * 0.1)}
                for channel, seller in (("SELLER", True), ("CREATOR", False))
                for word, origin in (("LIVE", LIVE), ("VIDEO", VIDEO))
            ],
            "seller_product_card_gmv": money(of(CARD, True)),
            "affiliate_product_card_attributed_gmv": money(of(CARD, False)),
            "shop_tab_and_search": {
                "shop_tab_attributed": money(of(SHOP_TAB)),
                "search_attributed": money(of(SEARCH)),
                "others": money(0),
            },
        },
    }  # fmt: skip


def _visits(box: Sandbox, day: date) -> int:
    index = box.world.config.index(day)
    if not box.world.covers(index):
        return 0
    draw = day_generator(box.world.config.seed, index, "shop visits")
    return int(draw.poisson(PER_DAY * box.world.config.scale * 160))


def _shipping(box: Sandbox, some: list[Line]) -> int:
    return sum(
        int(box.world.shop_orders(day).shipping[row]) for day, row in {one.order for one in some}
    )


def _undone(box: Sandbox, piece: Span) -> tuple[int, int]:
    """Cents refunded, and cancellations and returns begun, within the span."""
    if piece.first > latest(box):
        return 0, 0
    first, end = midnight(piece.first), midnight(min(piece.end, latest(box) + timedelta(days=1)))
    cents = count = 0
    for day in range(max(0, min(box.world.config.index(piece.end), box.last_day + 1))):
        orders = box.world.shop_orders(day)
        ended = return_times(orders)[3]
        for row in np.flatnonzero((ended >= first) & (ended < end)).tolist():
            cents += refunded(orders, row, box.clock.epoch)
        for begun in (orders.returned, orders.cancelled):
            count += int(((begun >= first) & (begun < end)).sum())
    return cents, count
