"""Who follows the brand's account, and when they are online: /business/get/."""

from rivage.streams._access import ACCOUNT_INSIGHTS
from rivage.streams.model import Column, Snapshot, Stream

_SHARES = ("audience_ages", "audience_genders", "audience_countries", "audience_cities")

STREAM = Stream(
    name="tiktok_organic__audience",
    connector="tiktok_organic",
    endpoint="business/get/",
    doc="Followers by age, gender, country, city and hour of activity; needs 100 followers.",
    keys=("business_id",),
    window=Snapshot(),
    # Without dates the API gives the activity hours of its last seven days.
    options={
        "fields": (
            *_SHARES,
            "audience_activity",
            "is_business_account",
            "followers_count",
            "following_count",
            "total_likes",
            "videos_count",
        )
    },
    columns=(
        Column("business_id", required=True),
        *(Column(name, type="JSON") for name in _SHARES),
        Column("metrics", type="JSON"),
        Column("is_business_account", type="BOOLEAN"),
        Column("followers_count", type="BIGINT", required=True),
        Column("following_count", type="BIGINT"),
        Column("total_likes", type="BIGINT"),
        Column("videos_count", type="BIGINT"),
    ),
    required=False,
    access=ACCOUNT_INSIGHTS,
)
