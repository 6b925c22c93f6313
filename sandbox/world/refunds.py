"""Refunds by their own day, for the analytics tools that are told about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sandbox.world import brand
from sandbox.world.draws import I64
from sandbox.world.orders import Orders
from sandbox.world.world import World

LONGEST_WAIT = 24  # days from order to last refund


@dataclass(frozen=True)
class RefundEvents:
    """Refunds of one order day that fall on the asked day."""

    orders: Orders
    rows: I64  # of orders
    at: I64
    cents: I64


def refund_events(world: World, day: int) -> Iterator[RefundEvents]:
    """Refunds of web orders with full consent that happen on a property day."""
    begin = world.plan.day(day).midnight
    end = begin + world.plan.day(day).seconds
    for order_day in range(max(0, day - LONGEST_WAIT), day + 1):
        orders = world.orders(order_day)
        at = np.concatenate([orders.refunded, orders.refunded_again])
        due = (at >= begin) & (at < end) & (np.tile(orders.visit, 2) >= 0)
        if not due.any():
            continue
        web = world.sessions(order_day)
        rows = np.tile(np.arange(len(orders)), 2)
        due &= web.journeys.people.consent[orders.visit[rows]] == brand.CONSENT_FULL
        cents = np.concatenate([orders.refund_cents, orders.second_refund_cents])
        yield RefundEvents(orders, rows[due], at[due], cents[due])
