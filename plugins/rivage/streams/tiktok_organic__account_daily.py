"""The brand's own account by UTC day: /business/get/, `metrics`."""

from rivage.streams._access import ACCOUNT_INSIGHTS
from rivage.streams.model import Column, Daily, Lookback, Stream

COUNTS = (
    "video_views",  # organic and paid together
    "unique_video_views",
    "profile_views",
    "likes",
    "comments",
    "shares",
    "daily_total_followers",
    "daily_new_followers",
    "daily_lost_followers",
    "followers_count",
    "engaged_audience",
    "phone_number_clicks",
    "lead_submissions",
    "app_download_clicks",
    "bio_link_clicks",
    "email_clicks",
    "address_clicks",
)

STREAM = Stream(
    name="tiktok_organic__account_daily",
    connector="tiktok_organic",
    endpoint="business/get/",
    doc="Views, reactions, followers and clicks of the brand's own account by UTC day.",
    keys=("date",),
    # The API refuses a first day more than 60 days back and accepts any range within them.
    window=Daily(day="cast(date as date)", days_per_request=60, oldest=60),
    lookback=Lookback(
        7,
        "TikTok computes a day 24-48 h late and sends nothing until then; a missing day is "
        "not zero, and a week covers an outage on its side too.",
    ),
    # Yesterday is never there in the morning, the day before only sometimes.
    latency=2,
    options={"daily": True, "fields": COUNTS},
    columns=(
        Column("date", required=True),
        *(Column(name, type="BIGINT") for name in COUNTS),
    ),
    required=False,
    access=ACCOUNT_INSIGHTS,
)
