"""Which metrics of the Marketing API's reports go together, by where TikTok allows them.

One metric that is illegal for a request's dimensions refuses the whole request (40002), so
each report has its own list. Ratios are left out: TikTok rounds them, and the models derive
them from the counts. At most 100 metrics fit in one request.
"""

from __future__ import annotations

MOST_PER_REQUEST = 100

CORE = ("spend", "impressions", "clicks", "conversion", "real_time_conversion")
PEOPLE = ("reach", "frequency", "average_video_play_per_user", "live_unique_views")
"""Distinct people: each level and period has its own number, and no sum has a meaning."""
RESULT = ("result", "real_time_result")
VIDEO = (
    "video_play_actions",
    "video_watched_2s",
    "video_watched_6s",
    "video_views_p25",
    "video_views_p50",
    "video_views_p75",
    "video_views_p100",
    "average_video_play",
)
ENGAGED_VIEW = ("engaged_view", "engaged_view_15s")
ENGAGEMENT = (
    "likes",
    "comments",
    "shares",
    "follows",
    "profile_visits",
    "clicks_on_music_disc",
    "total_landing_page_view",
)
ALL_ENGAGEMENT = (*ENGAGEMENT, "engagements", "clicks_on_hashtag_challenge")
LIVE = ("live_views", "live_effective_views", "live_product_clicks")
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
    "total_registration",
    "user_registration",
)
ATTRIBUTION = (
    "cta_conversion",
    "vta_conversion",
    "engaged_view_through_conversions",
    "cta_purchase",
    "vta_purchase",
    "evta_purchase",
    "vta_complete_payment",
    "vta_complete_payment_value",
    "evta_payments_completed",
)
CASH = ("cash_spend", "voucher_spend")
"""By account and day only; anywhere else they refuse the request."""

BY_HOUR = CORE + VIDEO + ENGAGED_VIEW + ALL_ENGAGEMENT + LIVE + FUNNEL + ATTRIBUTION
BY_DAY = BY_HOUR + PEOPLE + RESULT
BY_AUDIENCE = CORE + VIDEO + ENGAGEMENT
"""No event of app, website or Shop: an audience report refuses all three legs."""
ALWAYS_SENT = frozenset({"spend", "impressions", "clicks"})
