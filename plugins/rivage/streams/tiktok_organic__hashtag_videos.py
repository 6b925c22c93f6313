"""Posts that carry the brand's hashtags: /business/mention/hashtag/video/list/."""

from rivage.streams._tiktok_mentions import mentions
from rivage.streams.model import Column

STREAM = mentions(
    "tiktok_organic__hashtag_videos",
    "business/mention/hashtag/video/list/",
    "Posts with the configured hashtags, of the last 30 days; the API's top 1,000.",
    Column("matched_hashtags", type="JSON"),
)
