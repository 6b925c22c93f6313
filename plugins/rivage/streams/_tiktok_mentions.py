"""What the lists of other people's posts about the brand have in common."""

from __future__ import annotations

from rivage.streams._access import MENTIONS
from rivage.streams.model import Column, Personal, Snapshot, Stream

_FIELDS = (
    "item_id",
    "create_time",
    "video_link",
    "caption",
    "likes",
    "comments",
    "shares",
    "views",
    "reach",
    "creator_handle_name",
)


def mentions(name: str, endpoint: str, doc: str, *more: Column) -> Stream:
    """A list of posts by others, with lifetime counters; one snapshot a day."""
    return Stream(
        name=name,
        connector="tiktok_organic",
        endpoint=endpoint,
        doc=doc,
        keys=("item_id",),
        window=Snapshot(),
        # A day's newest come first; the API gives the top 1,000 posts of the period.
        options={
            "fields": (*_FIELDS, *(column.name for column in more)),
            "order": {"sort_field": "CREATE_TIME", "sort_type": "desc", "number_of_days": "30"},
        },
        personal=(
            Personal("creator_handle_name", "hash"),
            Personal("caption", "mask"),
            Personal("video_link", "mask"),
            Personal("thumbnail_url", "drop"),
        ),
        columns=(
            Column("item_id", required=True),
            Column("create_time", required=True, number=True),
            Column("video_link"),
            Column("caption"),
            Column("creator_handle_sha256", "creator_handle_name"),
            Column("likes", type="BIGINT"),
            Column("comments", type="BIGINT"),
            Column("shares", type="BIGINT"),
            # Null unless the post's creator authorised the app too.
            Column("views", type="BIGINT"),
            Column("reach", type="BIGINT"),
            *more,
        ),
        required=False,
        access=MENTIONS,
    )
