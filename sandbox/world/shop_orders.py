"""TikTok Shop orders of one shop day, apart from the web shop's.

Money is in integer cents, VAT included. Instants are epoch seconds; 0 means "does not happen".
What an order shows depends on the clock: every later step of its life is a planned instant here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.world import brand
from sandbox.world.config import WorldConfig
from sandbox.world.content import BRAND, CREATOR, Content
from sandbox.world.draws import F64, I64, U64, Bools, day_generator, derived, series, uniform, word
from sandbox.world.shop_plan import (
    CARD,
    LIVE,
    ORIGIN_WEIGHTS,
    PRODUCTS,
    VIDEO,
    live_promotion,
    promotion_of,
)  # fmt: skip
from sandbox.world.zones import midnight

PER_DAY = 4.4  # orders outside LIVE sessions at the audience of `tiny`, a fifth of the web shop's
PER_LIVE = 5.0  # orders of one session of strength 1
SAMPLES_PER_DAY = 0.35
NORMAL, SAMPLE, REPLACEMENT = range(3)
REFUND_ONLY, RETURN_AND_REFUND, REPLACE = range(3)
_HOUR = 3_600
_DAY = 86_400
_REPLACED_AFTER = (5, 22)  # days between an order and its replacement, both included


@dataclass(frozen=True)
class ShopOrders:
    """One row per order."""

    day: int
    key: U64
    created: I64
    kind: NDArray[np.int8]
    replaces: list[tuple[int, int]]  # (day, row) of the order a replacement is for, else (-1, -1)
    origin: NDArray[np.int8]
    live: NDArray[np.int16]  # position in content.lives, -1 outside
    post: NDArray[np.int16]  # position in content.posts, -1 outside videos
    creator: NDArray[np.int8]  # affiliate, -1 without
    promotion: NDArray[np.int8]  # GMV Max campaign of the first product, -1 without
    paid_ad: Bools  # the ad brought the order; otherwise the campaign still counts it
    product: NDArray[np.int8]  # [orders, 2]
    quantity: I64  # [orders, 2]; 0 = no line
    seller_discount: I64  # per unit, [orders, 2]
    platform_discount: I64  # per unit, [orders, 2]
    shipping: I64
    paid: I64
    cancelled: I64
    by_buyer: Bools
    handed_over: I64
    collected: I64
    delivered: I64
    completed: I64
    returned: I64
    return_kind: NDArray[np.int8]
    return_units: I64  # units of the first line sent back; 0 = everything
    rejected: Bools  # the seller refuses the return

    def __len__(self) -> int:
        return len(self.created)

    @property
    def price(self) -> I64:
        """Unit price before discounts, [orders, 2]."""
        return brand.PRICES[self.product]

    @property
    def unit_cents(self) -> I64:
        """What a buyer pays per unit, [orders, 2]; nothing for samples and replacements."""
        paid = self.price - self.seller_discount - self.platform_discount
        return np.where((self.kind == NORMAL)[:, None], paid, 0)

    @property
    def subtotal(self) -> I64:
        """All units as paid, without shipping."""
        return np.asarray((self.unit_cents * self.quantity).sum(axis=1))


def _pick(weights: F64, draws: F64) -> I64:
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, draws, side="right"), len(weights) - 1)


def _videos(content: Content, start: int, end: int) -> tuple[I64, F64]:
    """Positions of posts with a basket, and the views they gain in a stretch of time."""
    found, gained = [], []
    for position, post in enumerate(content.posts):
        if post.kind in (BRAND, CREATOR) and post.published < end:
            views = content.counters(post, end).views - content.counters(post, start).views
            if views > 0:
                found.append(position)
                gained.append(float(views))
    return np.array(found, dtype=np.int64), np.array(gained)


def shop_orders(
    config: WorldConfig, content: Content, day: int, earlier: Callable[[int], ShopOrders]
) -> ShopOrders:
    """Make the orders of a day; `earlier` gives those of a day before it."""
    date, start = config.day(day), midnight(config.day(day))
    draw = day_generator(config.seed, day, "shop orders")
    weekday = brand.WEEKDAY_FACTOR[date.weekday()]
    plain = int(draw.poisson(PER_DAY * config.scale * weekday))
    samples = int(draw.poisson(SAMPLES_PER_DAY))
    lives = [(at, live) for at, live in enumerate(content.lives) if live.day == day]
    in_live = [int(draw.poisson(PER_LIVE * config.scale * live.strength)) for _, live in lives]
    again = _replacements(config, day, earlier)
    count = plain + samples + sum(in_live) + len(again)
    key = series(word("shop order", config.seed, day), count)

    def u(topic: str) -> F64:
        return uniform(key, topic)

    hours = brand.WEEKEND_HOURS if date.weekday() >= 5 else brand.WEEKDAY_HOURS
    created = start + _pick(hours.astype(np.float64), u("hour")) * _HOUR
    created = created + (u("second") * _HOUR).astype(np.int64)
    kind = np.zeros(count, dtype=np.int8)
    kind[plain : plain + samples] = SAMPLE
    live = np.full(count, -1, dtype=np.int16)
    row = plain + samples
    for (at, session), size in zip(lives, in_live, strict=True):
        mine = slice(row, row + size)
        live[mine] = at
        created[mine] = session.start + (u("in live")[mine] * (session.end - session.start)).astype(
            np.int64
        )
        row += size
    kind[row:] = REPLACEMENT
    created[row:] = [moment for moment, _, _ in again]
    replaces = [(-1, -1)] * row + [(base, of) for _, base, of in again]

    origin = _pick(ORIGIN_WEIGHTS, u("origin")).astype(np.int8)
    posts, views = _videos(content, start, start + _DAY)
    if not len(posts):
        origin[origin == VIDEO] = CARD
    origin[kind != NORMAL] = CARD
    origin[live >= 0] = LIVE
    video = origin == VIDEO
    post = np.full(count, -1, dtype=np.int16)
    post[video] = posts[_pick(views, u("video")[video])] if video.any() else 0
    creator = np.array([content.posts[at].author if at >= 0 else -1 for at in post], dtype=np.int8)
    showcase = (origin == CARD) & (kind == NORMAL) & (u("showcase") < 0.25)
    creator[showcase] = (u("whose showcase")[showcase] * len(content.creators)).astype(np.int8)

    product = np.stack([_pick(brand.PRODUCT_WEIGHTS, u(f"product {n}")) for n in (0, 1)], axis=1)
    shown = np.array([content.posts[at].product if at >= 0 else -1 for at in post], dtype=np.int64)
    in_room = np.array([content.lives[at].product if at >= 0 else -1 for at in live])
    product[:, 0] = np.where(shown >= 0, shown, product[:, 0])
    product[:, 0] = np.where((in_room >= 0) & (u("room's own") < 0.6), in_room, product[:, 0])
    product[:, 1] = np.where(
        product[:, 1] == product[:, 0], (product[:, 1] + 1) % PRODUCTS, product[:, 1]
    )
    quantity = np.stack(
        [1 + (u("two") < 0.12) + (u("three") < 0.03), (u("second line") < 0.22) * 1], axis=1
    )
    quantity[kind != NORMAL] = (1, 0)
    for nth, (_, base, of) in enumerate(again, start=row):
        product[nth, 0] = earlier(base).product[of, 0]
    price = brand.PRICES[product]
    promotion = np.array(
        [
            -1 if k != NORMAL else live_promotion(day) if r >= 0 else promotion_of(int(p), day)
            for k, r, p in zip(kind, live, product[:, 0], strict=True)
        ],
        dtype=np.int8,
    )
    seller = np.where((u("seller deal") < 0.3)[:, None], price // 10, 0)
    seller = np.where((live >= 0)[:, None], price * 15 // 100, seller)
    platform = np.where((u("platform deal") < 0.2)[:, None], price // 20, 0)
    net = ((price - seller - platform) * quantity).sum(axis=1)

    fate, normal = u("fate"), kind == NORMAL
    unpaid = normal & (fate < 0.04)
    gone = normal & (fate >= 0.04) & (fate < 0.09)
    paid = np.where(unpaid, 0, created + (normal * u("pay") * 1_200).astype(np.int64))
    cancelled = np.where(unpaid, created + 48 * _HOUR, 0)
    cancelled = np.where(gone, paid + ((0.1 + 9 * u("cancel")) * _HOUR).astype(np.int64), cancelled)
    goes = cancelled == 0
    handed_over = np.where(goes, paid + ((11 + 30 * u("pack")) * _HOUR).astype(np.int64), 0)
    collected = np.where(goes, handed_over + ((2 + 20 * u("collect")) * _HOUR).astype(np.int64), 0)
    delivered = np.where(goes, collected + ((1.2 + 3 * u("carry")) * _DAY).astype(np.int64), 0)
    back = normal & (fate >= 0.09) & (fate < 0.19)
    returned = np.where(back, delivered + ((0.5 + 11 * u("regret")) * _DAY).astype(np.int64), 0)
    part = (quantity[:, 0] > 1) & (u("part") < 0.5)
    return ShopOrders(
        day=day, key=key, created=created, kind=kind, replaces=replaces, origin=origin, live=live,
        post=post, creator=np.where(creator < 0, -1, creator).astype(np.int8),
        promotion=promotion, paid_ad=np.asarray((promotion >= 0) & (u("ad") < 0.45)),
        product=product.astype(np.int8), quantity=quantity.astype(np.int64),
        seller_discount=seller, platform_discount=platform,
        shipping=np.where(normal & (net < 2_500), 399, 0),
        paid=paid, cancelled=cancelled, by_buyer=np.asarray(gone), handed_over=handed_over,
        collected=collected, delivered=delivered,
        completed=np.where(goes, delivered + 14 * _DAY, 0), returned=returned,
        return_kind=_pick(np.array([0.3, 0.58, 0.12]), u("return kind")).astype(np.int8),
        return_units=np.where(part, 1, 0), rejected=np.asarray(u("reject") < 0.08),
    )  # fmt: skip


def _replacements(
    config: WorldConfig, day: int, earlier: Callable[[int], ShopOrders]
) -> list[tuple[int, int, int]]:
    """(instant, day, row) of earlier orders whose replacement is sent on this day."""
    found = []
    start, end = midnight(config.day(day)), midnight(config.day(day + 1))
    for base in range(max(day - _REPLACED_AFTER[1], 0), day - _REPLACED_AFTER[0] + 1):
        orders = earlier(base)
        due = orders.returned + _DAY
        wanted = (orders.returned > 0) & (orders.return_kind == REPLACE) & ~orders.rejected
        for row in np.flatnonzero(wanted & (due >= start) & (due < end)).tolist():
            found.append((int(due[row]), base, row))
    return found


def buyer(orders: ShopOrders, row: int) -> int:
    """A number that stands for the buyer; some come back."""
    draws = derived(orders.key[row : row + 1], "buyer")
    return int(draws[0] % np.uint64(40_000))
