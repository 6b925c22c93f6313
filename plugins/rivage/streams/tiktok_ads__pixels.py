"""Pixels and the events they know: /pixel/list/."""

from rivage.streams._access import PIXELS
from rivage.streams.model import Column, Snapshot, Stream

STREAM = Stream(
    name="tiktok_ads__pixels",
    connector="tiktok_ads",
    endpoint="pixel/list/",
    doc="Pixels an ad account owns or was lent: state, partner, events.",
    keys=("pixel_id",),
    window=Snapshot(),
    required=False,
    access=PIXELS,
    columns=(
        Column("pixel_id", required=True),
        Column("pixel_code", required=True),
        Column("pixel_name", required=True),
        Column("pixel_category"),
        Column("pixel_setup_mode"),
        Column("partner_name"),
        Column("activity_status"),
        Column("asset_ownership", type="JSON"),
        Column("advanced_matching_fields", type="JSON"),
        Column("events", type="JSON"),
        # ISO 8601 with Z, unlike the times of campaigns and ads.
        Column("create_time"),
    ),
)
