"""Daily audience report by campaign and language of the app."""

from rivage.streams._tiktok_metrics import ENGAGED_VIEW
from rivage.streams._tiktok_report import audience_report

STREAM = audience_report(
    "campaign",
    "language",
    ("language",),
    extra=(*ENGAGED_VIEW, "reach"),
    late_hours=16,
)
