"""Products by day: GET /analytics/202605/shop_products/performance."""

from rivage.streams._access import SHOP_ANALYTICS
from rivage.streams._tiktok_shop import ANALYTICS_LATENCY, COMPUTED_LATE, count, money
from rivage.streams.model import Column, Daily, Stream

_TOTALS = ("orders", "sku_orders", "items_sold", "estimated_customers", "product_impressions",
           "product_clicks", "add_cart_count")  # fmt: skip
_CHANNELS = {
    "seller_live": "attributed_gmv",
    "seller_video": "attributed_gmv",
    "seller_product_card": "attributed_gmv",
    "affiliate_total": "attributed_gmv",
    "affiliate_live": "live_attributed_gmv",
    "affiliate_video": "attributed_video_gmv",
    "shop_tab": "shop_tab_gmv",
}

STREAM = Stream(
    name="tiktok_shop__product_daily",
    connector="tiktok_shop",
    endpoint="analytics/shop_products/performance",
    doc="Products with sales and traffic by day and by channel "
    "(Get Shop Product Performance List).",
    keys=("id", "stat_date"),
    # Rows add up the asked range and carry no date: asked day by day, stamped with the day.
    window=Daily(day="cast(stat_date as date)", days_per_request=30),
    lookback=COMPUTED_LATE,
    latency=ANALYTICS_LATENCY,
    required=False,
    access=SHOP_ANALYTICS,
    options={"list": "products"},
    columns=(
        Column("id", required=True),
        Column("stat_date", required=True),
        Column("currency", "total_performance.gmv.currency", required=True),
        money("total_performance.gmv"),
        *(count(f"total_performance.{name}") for name in _TOTALS),
        *(
            money(f"{channel}_performance.{field}", f"{channel}_gmv")
            for channel, field in _CHANNELS.items()
        ),
    ),
)
