"""Shoppable videos by day: GET /analytics/202605/shop_videos/performance."""

from rivage.streams._access import SHOP_ANALYTICS
from rivage.streams._tiktok_shop import (
    ANALYTICS_LATENCY,
    COMPUTED_LATE,
    HIDDEN_CREATOR,
    count,
    money,
)
from rivage.streams.model import Column, Daily, Personal, Stream

_COUNTS = ("views", "likes", "comments", "shares", "new_followers", "product_impressions",
           "product_clicks", "sku_orders", "items_sold")  # fmt: skip

STREAM = Stream(
    name="tiktok_shop__video_daily",
    connector="tiktok_shop",
    endpoint="analytics/shop_videos/performance",
    doc="Videos with a basket, the brand's and its creators', with sales by day "
    "(Get Shop Video Performance List).",
    keys=("id", "stat_date"),
    # Rows add up the asked range and carry no date: asked day by day, stamped with the day.
    window=Daily(day="cast(stat_date as date)", days_per_request=30),
    lookback=COMPUTED_LATE,
    latency=ANALYTICS_LATENCY,
    required=False,
    access=SHOP_ANALYTICS,
    options={"list": "videos", "variants": ({"account_type": "ALL"},)},
    personal=(Personal("title", "mask"), Personal("username", "hash"), *HIDDEN_CREATOR),
    columns=(
        Column("id", required=True),
        Column("stat_date", required=True),
        Column("title"),
        Column("username_sha256", "username"),
        Column("creator_open_id", "creator.open_id"),
        Column("author_type", "creator.author_type"),
        Column("video_post_time"),
        Column("duration", type="BIGINT"),
        *(count(name) for name in _COUNTS),
        Column("currency", "attributed_gmv.currency", required=True),
        money("attributed_gmv"),
        money("gmv"),
        money("indirect_gmv"),
        Column("video_finish_rate", number=True),
        Column("products", type="JSON"),
        Column("hash_tags", type="JSON"),
    ),
)
