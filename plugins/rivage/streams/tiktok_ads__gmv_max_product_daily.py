"""GMV Max products by day: /gmv_max/report/get/ with item_group_id and stat_time_day."""

from rivage.streams._access import GMV_MAX_REPORTS
from rivage.streams._tiktok_gmv_max import BY_DAY, MONEY, RESTATED, figures
from rivage.streams.model import Column, Stream

STREAM = Stream(
    name="tiktok_ads__gmv_max_product_daily",
    connector="tiktok_ads",
    endpoint="gmv_max/report/get/",
    doc="Cost, orders and gross revenue of the products that GMV Max promotes, by campaign and "
    "day.",
    keys=("store_id", "campaign_id", "item_group_id", "stat_time_day"),
    window=BY_DAY,
    lookback=RESTATED,
    required=False,
    access=GMV_MAX_REPORTS,
    options={
        "promotion_types": ("PRODUCT",),
        "dimensions": ("campaign_id", "item_group_id", "stat_time_day"),
        "metrics": MONEY,
        # This level has to be asked for by campaign ids.
        "by_campaign": True,
    },
    columns=(
        Column("store_id", required=True),
        Column("gmv_max_promotion_type", required=True),
        Column("campaign_id", "dimensions.campaign_id", required=True),
        Column("item_group_id", "dimensions.item_group_id", required=True),
        Column("stat_time_day", "dimensions.stat_time_day", required=True),
        *figures(*MONEY),
    ),
)
