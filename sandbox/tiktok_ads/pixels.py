"""Pixels of an account and how many events they received (contract: tiktok.md 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.tiktok_ads.records import PIXEL_ID
from sandbox.world import brand
from sandbox.world.claims import joined
from sandbox.world.draws import I64, Bools
from sandbox.world.leads import newsletter_signups
from sandbox.world.sessions import BOUGHT, CARTED, CHECKOUT, VIEWED, Sessions
from sandbox.world.zones import local_date

OLD_PIXEL = "7312090000000000077"
PAGE_VIEW, PURCHASE = "PAGE_VIEW", "SHOPPING"
# Event in the words of ad creation, the funnel step it stands for, its column among the claims.
_STEPS = (("ON_WEB_DETAIL", VIEWED, 0), ("ON_WEB_CART", CARTED, 1),
          ("INITIATE_ORDER", CHECKOUT, 2))  # fmt: skip
NEWSLETTER = "NewsletterSignup"  # an event of the shop's own making
_HOUR = 3_600


@dataclass(frozen=True)
class Pixel:
    """A pixel; `advertisers` are the positions that see it, its owner first."""

    pixel_id: str
    code: str
    name: str
    created: str
    advertisers: tuple[int, ...]
    active: bool


PIXELS = (
    Pixel(PIXEL_ID, "CQ7R8AJC77UBRIVAGE01", "Boutique Atelier Rivage", "2025-03-03T09:12:40Z",
          (0, 1), True),
    Pixel(OLD_PIXEL, "C4T1N2RC77UBRIVAGE00", "Ancien site", "2023-11-20T15:02:11Z", (0,), False),
)  # fmt: skip


def refuse_without_rights(box: Sandbox, advertiser_id: str, endpoint: str) -> None:
    """Some advertisers never granted their pixels to the app."""
    if advertiser_id in box.settings.tiktok_advertisers_without_pixels:
        raise Refusal(40001, f"advertiser does not grant you {endpoint}:GET permission")


def visible_pixels(advertiser: int, code: str | None, pixel_id: str | None, name: str | None,
                   earliest_first: bool) -> list[Pixel]:  # fmt: skip
    """Pixels an advertiser owns or was lent, newest first unless asked otherwise."""
    found = [
        pixel
        for pixel in PIXELS
        if advertiser in pixel.advertisers
        and code in (None, pixel.code)
        and pixel_id in (None, pixel.pixel_id)
        and (name or "").lower() in pixel.name.lower()
    ]
    return sorted(found, key=lambda pixel: pixel.created, reverse=not earliest_first)


def pixel_record(pixel: Pixel, advertiser: int) -> dict[str, Any]:
    """A pixel as sent; nulls stay in."""
    owned = pixel.advertisers[0] == advertiser
    return {
        "pixel_id": pixel.pixel_id,
        "pixel_code": pixel.code,
        "pixel_name": pixel.name,
        "pixel_category": "ONLINE_STORE" if pixel.active else "CUSTOMIZE_EVENTS",
        "pixel_setup_mode": "STANDARD" if pixel.active else "DEVELOPER",
        "create_time": pixel.created,
        "activity_status": "ACTIVE" if pixel.active else "NO_RECENT_ACTIVITY",
        "partner_name": "Shopify" if pixel.active else None,
        "has_pcm_config": None,
        "pixel_script": f"\n\t<script>\n\t\tttq.load('{pixel.code}');ttq.page();\n\t</script>\n",
        "advanced_matching_fields": {"email": True, "phone_number": True},
        "asset_ownership": {
            "asset_relation_status": None if owned else "SHARED",
            "ownership_status": owned,
            "updated_at": 0,
            "owner_bc_id": None,
        },
        "events": _events() if pixel.active else [],
    }


def _events() -> list[dict[str, Any]]:
    kinds: list[tuple[str, str | None, str | None]] = [(PAGE_VIEW, None, None)]
    kinds += [(event, event, None) for event, *_ in _STEPS]
    kinds += [(PURCHASE, PURCHASE, None), ("CUSTOM", None, NEWSLETTER)]
    return [
        {
            "event_id": str(7_412_090_000_000_001_000 + n) if kind != PAGE_VIEW else "0",
            "name": "",
            "event_type": kind,
            "optimization_event": optimization,
            "custom_event_type": custom,
            "event_code": "",
            "statistic_type": "EVERY_TIME",
            "currency": "EUR",
            "currency_value": "",
            "deprecated": False,
            "rules": [],
        }
        for n, (kind, optimization, custom) in enumerate(kinds)
    ]


def statistics(box: Sandbox, pixel_id: str, advertiser: int, first: date,
               last: date) -> list[dict[str, Any]]:  # fmt: skip
    """Event counts of a pixel over UTC days, one sum for all of them; no day in the rows."""
    if pixel_id != PIXEL_ID:
        return []
    begin = int(datetime.combine(first, time.min, UTC).timestamp())
    end = int(datetime.combine(last + timedelta(days=1), time.min, UTC).timestamp())
    end = min(end, box.clock.epoch)
    found: dict[str, list[int]] = {}  # browser, server
    for day in _world_days(box, begin, end):
        for name, browser, server in _received(box.world.sessions(day), begin, end):
            before = found.setdefault(name, [0, 0])
            found[name] = [before[0] + browser, before[1] + server]
    claimed = _attributed(box, advertiser, begin, end)
    return [
        {
            "pixel_event_type": None if name == NEWSLETTER else name,
            "custom_event_type": name if name == NEWSLETTER else None,
            "total_count": browser + server,
            "attributed_count": claimed.get(name, 0),
            "preview_count": 0,
            "browser_event_total_count": browser,
            "server_event_total_count": server,
        }
        for name, (browser, server) in found.items()
        if browser + server
    ]


def _world_days(box: Sandbox, begin: int, end: int) -> range:
    config = box.world.config
    first = config.index(local_date(begin))
    return range(max(first - 1, 0), min(config.index(local_date(end)), box.last_day) + 1)


def _received(web: Sessions, begin: int, end: int) -> list[tuple[str, int, int]]:
    """(event, by the browser, by the server). Purchases come both ways and are both counted."""

    def within(at: I64) -> Bools:
        return np.asarray((at >= begin) & (at < end))

    consent = web.journeys.people.consent
    allowed = consent == brand.CONSENT_FULL
    over, bought = within(web.end), (web.depth == BOUGHT) & within(web.purchase_at)
    signed = over & allowed & newsletter_signups(web.journeys.key, web.engaged)
    rows = [(PAGE_VIEW, int(web.pages[over & allowed].sum()), 0)]
    rows += [
        (event, int((over & allowed & (web.depth >= step)).sum()), 0) for event, step, _ in _STEPS
    ]
    # A thank-you page that is loaded twice fires twice; the shop's server reports each order once.
    browser = int((bought & allowed).sum() + (bought & allowed & web.reload).sum())
    server = int((bought & (consent != brand.CONSENT_DENIED)).sum())
    return [*rows, (PURCHASE, browser, server), (NEWSLETTER, int(signed.sum()), 0)]


def _attributed(box: Sandbox, advertiser: int, begin: int, end: int) -> dict[str, int]:
    """Events credited to the advertiser's ads, on the day of the event."""
    days = _world_days(box, begin, end)
    if not len(days):
        return {}
    table = joined([box.world.claims(day) for day in days])
    mine = np.array([ad.advertiser == advertiser for ad in box.world.accounts.ads])[table.ad]
    hours = (table.conversion_hour >= begin // _HOUR) & (table.conversion_hour < end // _HOUR)
    counts = table.counts[mine & hours].sum(axis=0)
    found = {event: int(counts[column]) for event, _, column in _STEPS}
    return {**found, PURCHASE: int(counts[3])}
