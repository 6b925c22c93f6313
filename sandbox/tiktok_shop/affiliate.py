"""Orders that creators brought. They are found by creation only: the API has no time of change."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_shop.listing import Item
from sandbox.tiktok_shop.order_life import order_id, refunded, return_times
from sandbox.tiktok_shop.order_node import euros
from sandbox.world import World, shop_plan
from sandbox.world.shop_orders import NORMAL, ShopOrders

_SETTLED_AFTER = 2 * 86_400  # seconds from completion to the statement


@lru_cache(maxsize=8)
def affiliate_orders(world: World, last_day: int, instant: int) -> tuple[Item, ...]:
    """Affiliate orders created by an instant."""
    found = []
    for day in range(last_day + 1):
        orders = world.shop_orders(day)
        mine = (orders.creator >= 0) & (orders.kind == NORMAL) & (orders.created <= instant)
        for row in np.flatnonzero(mine).tolist():
            at = int(orders.created[row])
            found.append(Item(order_id(day, row, orders), at, at, (day, row)))
    return tuple(found)


def affiliate_node(box: Sandbox, item: Item) -> dict[str, Any]:
    """An affiliate order with one entry per SKU."""
    (day, row), now = item.place, box.clock.epoch
    orders = box.world.shop_orders(day)
    node: dict[str, Any] = {
        "id": item.id,
        "create_time": item.created,
        "skus": [
            _sku(box, orders, row, line)
            for line in range(orders.quantity.shape[1])
            if orders.quantity[row, line] > 0
        ],
    }
    if 0 < orders.delivered[row] <= now:
        node["delivery_time"] = int(orders.delivered[row])
    return node


def settlement(orders: ShopOrders, row: int, now: int) -> str:
    """What has become of a commission."""
    if 0 < orders.cancelled[row] <= now or refunded(orders, row, now) >= orders.subtotal[row]:
        return "INELIGIBLE"
    if not 0 < orders.paid[row] <= now:
        return "AWAITING PAYMENT"
    done = int(orders.completed[row])
    return "SETTLED" if 0 < done + _SETTLED_AFTER <= now and done else "To-SETTLE"


def _sku(box: Sandbox, orders: ShopOrders, row: int, line: int) -> dict[str, Any]:
    now, content = box.clock.epoch, box.world.content
    creator, post = int(orders.creator[row]), int(orders.post[row])
    product, units = int(orders.product[row, line]), int(orders.quantity[row, line])
    unit = int(orders.unit_cents[row, line])
    by_ad = bool(orders.paid_ad[row])
    rate, ads_rate = shop_plan.COMMISSION[creator], shop_plan.SHOP_ADS_COMMISSION[creator]
    base = unit * units
    state = settlement(orders, row, now)
    # A partly returned line earns on what stays with the buyer.
    returned = 0
    if line == 0 and refunded(orders, row, now):
        returned = int(orders.return_units[row]) or units
    kept = 0 if state == "INELIGIBLE" else unit * (units - returned)
    paid_out = kept if state == "SETTLED" else 0
    ended = int(return_times(orders)[3][row])
    whole = bool(refunded(orders, row, now)) and not orders.return_units[row] and ended <= now
    amounts = {
        "estimated_commission_base": base,
        "estimated_paid_commission": 0 if by_ad else base * rate // 10_000,
        "estimated_paid_shop_ads_commission": base * ads_rate // 10_000 if by_ad else 0,
        "actual_commission_base": paid_out,
        "actual_paid_commission": 0 if by_ad else paid_out * rate // 10_000,
        "actual_paid_shop_ads_commission": paid_out * ads_rate // 10_000 if by_ad else 0,
    }
    return {
        "sku_id": shop_plan.sku_id(product),
        "product_id": shop_plan.product_id(product),
        "creator_username": content.creators[creator].handle,
        "content_type": "VIDEO" if post >= 0 else "SHOP",
        "content_id": content.posts[post].item_id if post >= 0 else "",
        "price": {"amount": euros(unit), "currency": "EUR"},
        "quantity": units,
        "settlement_status": state,
        "open_collaboration_id": f"7450{creator:015d}",
        "target_collaboration_id": "",
        "commission_model": "Fixed commission",
        "commission_tier_setting": "-",
        "commission_rate": str(rate),
        "shop_ads_commission_rate": str(ads_rate),
        "fully_return": "Yes" if whole else "No",
        "is_carousel": False,
        **{name: {"amount": euros(cents), "currency": "EUR"} for name, cents in amounts.items()},
    }
