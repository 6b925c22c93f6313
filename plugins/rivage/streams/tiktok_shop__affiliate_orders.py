"""Orders brought by creators, with commissions: POST /affiliate_seller/202410/orders/search."""

from rivage.streams._access import SHOP_AFFILIATES
from rivage.streams.model import Column, Daily, Lookback, Personal, PersonKey, Stream

STREAM = Stream(
    name="tiktok_shop__affiliate_orders",
    connector="tiktok_shop",
    endpoint="affiliate_seller/orders/search",
    doc="Affiliate orders by SKU: creator, content, commission rate and amounts "
    "(Search Seller Affiliate Orders).",
    keys=("id",),
    # The API neither filters by change nor shows a time of change: days of creation are
    # read again until their commissions are settled.
    window=Daily(day="cast(create_date as date)", days_per_request=30),
    lookback=Lookback(
        45,
        "A commission is an estimate until the order is delivered, 14 days for returns have "
        "passed and the statement is made; only the creation of an order can be asked for.",
    ),
    required=False,
    access=SHOP_AFFILIATES,
    options={"list": "orders"},
    personal=(Personal("skus.*.creator_username", "hash"),),
    person=(PersonKey("order", "id"),),
    columns=(
        Column("id", required=True),
        Column("create_time", type="BIGINT", required=True),
        Column("create_date", required=True),
        Column("delivery_time", type="BIGINT"),
        Column("skus", type="JSON", required=True),
    ),
)
