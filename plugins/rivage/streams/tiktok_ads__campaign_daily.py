"""Daily report by campaign: the level at which a campaign's own reach exists."""

from rivage.streams._tiktok_report import daily_report

STREAM = daily_report(
    "campaign",
    required=True,
    kept=("spend", "complete_payment", "total_complete_payment_rate"),
)
