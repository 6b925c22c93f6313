"""LIVE sessions: GET /analytics/202609/shop_lives/performance."""

from rivage.streams._access import SHOP_ANALYTICS
from rivage.streams._tiktok_shop import (
    ANALYTICS_LATENCY,
    COMPUTED_LATE,
    HIDDEN_CREATOR,
    count,
    money,
)
from rivage.streams.model import Column, Daily, Personal, Stream

_SALES = (
    "live_attributed_orders", "live_attributed_sku_orders", "live_attributed_items_sold",
    "attributed_customers", "products_sold", "created_sku_orders",
)  # fmt: skip
_TRAFFIC = ("views", "viewers", "pcu", "acu", "impressions", "product_impressions",
            "product_clicks", "avg_viewing_duration")  # fmt: skip

STREAM = Stream(
    name="tiktok_shop__live_sessions",
    connector="tiktok_shop",
    endpoint="analytics/shop_lives/performance",
    doc="LIVE sessions with attributed sales, audience and interactions "
    "(Get Shop LIVE Performance List).",
    keys=("id", "stat_date"),
    # Rows add up the asked range and carry no date: asked day by day, stamped with the day.
    window=Daily(day="cast(stat_date as date)", days_per_request=30),
    lookback=COMPUTED_LATE,
    latency=ANALYTICS_LATENCY,
    required=False,
    access=SHOP_ANALYTICS,
    options={
        "list": "live_stream_sessions",
        # The type is required, and there is none that means all.
        "variants": tuple(
            {"account_type": kind}
            for kind in ("OFFICIAL_ACCOUNTS", "MARKETING_ACCOUNTS", "AFFILIATE_ACCOUNTS")
        ),
    },
    personal=(Personal("title", "mask"), *HIDDEN_CREATOR),
    columns=(
        Column("id", required=True),
        Column("stat_date", required=True),
        Column("title"),
        Column("start_time", required=True, number=True),
        Column("end_time", number=True),
        Column("creator_user_name_sha256", "creator.user_name"),
        Column("creator_open_id", "creator.open_id"),
        Column("author_type", "creator.author_type"),
        Column("currency", "sales_performance.live_attributed_gmv.currency", required=True),
        money("sales_performance.live_attributed_gmv"),
        money("sales_performance.live_gmv"),
        money("sales_performance.live_indirect_gmv"),
        *(count(f"sales_performance.{name}") for name in _SALES),
        *(count(f"traffic.{name}") for name in _TRAFFIC),
        *(
            count(f"interaction_performance.{name}")
            for name in ("likes", "comments", "shares", "new_followers")
        ),
    ),
)
