"""Sessions, engagement and purchases by traffic source and day: GA4 Data API runReport."""

from rivage.streams._ga4_report import report

# Session-scoped fields only, within the API's 9 dimensions and 10 metrics.
STREAM = report(
    "ga4__traffic_daily",
    "Sessions, engagement, carts and purchases by source, campaign, country and device.",
    {
        "date": "date",
        "session_source": "sessionSource",
        "session_medium": "sessionMedium",
        "session_campaign_name": "sessionCampaignName",
        "session_manual_campaign_id": "sessionManualCampaignId",
        "session_manual_ad_content": "sessionManualAdContent",
        "session_default_channel_group": "sessionDefaultChannelGroup",
        "country": "country",
        "device_category": "deviceCategory",
    },
    {
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
    },
    required=True,
)
