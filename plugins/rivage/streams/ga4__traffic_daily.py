"""Sessions, engagement and purchases by traffic source and day: GA4 Data API runReport."""

from rivage.streams.model import Column, Daily, Lookback, Stream

# Session-scoped fields only, within the API's 9 dimensions and 10 metrics.
DIMENSIONS = {
    "date": "date",
    "session_source": "sessionSource",
    "session_medium": "sessionMedium",
    "session_campaign_name": "sessionCampaignName",
    "session_manual_campaign_id": "sessionManualCampaignId",
    "session_manual_ad_content": "sessionManualAdContent",
    "session_default_channel_group": "sessionDefaultChannelGroup",
    "country": "country",
    "device_category": "deviceCategory",
}
METRICS = {
    "sessions": "sessions",
    "engaged_sessions": "engagedSessions",
    "user_engagement_duration": "userEngagementDuration",
    "key_events": "keyEvents",
    "ecommerce_purchases": "ecommercePurchases",
    "purchase_revenue": "purchaseRevenue",
    "add_to_carts": "addToCarts",
    "checkouts": "checkouts",
    "screen_page_views": "screenPageViews",
    "new_users": "newUsers",
}

STREAM = Stream(
    name="ga4__traffic_daily",
    connector="ga4",
    endpoint="runReport",
    doc="Sessions, engagement, carts and purchases by source, campaign, country and device.",
    keys=tuple(DIMENSIONS),
    window=Daily(day="cast(strptime(date, '%Y%m%d') as date)", days_per_request=30),
    lookback=Lookback(3, "GA4 takes 24-48 h to finish a day and accepts late hits for up to 72 h."),
    options={"dimensions": tuple(DIMENSIONS.values()), "metrics": tuple(METRICS.values())},
    columns=(
        *(Column(name, path, required=True) for name, path in DIMENSIONS.items()),
        *(Column(name, path, required=True, number=True) for name, path in METRICS.items()),
    ),
)
