"""Sessions and purchases by landing page and day: GA4 Data API runReport.

A table of its own, because landing pages with their query strings have far more values
than the other dimensions; the query string is where click ids can be read.
"""

from rivage.streams._ga4_report import report
from rivage.streams.model import Personal

STREAM = report(
    "ga4__landing_page_daily",
    "Sessions, engagement and purchases by landing page with its query string.",
    {"date": "date", "landing_page": "landingPagePlusQueryString"},
    {
        "sessions": "sessions",
        "engaged_sessions": "engagedSessions",
        "ecommerce_purchases": "ecommercePurchases",
        "purchase_revenue": "purchaseRevenue",
    },
    # The more days in one request, the sooner rare pages collapse into (other).
    days_per_request=1,
    # Links in newsletters carry e-mail addresses and reader ids.
    personal=(Personal("landingPagePlusQueryString", "url"),),
)
