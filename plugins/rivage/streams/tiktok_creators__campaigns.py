"""The brand's TikTok One campaigns: /tto/tcm/campaign/."""

from rivage.streams._access import TIKTOK_ONE
from rivage.streams.model import Column, Personal, Snapshot, Stream

STREAM = Stream(
    name="tiktok_creators__campaigns",
    connector="tiktok_creators",
    endpoint="tto/tcm/campaign/",
    doc="TikTok One campaigns with their creators and linked posts.",
    keys=("campaign_id",),
    window=Snapshot(),
    personal=(
        Personal("handle_names", "hash"),
        Personal("failed_handle_names", "hash"),
        Personal("dm_info", "drop"),
        # Whoever has the link may join.
        Personal("invite_link", "drop"),
        Personal("campaign_description", "mask"),
    ),
    columns=(
        Column("campaign_id", required=True),
        Column("campaign_type"),
        Column("campaign_name", required=True),
        Column("campaign_description"),
        Column("brand_profile_id"),
        Column("brand_name"),
        Column("handle_sha256s", "handle_names", type="JSON"),
        Column("anchor_id"),
        Column("video_ids", type="JSON"),
        Column("advertiser_ids", type="JSON"),
        Column("country_codes", type="JSON"),
        Column("spark_ads_requested_authorization_days", number=True),
        Column("create_time"),
        Column("update_time"),
    ),
    required=False,
    access=TIKTOK_ONE,
)
