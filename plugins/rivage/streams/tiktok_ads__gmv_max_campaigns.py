"""GMV Max campaigns, deleted ones included: /gmv_max/campaign/get/."""

from rivage.streams._access import GMV_MAX
from rivage.streams.model import Column, Snapshot, Stream

STREAM = Stream(
    name="tiktok_ads__gmv_max_campaigns",
    connector="tiktok_ads",
    endpoint="gmv_max/campaign/get/",
    doc="GMV Max campaigns of products and LIVE rooms, which the ordinary list leaves out.",
    keys=("campaign_id",),
    window=Snapshot(),
    required=False,
    access=GMV_MAX,
    options={"promotion_types": ("PRODUCT", "LIVE")},
    columns=(
        Column("campaign_id", required=True),
        Column("advertiser_id", required=True),
        Column("campaign_name", required=True),
        Column("gmv_max_promotion_type", required=True),
        Column("operation_status"),
        Column("secondary_status"),
        Column("objective_type"),
        Column("roi_protection_compensation_status"),
        Column("create_time"),
        Column("modify_time"),
    ),
)
