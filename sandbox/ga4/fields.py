"""Dimensions and metrics of the Data API over the session table (contract: web.md 1.4, 1.5)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import numpy as np

from sandbox.ga4.facts import Facts
from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.customers import email_of
from sandbox.world.draws import F64, I64
from sandbox.world.origins import LANDINGS, Origin, landing_url, origins_of
from sandbox.world.places import PLACES, analytics_region

Labelled = tuple[I64, list[str]]  # code per row, text per code
SET = "(not set)"
BLANK = Origin("", "")


def _plain(codes: I64, text: Callable[[int], str]) -> Labelled:
    values, inverse = np.unique(codes, return_inverse=True)
    return _merged(inverse, [text(int(value)) for value in values])


def _merged(inverse: I64, texts: list[str]) -> Labelled:
    """Give equal texts one code."""
    index: dict[str, int] = {}
    target = np.array([index.setdefault(text, len(index)) for text in texts], dtype=np.int64)
    return (target[inverse] if len(texts) else inverse), list(index)


def _origin(column: str, text: Callable[[Origin], str]) -> Callable[[Sandbox, Facts], Labelled]:
    def label(box: Sandbox, facts: Facts) -> Labelled:
        origins = origins_of(box.world.plan)
        return _plain(
            getattr(facts, column), lambda code: text(BLANK if code < 0 else origins.of(code))
        )

    return label


def _day(form: str) -> Callable[[Sandbox, Facts], Labelled]:
    def label(box: Sandbox, facts: Facts) -> Labelled:
        return _plain(facts.day, lambda day: box.world.config.day(day).strftime(form))

    return label


def _date_hour(box: Sandbox, facts: Facts) -> Labelled:
    day = box.world.config.day
    return _plain(facts.day * 24 + facts.hour, lambda n: f"{day(n // 24):%Y%m%d}{n % 24:02d}")


def _landing_with_query(box: Sandbox, facts: Facts) -> Labelled:
    origins = origins_of(box.world.plan)
    texts = [
        landing_url(origins.of(own), page, word or None)
        + (f"&email={quote(email_of(reader))}" if reader else "")
        for own, page, word, reader in zip(
            facts.own.tolist(), facts.landing.tolist(), facts.click_word.tolist(),
            facts.reader.tolist(), strict=True,
        )
    ]  # fmt: skip
    return _merged(np.arange(len(texts)), texts)


def _manual(field: str) -> Callable[[Origin], str]:
    def text(origin: Origin) -> str:
        return str(getattr(origin, field)) or SET if origin.tagged else SET

    return text


def _campaign(origin: Origin) -> str:
    if origin.campaign:
        return origin.campaign
    words = {"(none)": "(direct)", "organic": "(organic)", "referral": "(referral)"}
    return words.get(origin.medium, SET)


def _visitor(number: int) -> str:
    return "new" if number == 1 else "returning"


DIMENSIONS: dict[str, Callable[[Sandbox, Facts], Labelled]] = {
    "date": _day("%Y%m%d"),
    "dateHour": _date_hour,
    "yearMonth": _day("%Y%m"),
    "month": _day("%m"),
    "week": _day("%U"),
    "dayOfWeek": _day("%w"),
    "hour": lambda _box, facts: _plain(facts.hour, lambda hour: f"{hour:02d}"),
    "sessionSource": _origin("credit", lambda o: o.source),
    "sessionMedium": _origin("credit", lambda o: o.medium),
    "sessionSourceMedium": _origin("credit", lambda o: f"{o.source} / {o.medium}"),
    "sessionCampaignName": _origin("credit", _campaign),
    "sessionCampaignId": _origin("credit", lambda o: o.campaign_id or SET),
    "sessionManualSource": _origin("credit", _manual("source")),
    "sessionManualMedium": _origin("credit", _manual("medium")),
    "sessionManualCampaignName": _origin("credit", _manual("campaign")),
    "sessionManualCampaignId": _origin("credit", _manual("campaign_id")),
    "sessionManualAdContent": _origin("credit", _manual("content")),
    "sessionManualTerm": _origin("credit", _manual("term")),
    "sessionManualSourcePlatform": _origin("credit", lambda _: SET),
    "sessionManualCreativeFormat": _origin("credit", lambda _: SET),
    "sessionManualMarketingTactic": _origin("credit", lambda _: SET),
    "sessionDefaultChannelGroup": _origin("credit", lambda o: o.group),
    "sessionPrimaryChannelGroup": _origin("credit", lambda o: o.group),
    "firstUserSource": _origin("first", lambda o: o.source),
    "firstUserMedium": _origin("first", lambda o: o.medium),
    "firstUserCampaignName": _origin("first", _campaign),
    "firstUserDefaultChannelGroup": _origin("first", lambda o: o.group),
    "source": _origin("credit", lambda o: o.source),
    "medium": _origin("credit", lambda o: o.medium),
    "campaignName": _origin("credit", _campaign),
    "defaultChannelGroup": _origin("credit", lambda o: o.group),
    "landingPage": lambda _box, facts: _plain(facts.landing, lambda page: LANDINGS[page]),
    "landingPagePlusQueryString": _landing_with_query,
    "pagePath": lambda _box, facts: _plain(facts.landing, lambda page: LANDINGS[page]),
    "hostName": lambda _box, facts: _plain(facts.day * 0, lambda _: brand.HOST),
    # A few visits come from networks whose place is unknown: the empty string.
    "country": lambda _box, facts: _plain(
        facts.country, lambda n: ("France", "Belgium", "Switzerland", "Réunion")[n]
    ),
    "countryId": lambda _box, facts: _plain(facts.country, lambda n: brand.COUNTRIES[n]),
    "city": lambda _box, facts: _plain(facts.city, lambda n: PLACES[n].analytics_city),
    "region": lambda _box, facts: _plain(facts.city, analytics_region),
    "deviceCategory": lambda _box, facts: _plain(facts.device, lambda n: brand.DEVICES[n]),
    "newVsReturning": lambda _box, facts: _plain(np.minimum(facts.number, 2), _visitor),
    "transactionId": lambda _box, facts: _plain(
        facts.order, lambda number: f"#{number}" if number else SET
    ),
    "itemName": lambda _box, facts: _plain(facts.product, lambda n: brand.PRODUCTS[n].title),
    "itemId": lambda _box, facts: _plain(facts.product, lambda n: brand.PRODUCTS[n].item_id),
    "itemCategory": lambda _box, facts: _plain(facts.product, lambda n: brand.PRODUCTS[n].category),
}
ALIASES = {
    "sessionDefaultChannelGrouping": "sessionDefaultChannelGroup",
    "conversions": "keyEvents",
    "sessionConversionRate": "sessionKeyEventRate",
}
EVENT_NAME = "eventName"
ITEM_DIMENSIONS = frozenset({"itemName", "itemId", "itemCategory"})
ITEM_METRICS = frozenset(
    {"itemsViewed", "itemsAddedToCart", "itemsCheckedOut", "itemsPurchased", "itemRevenue"}
)
USERS = frozenset({"activeUsers", "totalUsers", "totalPurchasers"})

# metric: (wire type, summed columns with sign)
SUMS: dict[str, tuple[str, dict[str, float]]] = {
    "sessions": ("TYPE_INTEGER", {"sessions": 1}),
    "engagedSessions": ("TYPE_INTEGER", {"engaged": 1}),
    "userEngagementDuration": ("TYPE_SECONDS", {"foreground": 1}),
    "screenPageViews": ("TYPE_INTEGER", {"pages": 1}),
    "newUsers": ("TYPE_INTEGER", {"new": 1}),
    "eventCount": ("TYPE_INTEGER", {"events": 1}),
    "keyEvents": ("TYPE_FLOAT", {"purchases": 1}),
    "eventValue": ("TYPE_FLOAT", {"revenue": 0.01}),
    "ecommercePurchases": ("TYPE_INTEGER", {"purchases": 1}),
    "transactions": ("TYPE_INTEGER", {"purchases": 1}),
    "purchaseRevenue": ("TYPE_CURRENCY", {"revenue": 0.01, "refund": -0.01}),
    "grossPurchaseRevenue": ("TYPE_CURRENCY", {"revenue": 0.01}),
    "totalRevenue": ("TYPE_CURRENCY", {"revenue": 0.01, "refund": -0.01}),
    "refundAmount": ("TYPE_CURRENCY", {"refund": 0.01}),
    "shippingAmount": ("TYPE_CURRENCY", {"shipping": 0.01}),
    "taxAmount": ("TYPE_CURRENCY", {"tax": 0.01}),
    "addToCarts": ("TYPE_INTEGER", {"carts": 1}),
    "checkouts": ("TYPE_INTEGER", {"checkouts": 1}),
    "itemViewEvents": ("TYPE_INTEGER", {"views": 1}),
    "itemsViewed": ("TYPE_INTEGER", {"views": 1}),
    "itemsAddedToCart": ("TYPE_INTEGER", {"carts": 1}),
    "itemsCheckedOut": ("TYPE_INTEGER", {"checkouts": 1}),
    "itemsPurchased": ("TYPE_INTEGER", {"items": 1}),
    "itemRevenue": ("TYPE_CURRENCY", {"item_revenue": 0.01}),
}
# metric: (wire type, numerator, denominator)
RATIOS: dict[str, tuple[str, str, str]] = {
    "engagementRate": ("TYPE_FLOAT", "engaged", "sessions"),
    "averageSessionDuration": ("TYPE_SECONDS", "seconds", "sessions"),
    "screenPageViewsPerSession": ("TYPE_FLOAT", "pages", "sessions"),
    "eventsPerSession": ("TYPE_FLOAT", "events", "sessions"),
    "sessionKeyEventRate": ("TYPE_FLOAT", "purchases", "sessions"),
    "cartToViewRate": ("TYPE_FLOAT", "carts", "views"),
    "purchaseToViewRate": ("TYPE_FLOAT", "purchases", "views"),
}
OTHER_TYPES = {
    **dict.fromkeys(USERS, "TYPE_INTEGER"),
    "bounceRate": "TYPE_FLOAT",
    "sessionsPerUser": "TYPE_FLOAT",
}
METRIC_TYPES = (
    {name: kind for name, (kind, _) in SUMS.items()}
    | {name: kind for name, (kind, _, _) in RATIOS.items()}
    | OTHER_TYPES
)


def metric(facts: Facts, name: str, group: I64, count: int) -> F64:
    """Value of a metric for each of `count` groups."""

    def total(column: str) -> F64:
        summed = np.bincount(group, facts.sums[column], minlength=count)
        return np.asarray(summed, dtype=np.float64)

    if name in SUMS:
        return np.asarray(sum(total(c) * sign for c, sign in SUMS[name][1].items()))
    if name in USERS:
        return _users(facts, name, group, count)
    if name == "bounceRate":
        sessions = total("sessions")
        return np.where(sessions > 0, 1 - _divided(total("engaged"), sessions), 0.0)
    if name == "sessionsPerUser":
        return _divided(total("sessions"), _users(facts, "activeUsers", group, count))
    _, top, bottom = RATIOS[name]
    return _divided(total(top), total(bottom))


def _divided(top: F64, bottom: F64) -> F64:
    return np.divide(top, bottom, out=np.zeros(len(top)), where=bottom != 0)


def _users(facts: Facts, name: str, group: I64, count: int) -> F64:
    column = {"activeUsers": "sessions", "totalUsers": "events", "totalPurchasers": "purchases"}
    rows = facts.sums[column[name]] > 0
    if not rows.any():
        return np.zeros(count)
    people, index = np.unique(facts.user[rows], return_inverse=True)
    pairs = np.unique(group[rows] * len(people) + index)
    return np.asarray(np.bincount(pairs // len(people), minlength=count), dtype=np.float64)
