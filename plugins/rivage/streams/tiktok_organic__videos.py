"""The account's posts with lifetime counters: /business/video/list/."""

from rivage.streams._access import VIDEOS
from rivage.streams.model import Column, Personal, Snapshot, Stream

# Missing on a post that had no activity for more than seven days.
PERISHABLE = (
    Column("reach", type="BIGINT"),
    Column("full_video_watched_rate", type="DOUBLE"),
    Column("total_time_watched", type="DOUBLE"),
    Column("average_time_watched", type="DOUBLE"),
    Column("impression_sources", type="JSON"),
    Column("audience_countries", type="JSON"),
)
COLUMNS = (
    Column("item_id", required=True),
    Column("media_type"),
    Column("is_ad", type="BOOLEAN"),
    Column("caption"),
    Column("create_time", required=True, number=True),
    Column("share_url"),
    Column("video_duration", type="DOUBLE"),
    Column("likes", type="BIGINT"),
    Column("comments", type="BIGINT"),
    Column("shares", type="BIGINT"),
    Column("favorites", type="BIGINT"),
    Column("video_views", type="BIGINT"),
    *PERISHABLE,
    # The rest needs the scope video.insights; without it these fields are not sent.
    Column("new_followers", type="BIGINT"),
    Column("profile_views", type="BIGINT"),
    Column("website_clicks", type="BIGINT"),
    Column("phone_number_clicks", type="BIGINT"),
    Column("lead_submissions", type="BIGINT"),
    Column("app_download_clicks", type="BIGINT"),
    Column("email_clicks", type="BIGINT"),
    Column("address_clicks", type="BIGINT"),
    Column("video_view_retention", type="JSON"),
    Column("engagement_likes", type="JSON"),
    Column("audience_genders", type="JSON"),
    Column("audience_cities", type="JSON"),
    Column("audience_types", type="JSON"),
)

STREAM = Stream(
    name="tiktok_organic__videos",
    connector="tiktok_organic",
    endpoint="business/video/list/",
    doc="Posts of the brand's own account with lifetime counters; one snapshot a day.",
    keys=("item_id",),
    # There is no daily series: history exists only as the snapshots of each day.
    window=Snapshot(),
    options={"fields": tuple(column.name for column in COLUMNS)},
    personal=(Personal("caption", "mask"), Personal("share_url", "mask")),
    columns=COLUMNS,
    required=False,
    access=VIDEOS,
)
