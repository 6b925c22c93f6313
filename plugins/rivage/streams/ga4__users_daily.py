"""Users by traffic source and day: GA4 Data API runReport.

A table of its own: users are estimated per row and can't be added up over days or sources.
"""

from rivage.streams._ga4_report import report

STREAM = report(
    "ga4__users_daily",
    "Active and total users by source and medium; never to be summed.",
    {"date": "date", "session_source": "sessionSource", "session_medium": "sessionMedium"},
    {"active_users": "activeUsers", "total_users": "totalUsers"},
)
