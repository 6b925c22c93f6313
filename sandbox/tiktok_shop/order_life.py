"""What has become of an order by an instant: its status, its last change, its return."""

from __future__ import annotations

import numpy as np

from sandbox.world.draws import I64
from sandbox.world.shop_orders import NORMAL, REFUND_ONLY, REPLACE, ShopOrders

_HOUR, _DAY = 3_600, 86_400
HOLD = _HOUR  # a paid order waits this long before it may be shipped
REQUESTED_BEFORE = 1_800  # a buyer asks for a cancellation this long before it is granted
_REFUNDED_AFTER = {REFUND_ONLY: 1, REPLACE: 1}  # days; a sent-back parcel takes longer
_SHIPPED_BACK_AFTER, _RECEIVED_AFTER = 3, 6


def order_id(day: int, row: int, orders: ShopOrders) -> str:
    """18 digits that say nothing about the order before or after."""
    return f"57646{day:04d}{row:05d}{int(orders.key[row]) % 10_000:04d}"


def return_times(orders: ShopOrders) -> tuple[I64, I64, I64, I64]:
    """Instants of a return: asked, decided, parcel sent back, ended. 0 where not."""
    asked = orders.returned
    happens = asked > 0
    parcel = happens & (orders.return_kind == 1) & ~orders.rejected
    decided = np.where(happens, asked + _DAY, 0)
    sent = np.where(parcel, asked + _SHIPPED_BACK_AFTER * _DAY, 0)
    ended = np.where(parcel, asked + _RECEIVED_AFTER * _DAY, decided)
    return asked, decided, sent, ended


def last_change(orders: ShopOrders, now: int) -> I64:
    """`update_time` of each order; below `created` for those that do not exist yet."""
    asked, decided, sent, ended = return_times(orders)
    held = np.where((orders.paid > 0) & (orders.kind == NORMAL), orders.paid + HOLD, 0)
    asked_to_cancel = np.where(
        orders.by_buyer, np.maximum(orders.paid, orders.cancelled - REQUESTED_BEFORE), 0
    )
    changed = np.zeros(len(orders), dtype=np.int64)
    for step in (
        orders.created, orders.paid, held, orders.handed_over, orders.collected,
        orders.delivered, orders.completed, asked_to_cancel, orders.cancelled, asked, decided,
        sent, ended,
    ):  # fmt: skip
        # A step that a cancellation forestalls does not happen.
        forestalled = (orders.cancelled > 0) & (step > orders.cancelled)
        changed = np.where((step > 0) & (step <= now) & ~forestalled, np.maximum(changed, step),
                           changed)  # fmt: skip
    return changed


def status(orders: ShopOrders, row: int, now: int) -> str:
    """Order status at an instant."""
    if 0 < orders.cancelled[row] <= now:
        return "CANCELLED"
    for step, word in (
        (orders.completed, "COMPLETED"), (orders.delivered, "DELIVERED"),
        (orders.collected, "IN_TRANSIT"), (orders.handed_over, "AWAITING_COLLECTION"),
    ):  # fmt: skip
        if 0 < step[row] <= now:
            return word
    paid = int(orders.paid[row])
    if not 0 < paid <= now:
        return "UNPAID"
    held = orders.kind[row] == NORMAL and now < paid + HOLD
    return "ON_HOLD" if held else "AWAITING_SHIPMENT"


def refund_cents(orders: ShopOrders, row: int) -> int:
    """What a return gives back: one unit, or everything that was bought."""
    units = int(orders.return_units[row])
    if units:
        return units * int(orders.unit_cents[row, 0])
    return int(orders.subtotal[row])


def refunded(orders: ShopOrders, row: int, now: int) -> int:
    """Cents given back by an instant; a replacement gives back nothing."""
    ended = int(return_times(orders)[3][row])
    if orders.rejected[row] or orders.return_kind[row] == REPLACE or not 0 < ended <= now:
        return 0
    return refund_cents(orders, row)


def sold(orders: ShopOrders, now: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Orders that count as sales: bought and paid by an instant, whatever came after."""
    return np.asarray((orders.kind == NORMAL) & (orders.paid > 0) & (orders.paid <= now))
