"""Daily report by ad."""

from rivage.streams._tiktok_report import daily_report

STREAM = daily_report("ad", required=True)
