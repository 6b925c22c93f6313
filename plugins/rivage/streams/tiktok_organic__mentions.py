"""Posts of others that mention the account: /business/mention/video/list/."""

from rivage.streams._tiktok_mentions import mentions

STREAM = mentions(
    "tiktok_organic__mentions",
    "business/mention/video/list/",
    "Posts of others that mention the account, of the last 30 days; the API's top 1,000.",
)
