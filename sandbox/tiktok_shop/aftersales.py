"""Returns and cancellations as sent, each in the state it has by now."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_shop.listing import Item
from sandbox.tiktok_shop.order_life import (
    REQUESTED_BEFORE,
    order_id,
    refund_cents,
    return_times,
)
from sandbox.tiktok_shop.order_node import euros, line_id
from sandbox.world import World, brand, shop_plan
from sandbox.world.shop_orders import REFUND_ONLY, REPLACE, ShopOrders

_TYPES = ("REFUND", "RETURN_AND_REFUND", "REPLACEMENT")
_REASONS = (
    ("ecom_order_delivered_refund_and_return_reason_no_longer_needed", "Plus besoin"),
    ("ecom_order_delivered_refund_and_return_reason_damaged", "Article endommagé"),
    ("ecom_order_delivered_refund_and_return_reason_wrong_item", "Mauvais article reçu"),
)


def return_id(day: int, row: int, orders: ShopOrders) -> str:
    """Id of the only return an order can have here."""
    return f"40352{order_id(day, row, orders)[5:]}"


def cancel_id(day: int, row: int, orders: ShopOrders) -> str:
    """Id of the only cancellation."""
    return f"40353{order_id(day, row, orders)[5:]}"


@lru_cache(maxsize=8)
def returns(world: World, last_day: int, instant: int) -> tuple[Item, ...]:
    """Returns asked for by an instant."""
    found = []
    for day in range(last_day + 1):
        orders = world.shop_orders(day)
        steps = return_times(orders)
        for row in np.flatnonzero((steps[0] > 0) & (steps[0] <= instant)).tolist():
            updated = max(int(step[row]) for step in steps if step[row] <= instant)
            found.append(Item(return_id(day, row, orders), int(steps[0][row]), updated, (day, row)))
    return tuple(found)


def return_node(box: Sandbox, item: Item) -> dict[str, Any]:
    """A return."""
    (day, row), now = item.place, box.clock.epoch
    orders = box.world.shop_orders(day)
    kind = int(orders.return_kind[row])
    reason, text = _REASONS[int(orders.key[row]) % len(_REASONS)]
    asked, decided, sent, ended = (int(step[row]) for step in return_times(orders))
    back = kind not in (REFUND_ONLY, REPLACE)
    node: dict[str, Any] = {
        "return_id": item.id,
        "order_id": order_id(day, row, orders),
        "return_type": _TYPES[kind],
        "return_status": _return_status(orders, row, now, decided, sent, ended),
        "role": "BUYER",
        "return_reason": reason,
        "return_reason_text": text,
        "create_time": asked,
        "update_time": max(step for step in (asked, decided, sent, ended) if step <= now),
        "can_buyer_keep_item": kind == REFUND_ONLY,
        "is_combined_return": False,
        "is_quick_refund": False,
        "return_line_items": _lines(orders, day, row, item.id),
        "seller_next_action_response": [],
    }
    if kind != REPLACE:
        node["refund_amount"] = _refund(refund_cents(orders, row))
    if back and decided <= now and not orders.rejected[row]:
        node |= {"shipment_type": "PLATFORM", "handover_method": "DROP_OFF"}
        node["return_method"] = "RETURN_TO_WAREHOUSE"
    if 0 < sent <= now:
        node["return_tracking_number"] = f"8R{int(orders.key[row]) % 10**11:011d}"
        node["return_provider_name"] = "Mondial Relay"
    return node


def _return_status(orders: ShopOrders, row: int, now: int, decided: int, sent: int,
                   ended: int) -> str:  # fmt: skip
    if orders.return_kind[row] == REPLACE:
        if decided > now:
            return "REPLACEMENT_REQUEST_PENDING"
        rejected = bool(orders.rejected[row])
        return "REPLACEMENT_REQUEST_REJECT" if rejected else "REPLACEMENT_REQUEST_COMPLETE"
    if decided > now:
        return "RETURN_OR_REFUND_REQUEST_PENDING"
    if orders.rejected[row]:
        return "REFUND_OR_RETURN_REQUEST_REJECT"
    if ended <= now:
        return "RETURN_OR_REFUND_REQUEST_COMPLETE"
    return "BUYER_SHIPPED_ITEM" if 0 < sent <= now else "AWAITING_BUYER_SHIP"


def _refund(cents: int, shipping: int = 0) -> dict[str, str]:
    return {
        "currency": "EUR",
        "refund_total": euros(cents + shipping),
        "refund_subtotal": euros(cents),
        "refund_shipping_fee": euros(shipping),
        "refund_tax": "0.00",
    }


def _lines(orders: ShopOrders, day: int, row: int, parent: str) -> list[dict[str, Any]]:
    only_first = int(orders.return_units[row])
    found, nth = [], 0
    for line in range(orders.quantity.shape[1]):
        for _ in range(int(orders.quantity[row, line])):
            if not only_first or nth < only_first:
                product = int(orders.product[row, line])
                found.append(
                    {
                        "return_line_item_id": f"{parent}{nth}",
                        "order_line_item_id": line_id(orders, day, row, nth),
                        "sku_id": shop_plan.sku_id(product),
                        "sku_name": "Default",
                        "product_name": brand.PRODUCTS[product].title,
                        "seller_sku": brand.PRODUCTS[product].item_id,
                        "refund_amount": _refund(int(orders.unit_cents[row, line])),
                    }
                )
            nth += 1
    return found


@lru_cache(maxsize=8)
def cancellations(world: World, last_day: int, instant: int) -> tuple[Item, ...]:
    """Cancellations asked for, or made by the system, by an instant."""
    found = []
    for day in range(last_day + 1):
        orders = world.shop_orders(day)
        for row in np.flatnonzero(orders.cancelled > 0).tolist():
            asked, done = _asked(orders, row), int(orders.cancelled[row])
            if asked <= instant:
                updated = done if done <= instant else asked
                found.append(Item(cancel_id(day, row, orders), asked, updated, (day, row)))
    return tuple(found)


def _asked(orders: ShopOrders, row: int) -> int:
    done = int(orders.cancelled[row])
    return max(int(orders.paid[row]), done - REQUESTED_BEFORE) if orders.by_buyer[row] else done


def cancel_node(box: Sandbox, item: Item) -> dict[str, Any]:
    """A cancellation."""
    (day, row), now = item.place, box.clock.epoch
    orders = box.world.shop_orders(day)
    by_buyer, done = bool(orders.by_buyer[row]), int(orders.cancelled[row])
    paid = int(orders.paid[row]) > 0
    cents, shipping = int(orders.subtotal[row]), int(orders.shipping[row])
    lines = _lines(orders, day, row, item.id)
    if not paid:
        lines = [{**line, "refund_amount": _refund(0)} for line in lines]
    return {
        "cancel_id": item.id,
        "order_id": order_id(day, row, orders),
        "cancel_type": "BUYER_CANCEL" if by_buyer else "CANCEL",
        "cancel_status": "CANCELLATION_REQUEST_COMPLETE"
        if done <= now
        else "CANCELLATION_REQUEST_PENDING",
        "role": "BUYER" if by_buyer else "SYSTEM",
        "cancel_reason": "ecom_order_to_ship_canceled_reason_no_longer_needed"
        if by_buyer
        else "ecom_order_unpaid_canceled_reason_payment_timeout",
        "cancel_reason_text": "Plus besoin" if by_buyer else "Paiement non effectué",
        "create_time": _asked(orders, row),
        "update_time": done if done <= now else _asked(orders, row),
        "should_replenish_stock": True,
        "refund_amount": _refund(*((cents, shipping) if paid else (0, 0))),
        "cancel_line_items": [
            {"cancel_line_item_id" if k == "return_line_item_id" else k: v for k, v in one.items()}
            for one in lines
        ],
        "seller_next_action_response": [],
    }
