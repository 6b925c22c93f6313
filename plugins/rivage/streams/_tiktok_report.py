"""How a report of the Marketing API becomes a stream: one function per kind of report.

Source: GET /report/integrated/get/ (dates in the account's zone; at most 1 day per request
with stat_time_hour, 30 days with stat_time_day).
"""

from __future__ import annotations

from typing import Any

from rivage.streams._access import AUDIENCE_REPORTS
from rivage.streams._tiktok_metrics import ALWAYS_SENT, BY_AUDIENCE, BY_DAY, BY_HOUR
from rivage.streams.model import Column, Daily, Lookback, Stream

GROWING = Lookback(
    28,
    "TikTok books a conversion on the day of the ad interaction, so a past day "
    "grows until the longest click window (28 days) has closed.",
)
PACING = Lookback(
    2,
    "Hours are read for pacing and for what follows a LIVE, within two days; TikTok corrects "
    "a day on the next one, and later conversions are in the daily report.",
)


def daily_report(
    entity: str,
    *,
    extra: tuple[str, ...] = (),
    required: bool = False,
    kept: tuple[str, ...] = (),
) -> Stream:
    """The daily BASIC report of one level, keyed by the entity's id and the account's day.

    Args:
        entity: advertiser, campaign, adgroup or ad.
        extra: metrics that exist at this level only.
        kept: metrics of which every pull is kept, to tell how TikTok restates a day.
    """
    return Stream(
        name=f"tiktok_ads__{entity}_daily",
        doc=f"Spend, delivery, video, funnel and claimed conversions by {entity} and day.",
        lookback=GROWING,
        required=required,
        kept_columns=kept,
        **_report("BASIC", entity, (f"{entity}_id", "stat_time_day"), BY_DAY + extra),
    )


def hourly_report(entity: str) -> Stream:
    """The hourly BASIC report of one level; people are counted 16 hours late, so not here."""
    return Stream(
        name=f"tiktok_ads__{entity}_hourly",
        doc=f"Spend, delivery, video and claimed conversions by {entity} and account-local hour.",
        lookback=PACING,
        required=False,
        **_report("BASIC", entity, (f"{entity}_id", "stat_time_hour"), BY_HOUR),
    )


def audience_report(
    entity: str,
    name: str,
    by: tuple[str, ...],
    *,
    extra: tuple[str, ...] = (),
    late_hours: int = 0,
) -> Stream:
    """The daily AUDIENCE report of one level, split by who or where people are.

    Args:
        name: the split's part of the stream's name.
        by: one audience dimension, or age and gender, the only allowed pair.
        extra: metrics that this split allows beyond the common ones.
        late_hours: how long TikTok takes to compute a day after its end.
    """
    growing = GROWING
    if late_hours:
        growing = Lookback(
            GROWING.days,
            f"{GROWING.reason} This split itself is complete {late_hours} hours after the day.",
        )
    return Stream(
        name=f"tiktok_ads__{entity}_{name}_daily",
        doc=f"Spend, delivery and video by {entity}, {' and '.join(by)}, and day.",
        lookback=growing,
        required=False,
        access=AUDIENCE_REPORTS,
        latency=1 if late_hours else 0,
        **_report(
            "AUDIENCE",
            entity,
            (f"{entity}_id", "stat_time_day", *by),
            BY_AUDIENCE + extra,
            late_hours,
        ),
    )


def _report(
    kind: str,
    entity: str,
    dimensions: tuple[str, ...],
    metrics: tuple[str, ...],
    late_hours: int = 0,
) -> dict[str, Any]:
    """What the declarations share. A split's own value may be null, the other keys never."""
    time = dimensions[1]
    status = {
        "field_name": f"{entity}_status",
        "filter_type": "IN",
        "filter_value": '["STATUS_ALL"]',
    }
    return {
        "connector": "tiktok_ads",
        "endpoint": "report/integrated/get/",
        "keys": dimensions,
        "sets_apart": True,
        "window": Daily(
            day=f"cast({time}[:10] as date)",
            days_per_request=1 if time == "stat_time_hour" else 30,
        ),
        "options": {
            "report_type": kind,
            "data_level": f"AUCTION_{entity.upper()}",
            "dimensions": dimensions,
            "metrics": metrics,
            # The default hides deleted entities, and with them part of the spend. The
            # field must match the data level; an account itself has no status here.
            "filtering": () if entity == "advertiser" else (status,),
            "late_hours": late_hours,
        },
        "columns": (
            *(
                Column(name, f"dimensions.{name}", required=name in dimensions[:2])
                for name in dimensions
            ),
            *(
                Column(name, f"metrics.{name}", required=name in ALWAYS_SENT, number=True)
                for name in metrics
            ),
        ),
    }
