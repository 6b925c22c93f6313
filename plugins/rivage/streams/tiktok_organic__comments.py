"""Comments under the account's recent posts: /business/comment/list/."""

from rivage.streams._access import COMMENTS
from rivage.streams.model import Column, Daily, Lookback, Personal, Stream

_ABOUT_THE_AUTHOR = (
    ("unique_identifier", "hash"),
    ("username", "drop"),
    ("display_name", "drop"),
    ("profile_image", "drop"),
    ("image_url", "drop"),
    ("text", "mask"),
)

STREAM = Stream(
    name="tiktok_organic__comments",
    connector="tiktok_organic",
    endpoint="business/comment/list/",
    doc="Comments under posts of the last weeks, by the UTC day they were written.",
    keys=("comment_id",),
    window=Daily(
        day="cast(make_timestamp(cast(create_time as bigint) * 1000000) as date)",
        days_per_request=30,
    ),
    lookback=Lookback(
        7,
        "Likes and replies come within days, and the brand hides or people delete comments; "
        "a re-read day drops what is gone.",
    ),
    # Each post costs a call, and one path allows 40 a minute; posts draw their comments
    # in the first days. Replies are left out: the API adds three at most, of its own choice.
    options={
        "posts_of_days": 30,
        "order": {
            "sort_field": "create_time",
            "sort_type": "desc",
            "status": "ALL",
            "include_replies": "false",
        },
    },
    personal=tuple(
        Personal(f"{prefix}{field}", action)  # type: ignore[arg-type]
        for prefix in ("", "reply_list.*.")
        for field, action in _ABOUT_THE_AUTHOR
    ),
    columns=(
        Column("comment_id", required=True),
        Column("video_id", required=True),
        Column("create_time", required=True, number=True),
        Column("text"),
        Column("author_sha256", "unique_identifier"),
        Column("likes", type="BIGINT"),
        Column("replies", type="BIGINT"),
        Column("owner", type="BOOLEAN"),
        Column("liked", type="BOOLEAN"),
        Column("pinned", type="BOOLEAN"),
        Column("status"),
    ),
    required=False,
    access=COMMENTS,
)
