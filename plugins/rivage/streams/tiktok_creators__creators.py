"""The creators whom the brand's TikTok One campaigns name: /tto/tcm/creator/public/."""

from rivage.streams._access import TIKTOK_ONE
from rivage.streams.model import Column, Personal, Snapshot, Stream

# Sent as numbers or as text, whichever the API likes that day.
_NUMBERS = (
    "followers_count",
    "following_count",
    "likes_count",
    "videos_count",
    "median_views",
    "engagement_rate",
    "creator_price",
)
_LISTS = (
    "industry_labels",
    "content_labels",
    "audience_countries",
    "audience_genders",
    "audience_ages",
    "audience_devices",
)

STREAM = Stream(
    name="tiktok_creators__creators",
    connector="tiktok_creators",
    endpoint="tto/tcm/creator/public/",
    doc="Creators of the brand's campaigns: audience, price, engagement; one snapshot a day.",
    keys=("creator_id",),
    window=Snapshot(),
    personal=(
        Personal("handle_name", "hash"),
        Personal("handle", "hash"),
        Personal("display_name", "drop"),
        Personal("profile_image", "drop"),
        Personal("bio", "drop"),
    ),
    columns=(
        Column("creator_id", required=True),
        Column("handle_sha256", "handle_name"),
        *(Column(name, number=True) for name in _NUMBERS),
        Column("currency"),
        Column("country_code"),
        *(Column(name, type="JSON") for name in _LISTS),
    ),
    required=False,
    access=TIKTOK_ONE,
)
