"""Daily statements: what the platform settles for the orders completed on a shop day."""

from __future__ import annotations

from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_shop.affiliate import settlement
from sandbox.tiktok_shop.envelope import invalid
from sandbox.tiktok_shop.gateway import Call
from sandbox.tiktok_shop.listing import paged
from sandbox.tiktok_shop.order_life import refunded
from sandbox.tiktok_shop.order_node import euros
from sandbox.world import shop_plan
from sandbox.world.zones import midnight

_PLATFORM_FEE = 9  # percent of revenue
_PARCEL = 450  # cents the platform charges per parcel
_PAID_AFTER = 3 * 86_400


def statements(box: Sandbox, call: Call) -> dict[str, Any]:
    """`GET /finance/202309/statements`; the sort field has to be said although there is one."""
    query = call.query
    if query.get("sort_field") != "statement_time":
        raise invalid("Invalid request. Invalid 'sort_field' query parameter.")
    first = int(query.get("statement_time_ge", "0"))
    end = int(query.get("statement_time_lt", str(2**40)))
    wanted = query.get("payment_status")
    found = [
        one
        for one in _all(box)
        if first <= one["statement_time"] < end and wanted in (None, one["payment_status"])
    ]
    found.sort(key=lambda one: one["statement_time"], reverse=query.get("sort_order") != "ASC")
    page = paged(call, "statements", found)
    del page["total_count"]
    return page


def _all(box: Sandbox) -> list[dict[str, Any]]:
    config, now = box.world.config, box.clock.epoch
    sums: dict[int, list[int]] = {}
    for day in range(box.last_day + 1):
        orders = box.world.shop_orders(day)
        for row in range(len(orders)):
            done = int(orders.completed[row])
            settled = settlement(orders, row, now) in ("SETTLED", "INELIGIBLE")
            if not done or not settled or not orders.subtotal[row]:
                continue
            due = (done - midnight(config.day(0))) // 86_400 + 2
            kept = int(orders.subtotal[row]) - refunded(orders, row, now)
            creator = int(orders.creator[row])
            share = shop_plan.COMMISSION[creator] if creator >= 0 else 0
            fee = kept * _PLATFORM_FEE // 100 + kept * share // 10_000
            total = sums.setdefault(due, [0, 0, 0])
            for place, cents in enumerate((kept, fee, _PARCEL)):
                total[place] += cents
    found = []
    for due, (revenue, fee, parcels) in sorted(sums.items()):
        at = midnight(config.day(due))
        if at > now:
            continue
        paid = at + _PAID_AFTER
        one = {
            "id": f"3461{due:015d}",
            "statement_time": at,
            "currency": "EUR",
            "revenue_amount": euros(revenue),
            "net_sales_amount": euros(revenue),
            "fee_amount": euros(-fee),
            "shipping_cost_amount": euros(-parcels),
            "adjustment_amount": "0.00",
            "settlement_amount": euros(revenue - fee - parcels),
            "payment_status": "PAID" if paid <= now else "PROCESSING",
        }
        if paid <= now:
            one |= {"payment_id": f"3462{due:015d}", "payment_time": paid}
        found.append(one)
    return found
