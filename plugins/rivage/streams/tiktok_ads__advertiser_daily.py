"""Daily report by ad account: its own reach, and the only level with cash and vouchers."""

from rivage.streams._tiktok_metrics import CASH
from rivage.streams._tiktok_report import daily_report

STREAM = daily_report("advertiser", extra=CASH)
