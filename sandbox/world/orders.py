"""Back-office orders of one property day: what was bought, for how much, and what came after.

Money is in integer cents of the shop currency, VAT included. Instants are epoch seconds; 0 means
"does not happen". Orders are sorted by creation, so numbers rise with time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.world import brand
from sandbox.world.draws import I64, U64, Bools, day_generator, derived, series, uniform, word
from sandbox.world.places import FRANCE, REGION_OF_PLACE, places_of, zip_code
from sandbox.world.plan import Plan
from sandbox.world.sessions import BOUGHT, Sessions
from sandbox.world.visits import pick

FIRST_NUMBER = 1001
WEB, POS, DRAFT = range(3)
SOURCE_NAMES = ("web", "pos", "shopify_draft_order")
OFFLINE_PER_DAY = 6.0  # at the audience of `tiny`
CHF_PER_EUR = 0.94
LINES = 3  # most lines of an order
VAT = 20  # percent, included
_HOUR = 3_600
_DAY = 86_400


@dataclass(frozen=True)
class Orders:
    """One row per order."""

    day: int
    number: I64
    key: U64
    person: U64
    visit: I64  # row of the day's sessions, -1 outside the web shop
    source: NDArray[np.int8]
    test: Bools
    country: NDArray[np.int8]
    place: NDArray[np.int8]  # of the customer, position in `places.PLACES`
    created: I64
    product: NDArray[np.int8]  # [orders, LINES]
    quantity: I64  # [orders, LINES], 0 = no line
    price: I64  # [orders, LINES] unit price
    discount: I64  # [orders, LINES]
    shipping: I64
    code: NDArray[np.int8]  # -1 without
    second_code: NDArray[np.int8]
    code_case: NDArray[np.int8]  # 0 as published, 1 lower, 2 capitalised
    swiss: Bools  # the customer paid in CHF
    journey_ready: I64
    cancelled: I64
    fulfilled: I64
    edited: I64
    edit_cents: I64  # change of the current total by the edit
    refunded: I64
    refund_full: Bools
    refunded_again: I64
    cause_channel: NDArray[np.int8]  # -1: would have happened anyway
    cause_ad: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.number)

    def zip_of(self, row: int) -> str:
        """Postal code of an order's shipping address; its city is `PLACES[place[row]].city`."""
        return zip_code(int(self.place[row]), int(self.person[row]))

    @property
    def region(self) -> NDArray[np.int8]:
        """Region of each customer, position in `places.REGIONS`, -1 abroad."""
        return np.asarray(REGION_OF_PLACE[self.place])

    @property
    def subtotal(self) -> I64:
        """Lines after discount."""
        return np.asarray((self.price * self.quantity - self.discount).sum(axis=1))

    @property
    def total(self) -> I64:
        """As placed: lines after discount plus shipping."""
        return np.asarray(self.subtotal + self.shipping)

    @property
    def refund_cents(self) -> I64:
        """First refund: everything, or one unit of the first line."""
        unit = (self.price[:, 0] * self.quantity[:, 0] - self.discount[:, 0]) // np.maximum(
            self.quantity[:, 0], 1
        )
        return np.where(self.refunded > 0, np.where(self.refund_full, self.total, unit), 0)

    @property
    def second_refund_cents(self) -> I64:
        """Second refund: the second line."""
        line = self.price[:, 1] * self.quantity[:, 1] - self.discount[:, 1]
        return np.where(self.refunded_again > 0, line, 0)


def _codes(channel: NDArray[np.int8], sub: NDArray[np.int8], key: U64) -> NDArray[np.int8]:
    draw = uniform(key, "code")
    own = len(brand.CREATORS)
    shop_code = (own + (uniform(key, "which code") * 2)).astype(np.int8)
    leaked = (uniform(key, "leak") * own).astype(np.int8)
    code = np.full(len(key), -1, dtype=np.int8)
    code = np.where(draw < 0.13, shop_code, code)
    code = np.where((draw >= 0.13) & (draw < 0.155), leaked, code)
    tiktok = (channel == brand.TIKTOK_PAID) | (channel == brand.TIKTOK_ORGANIC)
    code = np.where(tiktok & (draw < 0.07), leaked, code)
    return np.where((channel == brand.CREATOR) & (draw < 0.5), sub, code).astype(np.int8)


