"""Metrics a goal can be set for, and the unit each is written in."""

MONEY, COUNT, FRACTION, RATIO = "currency", "count", "fraction", "ratio"

METRICS = {
    # What it costs and what it brings.
    "spend": MONEY, "gross_revenue": MONEY, "net_revenue": MONEY, "roas": RATIO,
    "cost_per_order": MONEY, "cost_per_new_customer": MONEY, "average_order_value": MONEY,
    "orders": COUNT, "new_customer_orders": COUNT,
    # Ads.
    "impressions": COUNT, "clicks": COUNT, "ctr": FRACTION, "cpm": MONEY, "cpc": MONEY,
    "video_views": COUNT, "completion_rate": FRACTION, "conversion_rate": FRACTION,
    # Organic and creators.
    "followers": COUNT, "new_followers": COUNT, "profile_views": COUNT, "posts": COUNT,
    "engagement_rate": FRACTION, "likes": COUNT, "comments": COUNT, "shares": COUNT,
    "creators_signed": COUNT, "answer_rate": FRACTION, "live_gmv": MONEY,
    # The shop's site.
    "sessions": COUNT, "add_to_cart_rate": FRACTION, "checkout_rate": FRACTION,
}  # fmt: skip
"""Metric -> unit. `currency` stands for an ISO 4217 code."""
