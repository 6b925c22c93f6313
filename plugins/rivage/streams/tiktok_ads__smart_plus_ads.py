"""Upgraded Smart+ ads with their lists of creatives: /smart_plus/ad/get/."""

from rivage.streams._access import SMART_PLUS
from rivage.streams._tiktok_entities import EVERYTHING
from rivage.streams.model import Column, Snapshot, Stream

STREAM = Stream(
    name="tiktok_ads__smart_plus_ads",
    connector="tiktok_ads",
    endpoint="smart_plus/ad/get/",
    doc="Smart+ ads: creatives, texts, calls to action, landing pages; deleted ones included.",
    keys=("smart_plus_ad_id",),
    window=Snapshot(),
    required=False,
    access=SMART_PLUS,
    # The documented cap of this endpoint; other lists take 1000.
    options={"calls": ({"filtering": EVERYTHING, "page_size": 100},)},
    columns=(
        Column("smart_plus_ad_id", required=True),
        Column("adgroup_id", required=True),
        Column("campaign_id", required=True),
        Column("advertiser_id", required=True),
        Column("ad_name", required=True),
        Column("adgroup_name"),
        Column("campaign_name"),
        Column("operation_status"),
        Column("secondary_status"),
        Column("creative_list", type="JSON"),
        Column("ad_text_list", type="JSON"),
        Column("call_to_action_list", type="JSON"),
        Column("landing_page_url_list", type="JSON"),
        Column("ad_configuration", type="JSON"),
        Column("create_time"),
        Column("modify_time"),
    ),
)
