"""What creators' posts did for a campaign, organic and paid apart: /tto/tcm/report/."""

from rivage.streams._access import TIKTOK_ONE
from rivage.streams.model import Column, Personal, Snapshot, Stream

_SPLIT = ("", "_organic", "_paid")
# Counts and rates, as numbers or as text.
METRICS = (
    *(
        f"{name}{part}"
        for name in ("video_views", "likes", "comments", "shares", "favorites", "reach")
        for part in _SPLIT
    ),
    "engagement_count",
    *(f"engagement_rate{part}" for part in _SPLIT),
    *(f"video_completion_rate{part}" for part in _SPLIT),
    *(f"average_view_time{part}" for part in _SPLIT),
    *(
        f"{part}{name}"
        for name in ("two_seconds_views", "six_seconds_views")
        for part in ("", "organic_", "paid_")
    ),
    "total_play_time",
    "ad_clicks",
    "ad_conversions",
    "ad_cost",
    "ad_impressions",
)
_NESTED = (
    "video_view_retention",
    "video_views_by_source",
    "anchor_metrics",
    "lifetime_gender_distribution",
    "lifetime_top_age_distribution",
    "lifetime_top_country_distribution",
    "lifetime_device_distribution",
    # Only with a date range. Whether its rows are increments is not documented: kept as
    # sent, and never summed.
    "daily_stats",
)

STREAM = Stream(
    name="tiktok_creators__posts",
    connector="tiktok_creators",
    endpoint="tto/tcm/report/",
    doc="Report of each campaign's posts, organic and paid; one snapshot a day.",
    keys=("campaign_id", "video_id"),
    window=Snapshot(),
    # Days of daily_stats; the older report of this family took 60 at most.
    options={"report_days": 60},
    personal=(
        Personal("creator_info.handle_name", "hash"),
        Personal("creator_info.handle", "hash"),
        Personal("creator_info.display_name", "drop"),
        Personal("creator_info.profile_image", "drop"),
        Personal("creator_info.bio", "drop"),
        Personal("video_info.caption", "mask"),
        Personal("video_info.video_link", "mask"),
        Personal("video_info.share_url", "mask"),
        Personal("video_info.thumbnail_url", "drop"),
    ),
    columns=(
        Column("campaign_id", required=True),
        Column("video_id", required=True),
        Column("country_code"),
        Column("campaign_type"),
        Column("campaign_channel_type"),
        Column("creator_id", "creator_info.creator_id"),
        Column("creator_handle_sha256", "creator_info.handle_name"),
        Column("video_info", type="JSON"),
        Column("video_boosted_date"),
        Column("anchor_id"),
        *(Column(name, number=True) for name in METRICS),
        *(Column(name, type="JSON") for name in _NESTED),
    ),
    required=False,
    access=TIKTOK_ONE,
)
