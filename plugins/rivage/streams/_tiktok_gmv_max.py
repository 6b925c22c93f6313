"""What the GMV Max reports have in common."""

from __future__ import annotations

from rivage.streams.model import Column, Daily, Lookback

MONEY = ("cost", "orders", "cost_per_order", "gross_revenue", "roi")
BY_DAY = Daily(day="cast(stat_time_day[:10] as date)", days_per_request=30)
RESTATED = Lookback(
    28,
    "Orders are credited to the day of the ad interaction and net cost is known hours "
    "later, as in the other ads reports.",
)


def figures(*names: str) -> tuple[Column, ...]:
    """Metrics sent as text, `-` where there is none; a leading number is spelt out."""
    return tuple(
        Column(name.replace("10_", "ten_"), f"metrics.{name}", number=True) for name in names
    )
