"""One visit and its actions as Matomo's Live API sends them (contract: web.md 3.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import numpy as np

from sandbox.matomo.values import item_details, number, order_details, shifted, times
from sandbox.matomo.visits import (
    LANDING,
    PAGES,
    PRODUCT,
    SAMPLE,
    SECOND_CLICK,
    SIGN_UP,
    SLOTS,
    Listed,
    Stays,
    visit_ids,
)
from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.customers import address_in_link, email_of, logged_in
from sandbox.world.draws import derived
from sandbox.world.leads import NEWSLETTER_EVENT, SAMPLE_EVENT
from sandbox.world.origins import (
    Origin,
    has_ttclid,
    landing_codes,
    landing_url,
    origins_of,
    own_codes,
    ttclid_words,
)
from sandbox.world.places import PLACES, analytics_region

_NEWSLETTER = Origin("klaviyo", "email", brand.EMAIL_CAMPAIGNS[0], tagged=True,
                     query=f"utm_source=klaviyo&utm_medium=email&utm_campaign="
                           f"{brand.EMAIL_CAMPAIGNS[0]}")  # fmt: skip
_COUNTRY = (("France", "fr"), ("Belgium", "be"), ("Switzerland", "ch"), ("Réunion", "re"))
_SEARCH = {"google": ("Google", "https://www.google.com/")}


class Nodes:
    """Writes the visits of one list."""

    def __init__(self, box: Sandbox, listed: Listed) -> None:
        self._box, self._listed = box, listed
        self._ids = visit_ids(listed)
        origins = origins_of(box.world.plan)
        self._days = [_Day(box, one, origins) for one in listed.stays]

    def node(self, at: int, actions: bool) -> dict[str, Any]:
        """The visit at a position of the list."""
        listed, row = self._listed, int(self._listed.row[at])
        day, part = self._days[listed.source[at]], int(listed.part[at])
        first, last = int(listed.first[at]), int(listed.last[at])
        mine = day.stays.happens[:, row] & (day.stays.part[:, row] == part)
        mine &= day.stays.at[:, row] <= self._box.clock.epoch
        slots = sorted(np.flatnonzero(mine).tolist(), key=lambda slot: SLOTS[slot].moment)
        details = [day.action(slot, row, part) for slot in slots]
        most = self._box.settings.matomo_most_actions
        shop = day.ecommerce(slots, row)
        node = {
            "idSite": int(self._box.credentials.matomo_site_id),
            "idVisit": int(self._ids[at]),
            **day.visitor(row, self._box.settings.matomo_hide_visitors),
            "siteName": brand.SHOP_NAME,
            "siteCurrency": "EUR",
            "siteCurrencySymbol": "€",
            **times(first, last),
            "actions": sum(SLOTS[slot].kind == "action" for slot in slots),
            "interactions": sum(SLOTS[slot].kind in ("action", "event") for slot in slots),
            "searches": 0,
            "events": sum(SLOTS[slot].kind == "event" for slot in slots),
            **shop,
            **self._referrer(day.origin(row, slots)),
            **day.place_and_device(row),
            "truncatedActionsCount": max(0, len(details) - most),
        }
        if actions:
            node["actionDetails"] = details[:most]
        return node

    def _referrer(self, origin: Origin) -> dict[str, Any]:
        found: dict[str, Any] = {
            "referrerType": "direct", "referrerTypeName": "Direct Entry", "referrerName": "",
            "referrerKeyword": "", "referrerKeywordPosition": None, "referrerUrl": "",
            "referrerSearchEngineUrl": None, "referrerSocialNetworkUrl": None,
        }  # fmt: skip
        if origin.tagged:
            found |= {"referrerType": "campaign", "referrerTypeName": "Campaigns",
                      "referrerName": origin.campaign or origin.source,
                      "referrerKeyword": origin.term}  # fmt: skip
        elif origin.medium == "organic":
            name, url = _SEARCH[origin.source]
            found |= {"referrerType": "search", "referrerTypeName": "Search Engines",
                      "referrerName": name, "referrerKeyword": "Keyword not defined",
                      "referrerUrl": url, "referrerSearchEngineUrl": url}  # fmt: skip
        elif origin.referrer:
            # The short-video platform is not in the list of social networks.
            found |= {"referrerType": "website", "referrerTypeName": "Websites",
                      "referrerName": origin.referrer.split("/")[2],
                      "referrerUrl": origin.referrer}  # fmt: skip
        if self._box.settings.matomo_campaign_plugin:
            shown = origin if origin.tagged else Origin("", "")
            found |= {
                "campaignId": shown.campaign_id, "campaignName": shown.campaign,
                "campaignSource": shown.source, "campaignMedium": shown.medium,
                "campaignContent": shown.content, "campaignKeyword": shown.term,
                "campaignGroup": "", "campaignPlacement": "",
            }  # fmt: skip
        return found


class _Day:
    """What the visits of one property day have in common."""

    def __init__(self, box: Sandbox, one: Stays, origins: Any) -> None:
        self.stays, self._orders = one, box.world.orders(one.day)
        web = one.web
        visits, touch = web.journeys, web.journeys.touch
        self._visits, self._origins = visits, origins
        self._own = own_codes(box.world.plan, web)
        self._landing = landing_codes(visits.key, touch.ad, web.product)
        self._clicked = has_ttclid(visits.key, touch.channel)
        self._words = ttclid_words(visits.key)
        self._address, self._known = address_in_link(web), logged_in(web)
        jar = np.where(visits.own_jar, derived(visits.person, "second jar"), visits.person)
        cookieless = visits.people.consent == brand.CONSENT_DENIED
        # Without a cookie the visitor is recognised by a hash that changes every day.
        self._cookie = np.where(cookieless, derived(visits.key, "config"), jar)
        self._new = (visits.number == 1) | cookieless
        self._order = {int(v): n for n, v in enumerate(self._orders.visit.tolist()) if v >= 0}

    def origin(self, row: int, slots: list[int]) -> Origin:
        """Where the visit came from: its own first action, or the newsletter in between."""
        if slots and slots[0] == SECOND_CLICK:
            return _NEWSLETTER
        if slots and slots[0] > 0:  # the rest of a stay after midnight
            return Origin("(direct)", "(none)")
        found: Origin = self._origins.of(int(self._own[row]))
        return found

    def visitor(self, row: int, hidden: bool) -> dict[str, Any]:
        """Ids of the visitor and how well it is known."""
        person, since = int(self._visits.person[row]), int(self._visits.first_seen[row])
        new = bool(self._new[row])
        days = 0 if new else (int(self._visits.touch.start[row]) - since) // 86_400
        return {
            "visitorId": False if hidden else f"{int(self._cookie[row]):016x}",
            "fingerprint": False if hidden else f"{int(self._cookie[row]) ^ 0x5A5A5A5A:016x}",
            "userId": email_of(person) if self._known[row] and not hidden else None,
            "visitIp": False if hidden else f"81.56.{person % 256}.0",
            "visitorType": "new" if new else "returning",
            "visitCount": 1 if new else int(self._visits.number[row]),
            "daysSinceFirstVisit": days,
        }

    def action(self, slot: int, row: int, part: int) -> dict[str, Any]:
        """One entry of actionDetails."""
        kind, instant = SLOTS[slot].kind, int(self.stays.at[slot, row])
        node: dict[str, Any] = {
            "type": kind, "url": self._url(slot, row), "pageTitle": brand.SHOP_NAME,
            "pageIdAction": SLOTS[slot].page + 3, "idpageview": f"{(row * 31 + slot) % 36**6:06x}",
            "pageId": (self.stays.day * 1_000_000 + row) * len(SLOTS) + slot,
            "timestamp": shifted(instant),
            "serverTimePretty": datetime.fromtimestamp(
                shifted(instant), tz=UTC).strftime("%d %b %Y %H:%M:%S"),
            "pageviewPosition": slot + 1 - part, "title": brand.SHOP_NAME, "subtitle": None,
            "icon": "", "iconSVG": "plugins/Morpheus/images/action.svg",
        }  # fmt: skip
        if slot in (SIGN_UP, SAMPLE):
            action = NEWSLETTER_EVENT if slot == SIGN_UP else SAMPLE_EVENT
            return node | {"eventCategory": "Contact", "eventAction": action,
                           "eventName": None, "eventValue": None}  # fmt: skip
        if kind == "event":
            return node | {"eventCategory": "Panier", "eventAction": "add_to_cart",
                           "eventName": brand.PRODUCTS[self._product(row)].item_id,
                           "eventValue": None}  # fmt: skip
        if kind == "ecommerceAbandonedCart":
            item = brand.PRODUCTS[self._product(row)]
            line = item_details(self._product(row), item.price_cents, 1)
            return node | {"revenue": number(item.price_cents), "items": 1, "itemDetails": [line]}
        if kind == "ecommerceOrder" and row in self._order:
            return node | order_details(self._orders, self._order[row])
        return node

    def ecommerce(self, slots: list[int], row: int) -> dict[str, Any]:
        """Totals of orders and carts of the visit so far."""
        kinds = {SLOTS[slot].kind for slot in slots}
        order = self._order.get(row) if "ecommerceOrder" in kinds else None
        cart = "ecommerceAbandonedCart" in kinds
        status = "ordered" if order is not None else "abandonedCart" if cart else "none"
        total = int(self._orders.total[order]) if order is not None else 0
        items = int(self._orders.quantity[order].sum()) if order is not None else 0
        price = brand.PRODUCTS[self._product(row)].price_cents if cart else 0
        return {
            "visitConverted": int(order is not None), "goalConversions": int(order is not None),
            "visitEcommerceStatus": status, "totalEcommerceRevenue": number(total),
            "totalEcommerceConversions": int(order is not None), "totalEcommerceItems": items,
            "totalAbandonedCarts": int(cart), "totalAbandonedCartsRevenue": number(price),
            "totalAbandonedCartsItems": int(cart),
        }  # fmt: skip

    def place_and_device(self, row: int) -> dict[str, Any]:
        """Where and on what."""
        place = PLACES[int(self.stays.web.city[row])]
        country, code = _COUNTRY[place.country]
        device = brand.DEVICES[self._visits.people.device[row]]
        desktop = device == "desktop"
        return {
            "country": country, "countryCode": code,
            "region": analytics_region(int(self.stays.web.city[row])) or None,
            "city": place.analytics_city, "latitude": f"{48 - row % 500 / 100:.6f}",
            "longitude": f"{2 + row % 300 / 100:.6f}", "languageCode": "fr-fr",
            "deviceType": {"mobile": "Smartphone", "tablet": "Tablet"}.get(device, "Desktop"),
            "deviceBrand": "Unknown" if desktop else "Apple",
            "operatingSystem": "Windows 11" if desktop else "iOS 19",
            "browserName": "Chrome" if desktop else "Mobile Safari",
            "resolution": "1920x1080" if desktop else "390x844",
        }  # fmt: skip

    def _product(self, row: int) -> int:
        return int(self.stays.web.product[row])

    def _url(self, slot: int, row: int) -> str:
        page, host = SLOTS[slot].page, f"https://{brand.HOST}"
        if slot == SECOND_CLICK:
            return f"{host}/?{_NEWSLETTER.query}"
        if page == PRODUCT:
            return f"{host}{PAGES[2 + self._product(row)]}"
        if page != LANDING:
            return f"{host}{PAGES[page]}"
        word = int(self._words[row]) if self._clicked[row] else None
        url = landing_url(self._origins.of(int(self._own[row])), int(self._landing[row]), word,
                          host)  # fmt: skip
        if self._address[row]:
            url += f"&email={quote(email_of(int(self._visits.person[row])))}"
        return url
