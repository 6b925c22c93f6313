"""Amounts and times as Matomo writes them (contract: web.md 3.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.world import brand
from sandbox.world.orders import VAT, Orders
from sandbox.world.zones import zone

SITE_ZONE = "Europe/Paris"


def number(cents: float) -> int | float:
    """Integral amounts lose their decimals."""
    value = round(cents / 100, 2)
    return int(value) if value.is_integer() else value


def shifted(instant: int) -> int:
    """The trap: an action's time is the site's wall clock, written as if it were UTC."""
    local = datetime.fromtimestamp(instant, tz=zone(SITE_ZONE))
    return instant + int((local.utcoffset() or (local - local)).total_seconds())


def times(first: int, last: int) -> dict[str, Any]:
    """Instants of a visit: epoch seconds are UTC, texts are the site's time."""
    local_first = datetime.fromtimestamp(first, tz=zone(SITE_ZONE))
    local = datetime.fromtimestamp(last, tz=zone(SITE_ZONE))
    return {
        "firstActionTimestamp": first, "lastActionTimestamp": last, "serverTimestamp": last,
        "lastActionDateTime": datetime.fromtimestamp(last, tz=UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "serverDate": local.strftime("%Y-%m-%d"),
        "serverDatePretty": local.strftime("%A, %B %-d, %Y"),
        "serverTimePretty": local.strftime("%H:%M:%S"),
        "serverDatePrettyFirstAction": local_first.strftime("%A, %B %-d, %Y"),
        "serverTimePrettyFirstAction": local_first.strftime("%H:%M:%S"),
        "visitLocalTime": local_first.strftime("%H:%M:%S"),
        "visitServerHour": str(local.hour),
        "visitDuration": last - first,
    }  # fmt: skip


def item_details(product: int, cents: int, quantity: int) -> dict[str, Any]:
    """One line of an order or cart."""
    item = brand.PRODUCTS[product]
    return {
        "itemSKU": item.item_id,
        "itemName": item.title,
        "itemCategory": item.category,
        "price": number(cents),
        "quantity": quantity,
        "categories": [item.category],
    }


def order_details(orders: Orders, row: int) -> dict[str, Any]:
    """What an order adds to its action."""
    total, shipping = int(orders.total[row]), int(orders.shipping[row])
    columns = (orders.product[row], orders.price[row], orders.quantity[row])
    lines = [
        item_details(product, cents, quantity)
        for product, cents, quantity in zip(*(c.tolist() for c in columns), strict=True)
        if quantity
    ]
    return {
        "orderId": f"#{int(orders.number[row])}",
        "revenue": number(total),
        "revenueSubTotal": number(int(orders.subtotal[row])),
        "revenueTax": number(round(total * VAT / (100 + VAT))),
        "revenueShipping": number(shipping),
        "revenueDiscount": number(int(orders.discount[row].sum())),
        "items": int(orders.quantity[row].sum()),
        "itemDetails": lines,
    }
