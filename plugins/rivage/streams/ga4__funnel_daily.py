"""Steps of the shop's funnel by traffic source and day: GA4 Data API runReport."""

from rivage.streams._ga4_report import report

STEPS = ("view_item", "add_to_cart", "begin_checkout", "purchase")

STREAM = report(
    "ga4__funnel_daily",
    "View, cart, checkout and purchase events by source, campaign and device.",
    {
        "date": "date",
        "event_name": "eventName",
        "session_source": "sessionSource",
        "session_medium": "sessionMedium",
        "session_campaign_name": "sessionCampaignName",
        "device_category": "deviceCategory",
    },
    {"event_count": "eventCount", "event_value": "eventValue"},
    dimension_filter={
        "filter": {
            "fieldName": "eventName",
            "inListFilter": {"values": list(STEPS), "caseSensitive": True},
        }
    },
)
