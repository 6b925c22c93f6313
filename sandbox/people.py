"""Whom the commerce and web answers name in clear, for tests that look for leaks.

The values are read from the answers themselves, so a field that starts to name somebody is
listed by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sandbox.shopify.order_node import order_node as shopify_order
from sandbox.state import Sandbox
from sandbox.tiktok_shop.order_node import order_node as tiktok_order

_NAMING = {
    "email": "email", "phone": "phone", "clientIp": "ip", "name": "name", "address1": "street",
    "displayName": "name", "buyer_email": "email", "user_id": "id", "phone_number": "phone",
    "full_address": "street", "address_detail": "street", "address_line1": "street",
}  # fmt: skip
_PEOPLE = ("shippingAddress", "billingAddress", "customer", "defaultAddress", "recipient_address")


def customers_truth(box: Sandbox, first: date, last: date) -> list[dict[str, str]]:
    """Every (kind, value) that names a buyer of property days first to last, once.

    Kinds: email, phone, ip, name, street, id (at TikTok Shop). Values that the platform has
    masked with stars name nobody and are left out.
    """
    config = box.world.config
    found: set[tuple[str, str]] = set()
    for day in range(max(config.index(first), 0), min(config.index(last), box.last_day) + 1):
        for row in range(len(box.world.orders(day))):
            found.update(_named(shopify_order(box, day, row), person=False))
        for row in range(len(box.world.shop_orders(day))):
            found.update(_named(tiktok_order(box, day, row), person=False))
    return [{"kind": kind, "value": value} for kind, value in sorted(found)]


def _named(node: dict[str, Any], *, person: bool) -> Iterator[tuple[str, str]]:
    for field, value in node.items():
        if field in _PEOPLE and isinstance(value, dict):
            yield from _named(value, person=True)
        elif isinstance(value, str) and "*" not in value and field in _NAMING:
            kind = _NAMING[field]
            if value and (person or field != "name"):  # an order's name is its number
                yield kind, value
