"""Daily audience report by campaign, age and gender."""

from rivage.streams._tiktok_metrics import ENGAGED_VIEW
from rivage.streams._tiktok_report import audience_report

STREAM = audience_report(
    "campaign",
    "age_gender",
    ("age", "gender"),
    extra=(*ENGAGED_VIEW, "reach"),
    late_hours=16,
)
