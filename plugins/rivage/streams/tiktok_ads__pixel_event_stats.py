"""Events a pixel received per UTC day: /pixel/event/stats/."""

from rivage.streams._access import PIXEL_STATS
from rivage.streams.model import Column, Daily, Lookback, Stream

STREAM = Stream(
    name="tiktok_ads__pixel_event_stats",
    connector="tiktok_ads",
    endpoint="pixel/event/stats/",
    doc="Events per pixel, type and UTC day: from the browser, from the server, attributed.",
    keys=("stat_date", "pixel_id", "pixel_event_type", "custom_event_type"),
    window=Daily(day="cast(stat_date as date)", days_per_request=30),
    lookback=Lookback(
        2,
        "Counts are refreshed every 2-4 hours, and a UTC day ends up to half a day after "
        "the account's own.",
    ),
    required=False,
    access=PIXEL_STATS,
    # The day of a run is the account's; the UTC day of the same name may still go on.
    latency=1,
    columns=(
        # Stamped by the connector: the answer says no day.
        Column("stat_date", required=True),
        Column("pixel_id", required=True),
        # One of the two names is null: a standard event or one of the shop's own making.
        Column("pixel_event_type"),
        Column("custom_event_type"),
        Column("total_count", type="BIGINT", required=True),
        Column("attributed_count", type="BIGINT"),
        Column("preview_count", type="BIGINT"),
        Column("browser_event_total_count", type="BIGINT"),
        Column("server_event_total_count", type="BIGINT"),
    ),
)
