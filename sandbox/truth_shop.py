"""What the TikTok Shop really sold, for tests that compare."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_shop.order_life import order_id, refunded, return_times
from sandbox.world.shop_orders import NORMAL
from sandbox.world.shop_plan import SHOP_ZONE
from sandbox.world.zones import iso_z, local_date

_KINDS = ("normal", "sample", "replacement")


def shop_orders_truth(box: Sandbox, first: date, last: date) -> list[dict[str, Any]]:
    """TikTok Shop orders placed on shop days first to last, as of now; money in cents.

    `counted`: bought, paid and not cancelled. `paid` stays true of an order cancelled later.
    `refunded_at` is when a return ended, null without one; a cancellation is no refund here.
    """
    now, config, found = box.clock.epoch, box.world.config, []
    window = range(max(config.index(first), 0), min(config.index(last), box.last_day) + 1)
    for day in window:
        orders = box.world.shop_orders(day)
        ended = return_times(orders)[3]
        for row in np.flatnonzero(orders.created <= now).tolist():
            kind, live = int(orders.kind[row]), int(orders.live[row])
            paid = 0 < int(orders.paid[row]) <= now
            cancelled = 0 < int(orders.cancelled[row]) <= now
            product, shipping = int(orders.subtotal[row]), int(orders.shipping[row])
            back = refunded(orders, row, now)
            found.append(
                {
                    "order_id": order_id(day, row, orders),
                    "created_at": iso_z(int(orders.created[row])),
                    "order_date": local_date(int(orders.created[row]), SHOP_ZONE).isoformat(),
                    "kind": _KINDS[kind],
                    "paid": paid,
                    "cancelled": cancelled,
                    "counted": kind == NORMAL and paid and not cancelled,
                    "units": int(orders.quantity[row].sum()),
                    "product_cents": product,
                    "shipping_cents": shipping,
                    "total_cents": product + shipping,
                    "refunded_cents": back,
                    "refunded_at": iso_z(int(ended[row])) if back else None,
                    "room_id": box.world.content.lives[live].room_id if live >= 0 else None,
                }
            )
    return found
