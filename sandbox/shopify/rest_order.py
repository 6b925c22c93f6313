"""An order in the words of the REST API, made from its GraphQL node (contract: web.md 4.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sandbox.world.zones import zone

_SHOP_ZONE = zone("Europe/Paris")


def _number(gid: str) -> int:
    return int(gid.rsplit("/", 1)[1])


def _local(instant: str | None) -> str | None:
    """Shop time with its offset, never Z."""
    if instant is None:
        return None
    return datetime.fromisoformat(instant).astimezone(_SHOP_ZONE).isoformat()


def _bag(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "shop_money": {"amount": value["shopMoney"]["amount"],
                       "currency_code": value["shopMoney"]["currencyCode"]},
        "presentment_money": {"amount": value["presentmentMoney"]["amount"],
                              "currency_code": value["presentmentMoney"]["currencyCode"]},
    }  # fmt: skip


def _amount(value: dict[str, Any]) -> str:
    return str(value["shopMoney"]["amount"])


def _line(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": _number(node["id"]), "admin_graphql_api_id": node["id"],
        "variant_id": _number(node["variant"]["id"]), "product_id": _number(node["product"]["id"]),
        "sku": node["sku"], "name": node["name"], "title": node["title"],
        "quantity": node["quantity"], "current_quantity": node["currentQuantity"],
        "price": _amount(node["originalUnitPriceSet"]),
        "price_set": _bag(node["originalUnitPriceSet"]),
        "total_discount": _amount(node["totalDiscountSet"]),
        "discount_allocations": [
            {"amount": _amount(one["allocatedAmountSet"]),
             "amount_set": _bag(one["allocatedAmountSet"]),
             "discount_application_index": one["discountApplication"]["index"]}
            for one in node["discountAllocations"]
        ],
    }  # fmt: skip


def _refund(node: dict[str, Any]) -> dict[str, Any]:
    shipping = [
        {"kind": "shipping_refund", "reason": "Shipping refund",
         "amount": "-" + _amount(one["subtotalAmountSet"]),
         "tax_amount": "-" + _amount(one["taxAmountSet"])}
        for one in node["refundShippingLines"].page
    ]  # fmt: skip
    other = [
        {"kind": "refund_discrepancy", "reason": "Refund discrepancy",
         "amount": _amount(one["amountSet"]), "tax_amount": _amount(one["taxAmountSet"])}
        for one in node["orderAdjustments"].page
    ]  # fmt: skip
    return {
        "id": _number(node["id"]), "admin_graphql_api_id": node["id"],
        "created_at": _local(node["createdAt"]), "processed_at": _local(node["processedAt"]),
        "note": node["note"],
        "refund_line_items": [
            {"id": _number(node["id"]) * 10 + position,
             "line_item_id": _number(one["lineItem"]["id"]), "quantity": one["quantity"],
             # Numbers here, texts everywhere else: so the service sends them.
             "subtotal": float(_amount(one["subtotalSet"])),
             "total_tax": float(_amount(one["totalTaxSet"])), "restock_type": "return"}
            for position, one in enumerate(node["refundLineItems"].page)
        ],
        "order_adjustments": [*shipping, *other],
        "transactions": [
            {"id": _number(one["id"]), "kind": one["kind"].lower(),
             "status": one["status"].lower(), "amount": _amount(one["amountSet"]),
             "currency": one["amountSet"]["shopMoney"]["currencyCode"]}
            for one in node["transactions"].page
        ],
    }  # fmt: skip


def rest_order(node: dict[str, Any]) -> dict[str, Any]:
    """Every field of an order."""
    landing = urlsplit(node["landingPageUrl"]) if node["landingPageUrl"] else None
    site = landing and landing.path + (f"?{landing.query}" if landing.query else "")
    discounts = node["discountApplications"].page
    rates = [f"{one['value']['percentage']:.1f}" for one in discounts]
    by_code = [0.0] * len(discounts)
    for line in node["lineItems"].page:
        for share in line["discountAllocations"]:
            index = share["discountApplication"]["index"]
            by_code[index] += float(_amount(share["allocatedAmountSet"]))
    money = {
        name: (_amount(node[field]), _bag(node[field]))
        for name, field in (
            ("total_price", "totalPriceSet"), ("subtotal_price", "subtotalPriceSet"),
            ("total_discounts", "totalDiscountsSet"), ("total_tax", "totalTaxSet"),
            ("current_total_price", "currentTotalPriceSet"),
        )
    }  # fmt: skip
    status = str(node["displayFinancialStatus"]).lower()
    return {
        "id": int(node["legacyResourceId"]), "admin_graphql_api_id": node["id"],
        "name": node["name"], "order_number": node["number"], "number": node["number"] - 1000,
        "created_at": _local(node["createdAt"]), "processed_at": _local(node["processedAt"]),
        "updated_at": _local(node["updatedAt"]), "cancelled_at": _local(node["cancelledAt"]),
        "cancel_reason": node["cancelReason"] and node["cancelReason"].lower(),
        "closed_at": _local(node["closedAt"]), "test": node["test"],
        "currency": node["currencyCode"], "presentment_currency": node["presentmentCurrencyCode"],
        "financial_status": status,
        "fulfillment_status": "fulfilled" if node["closed"] else None,
        **{name: text for name, (text, _) in money.items()},
        **{f"{name}_set": bag for name, (_, bag) in money.items()},
        "total_shipping_price_set": _bag(node["totalShippingPriceSet"]),
        "landing_site": site, "landing_site_ref": None, "referring_site": node["referrerUrl"],
        "source_name": node["sourceName"], "source_identifier": node["sourceIdentifier"],
        "source_url": None,
        "discount_codes": [
            {"code": one["code"], "amount": f"{cents:.2f}", "type": "percentage"}
            for one, cents in zip(discounts, by_code, strict=True)
        ],
        "discount_applications": [
            {"type": "discount_code", "target_type": "line_item", "target_selection": "all",
             "allocation_method": "across", "value": rate, "value_type": "percentage",
             "code": one["code"]}
            for one, rate in zip(discounts, rates, strict=True)
        ],
        "line_items": [_line(one) for one in node["lineItems"].page],
        "refunds": [_refund(one) for one in node["refunds"]({})],
        "note": node["note"],
        "note_attributes": [
            {"name": one["key"], "value": one["value"]} for one in node["customAttributes"]
        ],
        "tags": ", ".join(node["tags"]), "email": node["email"], "phone": node["phone"],
        "customer": node["customer"] and {
            "id": int(node["customer"]["legacyResourceId"]), "email": node["customer"]["email"],
            "first_name": node["customer"]["firstName"], "last_name": node["customer"]["lastName"],
        },
        "checkout_token": node["checkoutToken"], "cart_token": node["cartToken"],
        "browser_ip": node["clientIp"],
        "client_details": {"browser_ip": node["clientIp"], "user_agent": None},
    }  # fmt: skip
