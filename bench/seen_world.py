"""What analytics tools see of a simulated brand, and what truly happened, as arrays.

Event-level data as the pipeline has it after cleaning: one touch per visit that a tool can tie to
a cookie, with the channel that `seeds/channel_rules.csv` gives its origin, and every counted web
order with the cookie that bought it.

- GA4 sees people who agreed. Of the others Matomo sees those who refused, under a hash that changes
  with every visit, and those blockers' users who don't block a tracker on the shop's own host.
- A first visit in TikTok's in-app browser may have another cookie than the visits after it; cookies
  that both bought are joined by the customer.
- TikTok clicks lose their tags (and mostly keep the click id), organic TikTok visits their
  referrer.

Left out, because they move next to nothing: a second newsletter click within a visit (Matomo), the
payment page's return, visits of one exposure within half an hour, programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sandbox.matomo.visits import seen
from sandbox.world import World, WorldConfig, brand
from sandbox.world.draws import derived
from sandbox.world.origins import has_ttclid
from sandbox.world.places import FRANCE
from sandbox.world.sessions import CARTED, VIEWED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CHANNELS = (
    "Creators", "Direct", "Email", "Organic Search", "Organic Social", "Paid Search", "Referral",
    "TikTok Organic", "TikTok Paid", "TikTok Paid (click id)",
)  # fmt: skip
CLICK_ID = CHANNELS.index("TikTok Paid (click id)")
_OF_SOURCE = {
    brand.SRC_DIRECT: "Direct", brand.SRC_TIKTOK_TAGGED: "TikTok Paid",
    brand.SRC_TIKTOK_MACRO: "TikTok Paid", brand.SRC_TIKTOK_REFERRAL: "TikTok Organic",
    brand.SRC_CREATOR: "Creators", brand.SRC_GOOGLE: "Organic Search",
    brand.SRC_GOOGLE_CPC: "Paid Search", brand.SRC_EMAIL: "Email",
    brand.SRC_INSTAGRAM: "Organic Social", brand.SRC_REFERRAL: "Referral",
}  # fmt: skip
TRUE_CHANNELS = {
    "TikTok Paid": brand.TIKTOK_PAID, "TikTok Paid (click id)": brand.TIKTOK_PAID,
    "TikTok Organic": brand.TIKTOK_ORGANIC, "Creators": brand.CREATOR,
    "Organic Search": brand.GOOGLE_ORGANIC, "Paid Search": brand.GOOGLE_CPC,
    "Email": brand.EMAIL, "Organic Social": brand.INSTAGRAM, "Direct": brand.DIRECT,
    "Referral": brand.REFERRAL,
}  # fmt: skip
"""The simulator's channel of each of ours."""


@dataclass(frozen=True)
class Seen:
    """Touches (t), sorted by user and time, and orders (o); instants in seconds since 1970.

    `user` is a number per person that analytics can tell apart, -1 for orders nobody saw bought.
    `region` is a position in the sandbox's REGIONS, -1 outside metropolitan France. `cause` is the
    position in `brand.CHANNELS` of what truly caused an order, -1 for nothing.
    """

    first: date
    days: int
    touch_user: Ints
    touched: Ints
    channel: Ints
    saw_product: Bools
    filled_cart: Bools
    order_user: Ints
    ordered: Ints
    order_day: Ints
    region: Ints
    cause: Ints

    @property
    def truth(self) -> Floats:
        """Orders that each of `brand.CHANNELS` truly caused."""
        return np.bincount(self.cause[self.cause >= 0], minlength=len(brand.CHANNELS)).astype(float)


def seen_world(seed: int, size: str, days: int) -> Seen:
    """The first `days` days of a brand."""
    world = World(WorldConfig(seed=seed, size=size))
    visits, orders = [], []
    for day in range(days):
        visits.append(_visits(world, day))
        orders.append(_orders(world, day, visits[-1]["cookie"]))
    touch = {name: np.concatenate([one[name] for one in visits]) for name in visits[0]}
    order = {name: np.concatenate([one[name] for one in orders]) for name in orders[0]}
    user_of_touch, user_of_order = _users(touch, order)
    shown = np.flatnonzero(touch["known"])
    by_time = shown[np.lexsort((touch["start"][shown], user_of_touch[shown]))]
    return Seen(
        world.config.start, days, user_of_touch[by_time], touch["start"][by_time],
        touch["channel"][by_time], touch["depth"][by_time] >= VIEWED,
        touch["depth"][by_time] >= CARTED, user_of_order, order["created"], order["day"],
        order["region"], order["cause"],
    )  # fmt: skip


def _visits(world: World, day: int) -> dict[str, NDArray[np.generic]]:
    web = world.sessions(day)
    visits, consent = web.journeys, web.journeys.people.consent
    jar = np.where(visits.own_jar, derived(visits.person, "second jar"), visits.person)
    of_source = np.array([CHANNELS.index(_OF_SOURCE[code]) for code in sorted(_OF_SOURCE)])
    channel = of_source[visits.touch.source]
    untagged = visits.touch.source == brand.SRC_DIRECT
    channel[untagged & has_ttclid(visits.key, visits.touch.channel)] = CLICK_ID
    return {
        # A visit without a cookie is a visitor of its own.
        "cookie": np.where(consent == brand.CONSENT_DENIED, derived(visits.key, "config"), jar),
        "known": seen(web),
        "start": visits.touch.start,
        "channel": channel,
        "depth": web.depth,
    }


def _orders(world: World, day: int, cookie: NDArray[np.generic]) -> dict[str, NDArray[np.generic]]:
    made = world.orders(day)
    counted = (made.visit >= 0) & ~made.test & (made.cancelled == 0)
    visit = made.visit[counted]
    region = np.where(made.country == FRANCE, made.region, -1)[counted].astype(np.int64)
    return {
        "person": made.person[counted],
        "cookie": cookie[visit],
        "known": seen(world.sessions(day))[visit],
        "created": made.created[counted],
        "day": np.full(len(visit), day),
        "region": region,
        "cause": made.cause_channel[counted].astype(np.int64),
    }


def _users(touch: dict, order: dict) -> tuple[Ints, Ints]:  # type: ignore[type-arg]
    """Cookies as people: those that bought are their customer, every other is one of its own."""
    bought = np.flatnonzero(order["known"])
    cookies, at = np.unique(order["cookie"][bought], return_index=True)
    customers = order["person"][bought][at]

    def person_of(cookie: NDArray[np.generic]) -> NDArray[np.generic]:
        place = np.minimum(np.searchsorted(cookies, cookie), len(cookies) - 1)
        return np.where(cookies[place] == cookie, customers[place], cookie)

    words = np.concatenate([person_of(touch["cookie"]), person_of(order["cookie"])])
    users = np.unique(words, return_inverse=True)[1].astype(np.int64)
    of_touch, of_order = np.split(users, [len(touch["cookie"])])
    return of_touch, np.where(order["known"], of_order, -1)
