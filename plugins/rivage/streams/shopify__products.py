"""Products and their variants with price and unit cost (Admin GraphQL products)."""

from rivage.streams._access import PRODUCTS
from rivage.streams.model import Column, Snapshot, Stream

STREAM = Stream(
    name="shopify__products",
    connector="shopify",
    endpoint="products",
    doc="Products with variants, SKU, price and unit cost as the shop keeps them (products).",
    keys=("id",),
    # The shop keeps no history of unit costs: each day's state is kept here.
    window=Snapshot(),
    required=False,
    access=PRODUCTS,
    options={
        "fields": "id legacyResourceId title handle status productType vendor tags isGiftCard "
        "createdAt updatedAt publishedAt",
        "lists": {
            "variants": {
                "first": 50,
                "type": "ProductVariant",
                "node": "id legacyResourceId title sku price compareAtPrice position updatedAt "
                "inventoryItem { id tracked unitCost { amount currencyCode } }",
            },
        },
    },
    columns=(
        Column("id", required=True),
        Column("legacyResourceId", required=True),
        Column("title", required=True),
        Column("handle"),
        Column("status"),
        Column("productType"),
        Column("vendor"),
        Column("tags", type="JSON"),
        Column("isGiftCard", type="BOOLEAN"),
        Column("createdAt"),
        Column("updatedAt"),
        Column("publishedAt"),
        Column("variants", type="JSON", required=True),
    ),
)
