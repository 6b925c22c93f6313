"""What the BASIC reports of the Marketing API have in common."""

from __future__ import annotations

from rivage.streams.model import Column, Daily, Lookback, Stream

DELIVERY = (
    "spend",
    "impressions",
    "clicks",
    "reach",
    "frequency",
    "conversion",
    "result",
    "video_play_actions",
    "video_watched_2s",
    "video_watched_6s",
    "video_views_p25",
    "video_views_p50",
    "video_views_p75",
    "video_views_p100",
    "average_video_play",
    "average_video_play_per_user",
    "engaged_view",
    "likes",
    "comments",
    "shares",
    "follows",
    "profile_visits",
    "total_landing_page_view",
)
# Each funnel step has an App, a Website and a Shop leg; asking for one alone
# returns a believable zero.
FUNNEL = (
    "total_view_content",
    "page_content_view_events",
    "onsite_on_web_detail",
    "total_app_event_add_to_cart",
    "web_event_add_to_cart",
    "onsite_on_web_cart",
    "total_checkout",
    "initiate_checkout",
    "onsite_initiate_checkout_count",
    "total_purchase",
    "complete_payment",
    "onsite_shopping",
    "total_purchase_value",
    "total_complete_payment_rate",  # the API's name for the website purchase VALUE
    "total_onsite_shopping_value",
)
ATTRIBUTION = (
    "cta_conversion",
    "vta_conversion",
    "engaged_view_through_conversions",
    "vta_complete_payment",
    "vta_complete_payment_value",
    "evta_payments_completed",
    "real_time_conversion",
)
METRICS = DELIVERY + FUNNEL + ATTRIBUTION
ALWAYS_SENT = frozenset({"spend", "impressions", "clicks"})


def daily_report(entity: str, data_level: str, status_field: str) -> Stream:
    """The daily BASIC report of one level, keyed by the entity's id and the account's day.

    Source: GET /report/integrated/get/ (30 days per request with stat_time_day).
    """
    key = f"{entity}_id"
    return Stream(
        name=f"tiktok_ads__{entity}_daily",
        connector="tiktok_ads",
        endpoint="report/integrated/get/",
        doc=f"Spend, delivery, video, funnel and claimed conversions by {entity} and day.",
        keys=(key, "stat_time_day"),
        window=Daily(day="cast(stat_time_day[:10] as date)", days_per_request=30),
        lookback=Lookback(
            28,
            "TikTok books a conversion on the day of the ad interaction, so a past day "
            "grows until the longest click window (28 days) has closed.",
        ),
        options={
            "report_type": "BASIC",
            "data_level": data_level,
            "dimensions": (key, "stat_time_day"),
            "metrics": METRICS,
            # The default hides deleted entities, and with them part of the spend.
            "filtering": (
                {
                    "field_name": status_field,
                    "filter_type": "IN",
                    "filter_value": '["STATUS_ALL"]',
                },
            ),
        },
        columns=(
            Column(key, f"dimensions.{key}", required=True),
            Column("stat_time_day", "dimensions.stat_time_day", required=True),
            *(
                Column(name, f"metrics.{name}", required=name in ALWAYS_SENT, number=True)
                for name in METRICS
            ),
        ),
    )
