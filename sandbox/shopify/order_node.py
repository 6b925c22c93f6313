"""An order as the Admin API shows it at a moment (contract: web.md 4.2, 4.5)."""

from __future__ import annotations

from typing import Any

from sandbox.shopify.customers import number_of_orders
from sandbox.shopify.journey import journey_summary, last_landing
from sandbox.shopify.order_parts import (
    Money,
    cents_of,
    codes_of,
    line_items,
    refund_nodes,
    transaction,
)
from sandbox.shopify.order_table import FIRST_ID, updated_at
from sandbox.shopify.select import Connection
from sandbox.shopify.survey import survey_answer
from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.orders import POS, SOURCE_NAMES, VAT, WEB, Orders
from sandbox.world.places import PLACES, REGIONS
from sandbox.world.zones import iso_z

_FIRST = ("Camille", "Louise", "Hugo", "Inès", "Manon", "Jules", "Chloé", "Adam")
_LAST = ("Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Garcia")


def _person(box: Sandbox, orders: Orders, row: int) -> dict[str, Any]:
    word = int(orders.person[row])
    first, last = _FIRST[word % 8], _LAST[word // 8 % 8]
    country = brand.COUNTRIES[orders.country[row]]
    place = PLACES[orders.place[row]]
    code = REGIONS[place.region].code if place.region >= 0 else None
    email = f"{first}.{last}{word % 9973}@mail.example".lower()
    address = {
        "__typename": "MailingAddress", "firstName": first, "lastName": last,
        "name": f"{first} {last}", "address1": f"{word % 120 + 1} rue du Port", "address2": None,
        "city": place.city, "zip": orders.zip_of(row), "province": None,
        "provinceCode": code, "country": country, "countryCode": country,
        "countryCodeV2": country, "phone": f"+336{word % 10**8:08d}", "company": None,
    }  # fmt: skip
    return {
        "email": email,
        "phone": address["phone"],
        "clientIp": f"198.51.100.{word % 254 + 1}",
        # Nothing is shipped from the till.
        "shippingAddress": address if orders.source[row] != POS else None,
        "billingAddress": address,
        "customer": {
            "__typename": "Customer", "id": f"gid://shopify/Customer/{word % 10**12}",
            "legacyResourceId": str(word % 10**12), "email": email, "phone": address["phone"],
            "firstName": first, "lastName": last, "displayName": f"{first} {last}",
            "numberOfOrders": str(number_of_orders(box, orders.person[row])),
            "createdAt": iso_z(int(orders.created[row])), "defaultAddress": address,
        },
    }  # fmt: skip


def _discounts(codes: list[str], orders: Orders, row: int) -> list[dict[str, Any]]:
    columns = (orders.code, orders.second_code)
    return [
        {"__typename": "DiscountCodeApplication", "code": code, "index": index,
         "allocationMethod": "ACROSS", "targetType": "LINE_ITEM", "targetSelection": "ALL",
         "value": {"__typename": "PricingPercentageValue",
                   "percentage": round(float(brand.CODE_RATES[columns[index][row]]) * 100, 1)}}
        for index, code in enumerate(codes)
    ]  # fmt: skip


def order_node(box: Sandbox, day: int, row: int) -> dict[str, Any]:
    """Every field of an order, as of now."""
    orders, now = box.world.orders(day), box.clock.epoch
    money = Money.of(box, orders, row)
    total, subtotal = int(orders.total[row]), int(orders.subtotal[row])
    shipping, discount = int(orders.shipping[row]), int(orders.discount[row].sum())
    refunds = refund_nodes(orders, row, now, money)
    refunded = sum(cents_of(refund["totalRefundedSet"]) for refund in refunds)
    full = bool(refunds) and bool(orders.refund_full[row])
    cancelled = 0 < orders.cancelled[row] <= now
    edited = 0 < orders.edited[row] <= now
    closed = 0 < orders.fulfilled[row] <= now
    change = int(orders.edit_cents[row]) if edited else 0
    current = 0 if full else total - refunded + change
    now_shipping = 0 if full else shipping
    received = 0 if cancelled else total + max(change, 0)
    status = (
        "VOIDED"
        if cancelled
        else "REFUNDED"
        if refunded >= total > 0
        else ("PARTIALLY_REFUNDED" if refunded else "PAID")
    )
    number = int(orders.number[row])
    created = iso_z(int(orders.created[row]))
    source, codes = int(orders.source[row]), codes_of(orders, row)
    web = source == WEB
    walk_in = source == POS and number % 2 == 0
    tax = round(total * VAT / (100 + VAT))
    landing = last_landing(box, orders, row) if web else None
    return {
        "__typename": "Order",
        "id": f"gid://shopify/Order/{FIRST_ID + number}",
        "legacyResourceId": str(FIRST_ID + number),
        "name": f"#{number}",
        "number": number,
        "createdAt": created,
        "processedAt": created,
        "updatedAt": iso_z(int(updated_at(orders, now)[row])),
        "cancelledAt": iso_z(int(orders.cancelled[row])) if cancelled else None,
        "cancelReason": "CUSTOMER" if cancelled else None,
        "closed": bool(closed),
        "closedAt": iso_z(int(orders.fulfilled[row])) if closed else None,
        "confirmed": True,
        "edited": bool(edited),
        "test": bool(orders.test[row]),
        "displayFinancialStatus": status,
        "displayFulfillmentStatus": "FULFILLED" if closed else "UNFULFILLED",
        "currencyCode": "EUR",
        "presentmentCurrencyCode": money.currency,
        "taxesIncluded": True,
        "totalPriceSet": money(total),
        "originalTotalPriceSet": money(total),
        "subtotalPriceSet": money(subtotal),
        "totalDiscountsSet": money(discount),
        "totalTaxSet": money(tax),
        "totalShippingPriceSet": money(shipping),
        "currentTotalPriceSet": money(current),
        "currentSubtotalPriceSet": money(current - now_shipping),
        "currentTotalDiscountsSet": money(0 if full else discount),
        "currentTotalTaxSet": money(round(current * VAT / (100 + VAT))),
        "currentShippingPriceSet": money(now_shipping),
        "totalRefundedSet": money(refunded),
        "totalRefundedShippingSet": money(shipping if full else 0),
        "netPaymentSet": money(received - refunded),
        "totalReceivedSet": money(received),
        "totalOutstandingSet": money(0),
        "refundDiscrepancySet": money(0),
        "totalTipReceivedSet": money(0),
        "discountCode": codes[0] if codes else None,
        "discountCodes": codes,
        "discountApplications": Connection(_discounts(codes, orders, row)),
        "lineItems": Connection(line_items(orders, row, money)),
        "refunds": lambda arguments: refunds[: arguments.get("first") or None],
        "transactions": [transaction(number, "SALE", total, int(orders.created[row]), money)],
        "customAttributes": _attributes(landing, survey_answer(box, orders, row)),
        "customerJourneySummary": lambda _: journey_summary(box, orders, row),
        "sourceName": SOURCE_NAMES[source],
        "sourceIdentifier": None,
        "registeredSourceUrl": None,
        "cartToken": f"c1-{int(orders.key[row]):016x}" if web else None,
        "checkoutToken": f"{int(orders.key[row]):016x}" if web else None,
        "landingPageUrl": landing.url if landing else None,
        "referrerUrl": landing.origin.referrer or None if landing else None,
        "tags": ["caisse"] if source == POS else [],
        "note": None,
        "paymentGatewayNames": ["cash" if source == POS else "shopify_payments"],
        **_person(box, orders, row),
        **({"customer": None, "email": None, "phone": None} if walk_in else {}),
    }


def _attributes(landing: Any, survey: tuple[str, str] | None) -> list[dict[str, Any]]:
    """Cart attributes: the tags of the last landing, kept by the shop's script, and the survey."""
    pairs: dict[str, str | None] = {}
    if landing is not None:
        origin = landing.origin
        if origin.tagged:
            pairs = {"utm_source": origin.source, "utm_medium": origin.medium,
                     "utm_campaign": origin.campaign, "utm_id": origin.campaign_id,
                     "utm_term": origin.term, "utm_content": origin.content}  # fmt: skip
        pairs["ttclid"] = landing.click_id
    if survey:
        pairs[survey[0]] = survey[1]
    return [
        {"__typename": "Attribute", "key": key, "value": value}
        for key, value in pairs.items()
        if value
    ]
