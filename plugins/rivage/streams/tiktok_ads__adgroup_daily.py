"""Daily report by ad group: the level at which an ad group's own reach exists."""

from rivage.streams._tiktok_report import daily_report

STREAM = daily_report("adgroup")
