"""Products with their variants and what a unit costs the shop."""

from __future__ import annotations

from typing import Any

from sandbox.shopify.select import Connection
from sandbox.world import brand

PRODUCT_ID, VARIANT_ID, ITEM_ID = 8_100_000_000_000, 44_100_000_000_000, 46_100_000_000_000
# What a unit costs before VAT, as a share of its price; the last product has no cost filled in.
_COST_SHARES = (0.19, 0.21, 0.24, 0.22, 0.27, 0.29, 0.25, None)


def product_id(position: int) -> str:
    """Global id of the product at a position of `brand.PRODUCTS`."""
    return f"gid://shopify/Product/{PRODUCT_ID + position + 1}"


def variant_id(position: int) -> str:
    """Global id of its one variant."""
    return f"gid://shopify/ProductVariant/{VARIANT_ID + position + 1}"


def unit_cost_cents(position: int) -> int | None:
    """Cost of one unit, None where nobody filled it in."""
    share = _COST_SHARES[position]
    return None if share is None else round(brand.PRODUCTS[position].price_cents * share)


def variant_node(position: int) -> dict[str, Any]:
    """The variant of a product."""
    product, cents = brand.PRODUCTS[position], unit_cost_cents(position)
    cost = None
    if cents is not None:
        cost = {"__typename": "MoneyV2", "amount": f"{cents / 100:.2f}", "currencyCode": "EUR"}
    return {
        "__typename": "ProductVariant", "id": variant_id(position),
        "legacyResourceId": str(VARIANT_ID + position + 1), "title": "Default Title",
        "displayName": product.title, "sku": product.item_id, "barcode": None,
        "price": f"{product.price_cents / 100:.2f}", "compareAtPrice": None, "position": 1,
        "availableForSale": True, "inventoryQuantity": 400,
        "createdAt": "2025-03-03T09:00:00Z", "updatedAt": "2026-08-24T15:12:00Z",
        "inventoryItem": {
            "__typename": "InventoryItem",
            "id": f"gid://shopify/InventoryItem/{ITEM_ID + position}",
            "sku": product.item_id, "tracked": True, "unitCost": cost,
        },
    }  # fmt: skip


def product_node(position: int) -> dict[str, Any]:
    """Every field of a product."""
    product = brand.PRODUCTS[position]
    return {
        "__typename": "Product", "id": product_id(position),
        "legacyResourceId": str(PRODUCT_ID + position + 1), "title": product.title,
        "handle": product.handle, "status": "ACTIVE", "vendor": brand.SHOP_NAME,
        "productType": product.category, "tags": [], "totalInventory": 400,
        "isGiftCard": False, "createdAt": "2025-03-03T09:00:00Z",
        "publishedAt": "2025-03-05T07:00:00Z", "updatedAt": "2026-08-24T15:12:00Z",
        "variants": Connection([variant_node(position)]),
    }  # fmt: skip


def product_position(gid: str) -> int | None:
    """Position of the product with a global id."""
    found = [n for n in range(len(brand.PRODUCTS)) if product_id(n) == gid]
    return found[0] if found else None
