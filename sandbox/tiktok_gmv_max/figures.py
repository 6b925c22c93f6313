"""What GMV Max campaigns cost and what the platform credits them with, per shop day and hour.

Revenue is the halo: every paid or organic Shop order of a promoted product, or of a promoted
LIVE room, counts. It is gross: cancelled and returned orders stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_shop.order_life import sold
from sandbox.world import brand
from sandbox.world.draws import day_generator
from sandbox.world.shop_plan import PROMOTIONS, Promotion
from sandbox.world.zones import day_seconds, midnight

NET_AFTER_HOURS = 11  # until credits are deducted
_CREDITS = 0.03


@dataclass(frozen=True)
class Cell:
    """Figures of one campaign, day, hour and promoted product or room. Money in cents."""

    promotion: int
    day: date
    hour: int
    target: int  # position of the product, or of the LIVE session
    cost: float = 0.0
    net_cost: float = 0.0
    revenue: int = 0
    order: tuple[int, int] | None = None


def cells(box: Sandbox, day: date) -> list[Cell]:
    """All cells of a day, as far as the clock has come."""
    index = box.world.config.index(day)
    if not 0 <= index <= box.last_day:
        return []
    found: list[Cell] = []
    for position, promotion in enumerate(PROMOTIONS):
        if promotion.runs(index):
            found += _costs(box, position, promotion, index, day)
            found += _orders(box, position, promotion, index, day)
    return found


def _costs(box: Sandbox, position: int, promotion: Promotion, index: int,
           day: date) -> list[Cell]:  # fmt: skip
    draw = day_generator(box.world.config.seed, index, f"gmv max {position}")
    factor = float(np.exp(0.18 * draw.normal())) * box.restatements.factor(day)
    whole = promotion.daily_budget_cents * box.world.config.scale * factor
    start, found = midnight(day), []
    if promotion.live:
        rooms = [(n, one) for n, one in enumerate(box.world.content.lives) if one.day == index]
        shares = {n: [(hour, 1.0) for hour in _hours(one.start, one.end, start)]
                  for n, one in rooms}  # fmt: skip
    else:
        weights = brand.PRODUCT_WEIGHTS[list(promotion.products)]
        hours = brand.WEEKEND_HOURS if day.weekday() >= 5 else brand.WEEKDAY_HOURS
        shape = hours / hours.sum()
        shares = {
            product: [(hour, float(shape[hour] * weight)) for hour in range(24)]
            for product, weight in zip(promotion.products, weights / weights.sum(), strict=True)
        }
    for target, parts in shares.items():
        total = sum(share for _, share in parts) if promotion.live else 1.0
        for hour, share in parts:
            ended = start + (hour + 1) * 3_600
            if ended > box.clock.epoch or hour * 3_600 >= day_seconds(day):
                continue
            cost = whole * share / total
            known = ended + NET_AFTER_HOURS * 3_600 <= box.clock.epoch
            net = cost * (1 - _CREDITS) if known else 0.0
            found.append(Cell(position, day, hour, target, cost, net))
    return found


def _hours(start: int, end: int, midnight_at: int) -> range:
    return range((start - midnight_at) // 3_600, (end - midnight_at - 1) // 3_600 + 1)


def _orders(box: Sandbox, position: int, promotion: Promotion, index: int,
            day: date) -> list[Cell]:  # fmt: skip
    orders = box.world.shop_orders(index)
    found = []
    for row in np.flatnonzero(sold(orders, box.clock.epoch)).tolist():
        live = int(orders.live[row])
        if (live >= 0) != promotion.live:
            continue
        hour = (int(orders.created[row]) - midnight(day)) // 3_600
        for nth in range(orders.quantity.shape[1]):
            units, product = int(orders.quantity[row, nth]), int(orders.product[row, nth])
            if units and (promotion.live or product in promotion.products):
                cents = units * int(orders.unit_cents[row, nth])
                target = live if promotion.live else product
                found.append(Cell(position, day, hour, target, revenue=cents, order=(index, row)))
    return found
