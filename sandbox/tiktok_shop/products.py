"""Listings as sent."""

from __future__ import annotations

from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_shop.listing import Item
from sandbox.tiktok_shop.order_node import euros
from sandbox.world import brand, shop_plan
from sandbox.world.zones import midnight

DELISTED = 4  # product taken down by the seller
_DELISTED_DAY = 10
_STATUSES = frozenset({"ALL", "DRAFT", "PENDING", "FAILED", "ACTIVATE", "SELLER_DEACTIVATED",
                       "PLATFORM_DEACTIVATED", "FREEZE", "DELETED"})  # fmt: skip


def products(box: Sandbox, instant: int) -> list[Item]:
    """All listings that exist at an instant."""
    found = []
    for position in range(len(brand.PRODUCTS)):
        listed = shop_plan.listed_at(position)
        changes = [listed, *(at for at in (_delisted(box, position),) if 0 < at <= instant)]
        if listed <= instant:
            item = shop_plan.product_id(position)
            found.append(Item(item, listed, max(changes), (0, position)))
    return found


def _delisted(box: Sandbox, position: int) -> int:
    config = box.world.config
    return midnight(config.day(_DELISTED_DAY)) + 36_000 if position == DELISTED else 0


def known_status(word: object) -> bool:
    """Whether a status filter is one of the API's."""
    return word in _STATUSES


def status(box: Sandbox, item: Item) -> str:
    """Listing status by now."""
    gone = 0 < _delisted(box, item.place[1]) <= box.clock.epoch
    return "SELLER_DEACTIVATED" if gone else "ACTIVATE"


def product_node(box: Sandbox, item: Item) -> dict[str, Any]:
    """A listing with its only SKU."""
    position = item.place[1]
    product = brand.PRODUCTS[position]
    state = status(box, item)
    return {
        "id": item.id,
        "title": product.title,
        "status": state,
        "create_time": item.created,
        "update_time": item.updated,
        "sales_regions": ["FR"],
        "is_not_for_sale": False,
        "has_draft": False,
        "listing_quality_tier": ("POOR", "FAIR", "GOOD")[position % 3],
        "audit": {"status": "APPROVED"},
        "product_tags": ["AFFILIATE"] if position % 2 else [],
        "product_sync_fail_reasons": [],
        "recommended_categories": [],
        "skus": [
            {
                "id": shop_plan.sku_id(position),
                "seller_sku": product.item_id,
                "price": {
                    "currency": "EUR",
                    "sale_price": euros(product.price_cents),
                    "tax_exclusive_price": euros(round(product.price_cents / 1.2)),
                },
                "list_price": {"amount": euros(product.price_cents), "currency": "EUR"},
                "inventory": [
                    {"warehouse_id": shop_plan.WAREHOUSE_ID, "quantity": 120 + 17 * position}
                ],
                "status_info": {"status": "NORMAL" if state == "ACTIVATE" else "DEACTIVATED"},
            }
        ],
    }
