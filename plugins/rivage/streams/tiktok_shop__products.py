"""Listings with their SKUs: POST /product/202502/products/search."""

from rivage.streams._access import SHOP_PRODUCTS
from rivage.streams.model import Column, Snapshot, Stream

STREAM = Stream(
    name="tiktok_shop__products",
    connector="tiktok_shop",
    endpoint="product/products/search",
    doc="Shop listings with status, SKUs, prices and stock, ended ones included (Search Products).",
    keys=("id",),
    window=Snapshot(),
    required=False,
    access=SHOP_PRODUCTS,
    # Without it the listings that were taken down vanish while their orders stay.
    options={"list": "products", "body": {"status": "ALL"}},
    columns=(
        Column("id", required=True),
        Column("title", required=True),
        Column("status", required=True),
        Column("create_time", type="BIGINT"),
        Column("update_time", type="BIGINT"),
        Column("sales_regions", type="JSON"),
        Column("is_not_for_sale", type="BOOLEAN"),
        Column("listing_quality_tier"),
        Column("audit_status", "audit.status"),
        Column("product_tags", type="JSON"),
        Column("skus", type="JSON", required=True),
    ),
)
