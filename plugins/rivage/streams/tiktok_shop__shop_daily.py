"""The shop's day: GET /analytics/202609/shop/performance with granularity 1D."""

from rivage.streams._access import SHOP_ANALYTICS
from rivage.streams._tiktok_shop import ANALYTICS_LATENCY, COMPUTED_LATE, count, money
from rivage.streams.model import Column, Daily, Stream

_ATTRIBUTED = tuple(
    money(f"sales.{who}{kind}_attributed_gmv")
    for kind in ("live", "video")
    for who in ("", "seller_", "creator_")
)

STREAM = Stream(
    name="tiktok_shop__shop_daily",
    connector="tiktok_shop",
    endpoint="analytics/shop/performance",
    doc="GMV, orders, refunds and traffic of the shop by day, split by LIVE, video and product "
    "card (Get Shop Performance).",
    keys=("start_date",),
    window=Daily(day="cast(start_date as date)", days_per_request=30),
    lookback=COMPUTED_LATE,
    latency=ANALYTICS_LATENCY,
    required=False,
    access=SHOP_ANALYTICS,
    columns=(
        Column("start_date", required=True),
        Column("end_date", required=True),
        Column("currency", "sales.gmv.currency", required=True),
        Column("gmv", "sales.gmv.amount", required=True, number=True),
        money("sales.gmv_with_tax"),
        money("sales.shipping_fees"),
        money("sales.refunds"),
        money("sales.product_card_attributed_gmv"),
        *_ATTRIBUTED,
        Column("orders_count", "sales.orders_count", type="BIGINT", required=True),
        count("sales.sku_orders_count"),
        count("sales.items_sold"),
        count("sales.customers_count"),
        count("sales.cancellations_and_returns"),
        count("traffic.product_impressions"),
        count("traffic.product_clicks"),
        count("traffic.unique_product_impressions"),
        count("traffic.unique_clicks"),
        count("traffic.avg_visitors"),
        Column("breakdowns", type="JSON"),
    ),
)
