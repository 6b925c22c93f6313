"""Daily audience report by ad and placement."""

from rivage.streams._tiktok_metrics import ENGAGED_VIEW
from rivage.streams._tiktok_report import audience_report

STREAM = audience_report("ad", "placement", ("placement",), extra=ENGAGED_VIEW)
