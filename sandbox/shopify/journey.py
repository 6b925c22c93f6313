"""What the shop itself saw of the visits before an order (customerJourneySummary)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sandbox.shopify.customers import order_index
from sandbox.shopify.select import Connection
from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.draws import Bools
from sandbox.world.journeys import past_touches
from sandbox.world.orders import WEB, Orders
from sandbox.world.origins import (
    Origin,
    has_ttclid,
    landing_codes,
    landing_url,
    origins_of,
    pack,
    ttclid,
    ttclid_words,
)
from sandbox.world.visits import Touches
from sandbox.world.zones import iso_z

HOST = f"https://{brand.HOST}"
_SOURCES = {
    "tiktok": "TikTok", "tiktok.com": "TikTok", "google": "Google", "instagram": "Instagram",
    "klaviyo": "email", "(direct)": "direct",
}  # fmt: skip
_TYPES = {"paid_social": "SEARCH", "cpc": "SEARCH", "organic": "SEO", "email": "NEWSLETTER"}


@dataclass(frozen=True)
class Landing:
    """One visit as the shop recorded it."""

    at: int
    origin: Origin
    url: str
    click_id: str | None
    word: int


_cache: dict[tuple[int, int, int], dict[int, list[Landing]]] = {}
_KEPT_DAYS = 150


def _landings(box: Sandbox, day: int, touch: Touches, keys: Any, product: Any) -> list[Landing]:
    plan, origins = box.world.plan, origins_of(box.world.plan)
    campaign = np.array([ad.campaign for ad in plan.accounts.ads] + [0])
    label = np.array(plan.day(day).campaign_label)[campaign[touch.ad]]
    shown = touch.source == brand.SRC_TIKTOK_TAGGED
    codes = pack(touch.source, np.where(shown, touch.ad, -1), touch.sub,
                 np.where(shown, label, -1))  # fmt: skip
    pages = landing_codes(keys, touch.ad, product)
    clicked: Bools = has_ttclid(keys, touch.channel)
    words = ttclid_words(keys)
    found = []
    for row in range(len(codes)):
        origin = origins.of(int(codes[row]))
        word = int(words[row]) if clicked[row] else None
        found.append(
            Landing(
                int(touch.start[row]),
                origin,
                landing_url(origin, int(pages[row]), word, HOST),
                ttclid(word) if word is not None else None,
                int(keys[row]),
            )
        )
    return found


def landings(box: Sandbox, orders: Orders, row: int) -> list[Landing]:
    """Visits of an order's person up to the order, oldest first; empty without consent."""
    key = (id(box.world), orders.day, len(orders))
    if key not in _cache:
        while len(_cache) >= _KEPT_DAYS:
            _cache.pop(next(iter(_cache)))
        _cache[key] = _day_landings(box, orders)
    return _cache[key].get(row, [])


def _day_landings(box: Sandbox, orders: Orders) -> dict[int, list[Landing]]:
    web, plan = box.world.sessions(orders.day), box.world.plan
    rows = np.flatnonzero(orders.source == WEB)
    visits = orders.visit[rows]
    agreed = web.journeys.people.consent[visits] == brand.CONSENT_FULL
    rows, visits = rows[agreed], visits[agreed]
    found: dict[int, list[Landing]] = {}
    own = _landings(box, orders.day, web.journeys.touch.take(visits), web.journeys.key[visits],
                    web.product[visits])  # fmt: skip
    for row, landing in zip(rows.tolist(), own, strict=True):
        found[row] = [landing]
    known = web.journeys
    history = past_touches(
        plan, orders.day, known.person[visits], known.offset[visits], known.people.country[visits]
    )
    for day, positions, touch, keys in history:
        past = _landings(box, day, touch, keys, web.product[visits][positions])
        for position, landing in zip(positions.tolist(), past, strict=True):
            found[int(rows[position])].insert(0, landing)
    return found


def last_landing(box: Sandbox, orders: Orders, row: int) -> Landing | None:
    """Landing of the visit that ordered."""
    found = landings(box, orders, row)
    return found[-1] if found else None


def _visit(landing: Landing) -> dict[str, Any]:
    origin = landing.origin
    tags = None
    if origin.tagged:
        tags = {"__typename": "UTMParameters", "source": origin.source, "medium": origin.medium,
                "campaign": origin.campaign or None, "content": origin.content or None,
                "term": origin.term or None}  # fmt: skip
    return {
        "__typename": "CustomerVisit",
        "id": f"gid://shopify/CustomerVisit/{landing.word % 10**13}",
        "occurredAt": iso_z(landing.at),
        "landingPage": landing.url,
        "referrerUrl": origin.referrer or None,
        "referralCode": None,
        "source": _SOURCES.get(origin.source, origin.source),
        "sourceType": _TYPES.get(origin.medium),
        "sourceDescription": None,
        "utmParameters": tags,
        "marketingEvent": None,
    }


def journey_summary(box: Sandbox, orders: Orders, row: int) -> dict[str, Any] | None:
    """Null outside the web shop; not ready in the first minutes."""
    if orders.source[row] != WEB:
        return None
    shape: dict[str, Any] = {
        "__typename": "CustomerJourneySummary", "ready": False, "customerOrderIndex": None,
        "daysToConversion": None, "firstVisit": None, "lastVisit": None, "momentsCount": None,
        "moments": None,
    }  # fmt: skip
    if orders.journey_ready[row] > box.clock.epoch:
        return shape
    found = landings(box, orders, row)
    count = {"__typename": "Count", "count": len(found), "precision": "EXACT"}
    index = order_index(box, orders.person[row], int(orders.created[row]))
    shape |= {"ready": True, "customerOrderIndex": index, "moments": Connection([]),
              "momentsCount": count}  # fmt: skip
    if found:
        span = orders.created[row] - found[0].at
        moments = [_visit(one) for one in found]
        shape |= {
            "daysToConversion": int(span // 86_400),
            "firstVisit": moments[0],
            "lastVisit": moments[-1],
            "moments": Connection(moments),
        }
    return shape
