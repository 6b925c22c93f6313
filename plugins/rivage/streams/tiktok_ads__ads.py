"""Ads with landing pages and creatives, deleted ones included: /ad/get/."""

from rivage.streams._tiktok_entities import CALLS
from rivage.streams.model import Column, Snapshot, Stream

STREAM = Stream(
    name="tiktok_ads__ads",
    connector="tiktok_ads",
    endpoint="ad/get/",
    doc="Ads: name, format, text, landing page, video; deleted ones included.",
    keys=("ad_id",),
    window=Snapshot(),
    options={"calls": CALLS},
    columns=(
        Column("ad_id", required=True),
        Column("adgroup_id", required=True),
        Column("campaign_id", required=True),
        Column("advertiser_id", required=True),
        Column("ad_name", required=True),
        Column("adgroup_name"),
        Column("campaign_name"),
        Column("operation_status"),
        Column("secondary_status"),
        Column("ad_format"),
        Column("ad_text"),
        Column("call_to_action"),
        Column("landing_page_url"),
        Column("display_name"),
        Column("video_id"),
        Column("tiktok_item_id"),
        Column("identity_id"),
        Column("identity_type"),
        Column("smart_plus_ad_id"),
        Column("campaign_automation_type"),
        Column("create_time"),
        # Null on Smart+ ads: never use it as a cursor.
        Column("modify_time"),
    ),
)
