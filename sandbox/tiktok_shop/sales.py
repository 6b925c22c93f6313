"""Sales lines of a stretch of shop days, for all analytics: each unit price once per line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_shop.envelope import invalid
from sandbox.tiktok_shop.gateway import Call
from sandbox.tiktok_shop.order_life import sold
from sandbox.tiktok_shop.order_node import euros
from sandbox.world.shop_orders import ShopOrders
from sandbox.world.shop_plan import SHOP_ZONE
from sandbox.world.zones import local_date

USD = 1.08  # dollars per euro; TikTok converts by a rate of its own
LONGEST_RANGE = 366  # days; the real limit is not documented


@dataclass(frozen=True)
class Span:
    """Shop days asked for: `first` included, `end` excluded."""

    first: date
    end: date
    usd: bool

    def days(self) -> Iterator[date]:
        """Each day."""
        for offset in range((self.end - self.first).days):
            yield self.first + timedelta(days=offset)

    def money(self, cents: float) -> dict[str, str]:
        """An amount in the asked currency."""
        return {
            "amount": euros(round(cents * USD) if self.usd else round(cents)),
            "currency": "USD" if self.usd else "EUR",
        }


@dataclass(frozen=True)
class Line:
    """One line of a paid order. `who` is seller or affiliate, "" outside videos and LIVE."""

    order: tuple[int, int]
    buyer_key: int
    product: int
    units: int
    cents: int
    origin: int
    live: int
    post: int
    creator: int


def span(call: Call) -> Span:
    """`start_date_ge` and `end_date_lt`, shop days; `currency` LOCAL or USD."""
    try:
        first = date.fromisoformat(call.query.get("start_date_ge", ""))
        end = date.fromisoformat(call.query.get("end_date_lt", ""))
    except ValueError:
        raise invalid("Invalid request. Dates must be in the format YYYY-MM-DD.") from None
    if not first < end or (end - first).days > LONGEST_RANGE:
        raise invalid("Invalid request. 'end_date_lt' must be after 'start_date_ge'.")
    currency = call.query.get("currency", "LOCAL")
    if currency not in ("LOCAL", "USD"):
        raise invalid("Invalid request. Invalid 'currency' query parameter.")
    return Span(first, end, currency == "USD")


def latest(box: Sandbox) -> date:
    """The last day whose figures are ready; a day takes hours to be computed."""
    computed = box.clock.epoch - box.settings.tiktok_shop_analytics_hours * 3_600
    return local_date(computed, SHOP_ZONE) - timedelta(days=1)


def orders_of(box: Sandbox, day: date) -> tuple[int, ShopOrders] | None:
    """World day and orders of a shop day whose figures are ready."""
    index = box.world.config.index(day)
    if not 0 <= index <= box.last_day or day > latest(box):
        return None
    return index, box.world.shop_orders(index)


def lines(box: Sandbox, asked: Span) -> list[Line]:
    """All lines of orders placed in the span and paid by now."""
    found = []
    for day in asked.days():
        known = orders_of(box, day)
        if known is None:
            continue
        index, orders = known
        for row in np.flatnonzero(sold(orders, box.clock.epoch)).tolist():
            for nth in range(orders.quantity.shape[1]):
                units = int(orders.quantity[row, nth])
                if units:
                    found.append(
                        Line(
                            (index, row),
                            int(orders.key[row]),
                            int(orders.product[row, nth]),
                            units,
                            units * int(orders.unit_cents[row, nth]),
                            int(orders.origin[row]),
                            int(orders.live[row]),
                            int(orders.post[row]),
                            int(orders.creator[row]),
                        )
                    )
    return found


def figures(some: list[Line]) -> dict[str, int]:
    """Cents, orders, SKU orders and units of some lines."""
    return {
        "cents": sum(line.cents for line in some),
        "orders": len({line.order for line in some}),
        "sku_orders": len({(line.order, line.product) for line in some}),
        "items": sum(line.units for line in some),
    }


def rate(part: float, whole: float) -> str:
    """A raw decimal as text; a zero denominator gives 0."""
    return f"{part / whole:.4f}" if whole else "0"


def traffic(some: list[Line], views: float) -> dict[str, Any]:
    """Impressions and clicks of products behind some lines, and some views."""
    clicks = int(views * 0.06) + 9 * len({line.order for line in some})
    impressions = clicks * 8 + int(views * 0.9)
    return {"product_impressions": impressions, "product_clicks": clicks}
