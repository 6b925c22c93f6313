"""Daily audience report by campaign and country; the only split that has results."""

from rivage.streams._tiktok_metrics import RESULT
from rivage.streams._tiktok_report import audience_report

STREAM = audience_report("campaign", "country", ("country_code",), extra=RESULT)
