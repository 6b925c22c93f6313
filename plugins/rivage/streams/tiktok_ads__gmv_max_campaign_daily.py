"""GMV Max campaigns by day: /gmv_max/report/get/ with campaign_id and stat_time_day."""

from rivage.streams._access import GMV_MAX_REPORTS
from rivage.streams._tiktok_gmv_max import BY_DAY, MONEY, RESTATED, figures
from rivage.streams.model import Column, Stream

_LIVE = ("live_views", "10_second_live_views", "live_follows")

STREAM = Stream(
    name="tiktok_ads__gmv_max_campaign_daily",
    connector="tiktok_ads",
    endpoint="gmv_max/report/get/",
    doc="Cost, orders and gross revenue of GMV Max campaigns by day; revenue holds organic "
    "orders too and is never added to onsite_shopping.",
    keys=("store_id", "campaign_id", "stat_time_day"),
    window=BY_DAY,
    lookback=RESTATED,
    required=False,
    access=GMV_MAX_REPORTS,
    options={
        "promotion_types": ("PRODUCT", "LIVE"),
        "dimensions": ("campaign_id", "stat_time_day"),
        "metrics": (*MONEY, "net_cost"),
        "live_metrics": _LIVE,
    },
    columns=(
        Column("store_id", required=True),
        Column("gmv_max_promotion_type", required=True),
        Column("campaign_id", "dimensions.campaign_id", required=True),
        Column("stat_time_day", "dimensions.stat_time_day", required=True),
        *figures(*MONEY, "net_cost", *_LIVE),
    ),
)