def orders(plan: Plan, day: int, web: Sessions, first_number: int) -> Orders:
    """Make the orders of a day; `first_number` is the number of its first order."""
    rows = np.flatnonzero(web.depth == BOUGHT)
    seen, today = web.journeys, plan.day(day)
    draw = day_generator(plan.config.seed, day, "offline orders")
    extra = int(draw.poisson(OFFLINE_PER_DAY * plan.config.scale))
    extra_key = series(word("offline order", plan.config.seed, day), extra)
    kind = uniform(extra_key, "kind")
    opening = today.midnight + 9 * _HOUR
    extra_at = opening + (uniform(extra_key, "time") * 10 * _HOUR).astype(np.int64)

    created = np.concatenate([web.purchase_at[rows], extra_at])
    key = np.concatenate([derived(seen.key[rows], "order"), extra_key])
    visit = np.concatenate([rows, np.full(extra, -1)])
    source = np.concatenate([np.zeros(len(rows)), np.where(kind < 0.55, POS, DRAFT)])
    # Test orders are placed by the team through draft orders.
    test = np.concatenate([uniform(seen.key[rows], "test") < 0.006, kind > 0.88])
    no_ad, none = np.full(extra, -1), np.full(extra, -1)
    cause_channel = np.concatenate([seen.cause_channel[rows], none])
    cause_ad = np.concatenate([seen.cause_ad[rows], no_ad])
    by_time = np.lexsort((key, created))
    key, visit, created = key[by_time], visit[by_time], created[by_time]
    source, test = source[by_time].astype(np.int8), test[by_time]
    on_web = visit >= 0
    at = np.where(on_web, visit, 0)

    channel = np.where(on_web, seen.touch.channel[at], -1).astype(np.int8)
    sub = seen.touch.sub[at]
    country = np.where(on_web, seen.people.country[at], 0).astype(np.int8)
    walk_in = derived(key, "walk-in customer")
    person = np.where(on_web, seen.person[at], walk_in)
    local = places_of(walk_in, np.full(len(key), FRANCE, dtype=np.int8))
    place = np.where(on_web, seen.people.place[at], local).astype(np.int8)
    cause_channel, cause_ad = cause_channel[by_time], cause_ad[by_time]
    # Some people saw an ad, never clicked, and came by another way because of it.
    viewed = on_web & (cause_channel < 0) & (uniform(key, "saw an ad") < brand.VIEW_ONLY_INCREMENT)
    overseas = int(brand.REUNION)
    for advertiser in (0, 1):
        mine = viewed & ((country == overseas) == (advertiser == 1))
        edges = today.ad_choice[advertiser, False]
        cause_ad[mine] = np.searchsorted(edges, uniform(key[mine], "seen ad"), side="right")
    cause_channel = np.where(viewed, brand.TIKTOK_PAID, cause_channel)

    count = len(key)
    lines = 1 + (uniform(key, "lines") < 0.38) + (uniform(key, "lines 3") < 0.12)
    product = np.stack(
        [pick(brand.PRODUCT_WEIGHTS, uniform(key, f"product {n}")) for n in range(LINES)], axis=1
    )
    product[:, 0] = np.where(on_web, web.product[at], product[:, 0])
    quantity = np.stack(
        [np.where(lines > n, 1 + (uniform(key, f"quantity {n}") < 0.13), 0) for n in range(LINES)],
        axis=1,
    ).astype(np.int64)
    price = brand.PRICES[product]
    gross = price * quantity
    code = _codes(channel, sub, key)
    code = np.where(on_web, code, -1).astype(np.int8)
    second = np.where((code >= 0) & (code < 5) & (uniform(key, "two codes") < 0.07), 5, -1)
    rate = np.where(code >= 0, brand.CODE_RATES[code], 0.0)
    rate = rate + np.where(second >= 0, brand.CODE_RATES[second], 0.0)
    discount = np.rint(gross * rate[:, None]).astype(np.int64)
    net = (gross - discount).sum(axis=1)
    shipping = np.where(on_web & (net < 6_000), 490, 0)

    fate = uniform(key, "fate")
    settled = ~test & (source != POS)
    cancelled = np.where(
        settled & (fate < 0.02), created + ((0.2 + 40 * uniform(key, "cancel at")) * _HOUR), 0
    )
    refunds = settled & (fate >= 0.02) & (fate < 0.095)
    refunded = np.where(refunds, created + ((2 + 18 * uniform(key, "refund at")) * _DAY), 0).astype(
        np.int64
    )
    full = uniform(key, "refund size") < 0.45
    again = refunds & ~full & (lines > 1) & (uniform(key, "refund again") < 0.3)
    edits = settled & (fate >= 0.095) & (fate < 0.115)
    paid_out = (created + (20 + 30 * uniform(key, "fulfil at")) * _HOUR).astype(np.int64)
    case = uniform(key, "code case")
    return Orders(
        day=day,
        number=first_number + np.arange(count),
        key=key,
        person=person,
        visit=visit,
        source=source,
        test=test,
        country=country,
        place=place,
        created=created,
        product=product,
        quantity=quantity,
        price=price,
        discount=discount,
        shipping=shipping,
        code=code,
        second_code=second.astype(np.int8),
        code_case=np.where(case < 0.15, 1, np.where(case < 0.2, 2, 0)).astype(np.int8),
        swiss=np.asarray(on_web & (country == brand.SWISS) & (uniform(key, "chf") < 0.8)),
        journey_ready=created + (120 + uniform(key, "ready") * 2_400).astype(np.int64),
        cancelled=cancelled.astype(np.int64),
        fulfilled=np.where(cancelled > 0, 0, np.where(source == POS, created, paid_out)),
        edited=np.where(edits, created + ((0.3 + 2 * uniform(key, "edit at")) * _DAY), 0).astype(
            np.int64
        ),
        edit_cents=np.where(edits, np.where(uniform(key, "edit") < 0.6, 1_200, -price[:, 0]), 0),
        refunded=refunded,
        refund_full=np.asarray(full),
        refunded_again=np.where(again, refunded + 3 * _DAY, 0),
        cause_channel=cause_channel.astype(np.int8),
        cause_ad=cause_ad.astype(np.int16),
    )
