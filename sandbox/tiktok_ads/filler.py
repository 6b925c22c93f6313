"""Synthetic ads without a campaign's meaning: they make reports long, for tests of volume.

`tiktok_filler_ads` of them belong to the first advertiser and run every day and hour. They are in
ad reports by day or hour only, not in entities, totals or truth.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_ads.cube import visible_days
from sandbox.tiktok_ads.metric_names import LEVEL_OF_ATTRIBUTE
from sandbox.tiktok_ads.report_query import ReportQuery

_FIRST_ID = 1_890_000_000_000_000_000


class Filler:
    """Filler rows of one query."""

    def __init__(self, box: Sandbox, query: ReportQuery) -> None:
        plan = box.world.accounts
        self._query = query
        self._ads: range | list[int] = []
        self._labels: list[str] = []
        self.truncated = False
        if not (
            box.settings.tiktok_filler_ads
            and query.id_dimension == "ad_id"
            and query.time_dimension
            and query.kind == "BASIC"
            and not query.split
            and query.advertisers[0] == 0
        ):
            return
        homes = [n for n, campaign in enumerate(plan.campaigns) if campaign.advertiser == 0]
        wanted = query.filters.ids.get("campaign_ids")
        ads: list[int] = list(range(box.settings.tiktok_filler_ads))
        if wanted is not None:
            at = {n for n, home in enumerate(homes) if plan.campaigns[home].campaign_id in wanted}
            ads = [n for n in ads if n % len(homes) in at]
        most = box.settings.tiktok_ad_truncation
        self.truncated = not query.is_async and len(ads) >= most
        self._ads = ads[-most:] if self.truncated else ads
        days = visible_days(box, plan.advertisers[0].zone, query.start, query.end)
        hours = range(24) if query.time_dimension == "stat_time_hour" else range(1)
        self._labels = [
            f"{days[0] + timedelta(days=nth)} {hour:02d}:00:00"
            for nth in range(len(days))
            for hour in hours
        ]
        zero = {"spend": "1.00", "impressions": "250", "clicks": "3"}
        self._metrics = {
            name: "-" if name in LEVEL_OF_ATTRIBUTE else zero.get(name, "0")
            for name in query.metrics
        }

    def __len__(self) -> int:
        return len(self._ads) * len(self._labels)

    def rows(self, begin: int, end: int) -> list[dict[str, Any]]:
        """Rows begin to end, by ad and then by time."""
        query, found = self._query, []
        for position in range(begin, min(end, len(self))):
            nth, period = divmod(position, len(self._labels))
            values = {
                "ad_id": str(_FIRST_ID + self._ads[nth]),
                query.time_dimension or "": self._labels[period],
            }
            spend = {"spend": f"{1 + position % 97 / 100:.2f}"} if "spend" in self._metrics else {}
            found.append(
                {
                    "dimensions": {name: values[name] for name in query.dimensions},
                    "metrics": self._metrics | spend,
                }
            )
        return found
