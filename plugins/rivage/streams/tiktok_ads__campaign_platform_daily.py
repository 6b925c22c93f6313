"""Daily audience report by campaign and operating system."""

from rivage.streams._tiktok_metrics import ENGAGED_VIEW
from rivage.streams._tiktok_report import audience_report

STREAM = audience_report("campaign", "platform", ("platform",), extra=ENGAGED_VIEW, late_hours=16)
