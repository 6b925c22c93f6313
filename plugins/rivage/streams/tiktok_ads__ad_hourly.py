"""Hourly report by ad."""

from rivage.streams._tiktok_report import hourly_report

STREAM = hourly_report("ad")
