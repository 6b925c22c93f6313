"""Tables in the shape of Fivetran's TikTok Ads schema, written as landing objects."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rivage.connectors.base import Account, Page
from rivage.landing.store import Store
from rivage.landing.writer import write
from rivage.streams import stream
from rivage.windows import Window
from tests.simulated import SALT

HERE = Path(__file__).parent
Row = dict[str, str]
COUNTS = (
    "impressions", "clicks", "conversion", "real_time_conversion", "video_play_actions",
    "video_watched_2s", "video_watched_6s", "video_views_p25", "video_views_p50",
    "video_views_p75", "likes", "comments", "shares", "follows", "profile_visits",
)  # fmt: skip
SPELLED = {
    "video_watched_2_s": "video_watched_2s", "video_watched_6_s": "video_watched_6s",
    "video_views_p_25": "video_views_p25", "video_views_p_50": "video_views_p50",
    "video_views_p_75": "video_views_p75",
}  # fmt: skip
HISTORIES = {"campaign": "campaigns", "adgroup": "adgroups", "ad": "ads"}
PULLED_AT = datetime(2026, 3, 31, 5, tzinfo=UTC)


def table(name: str) -> list[Row]:
    """One CSV, with the API's spelling of the metrics."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{SPELLED.get(k, k): v for k, v in row.items()} for row in csv.DictReader(file)]


def land(store: Store) -> None:
    """Land every stream that these tables can feed, for each account."""
    for known in table("advertiser"):
        account = Account(known["id"], known["name"], known["timezone"], known["currency"])
        ads = _newest(table("ad_history"), "ad_id", date.max)
        of = {key: ad for key, ad in ads.items() if ad["advertiser_id"] == account.id}
        hours = [row for row in table("ad_report_hourly") if row["ad_id"] in of]
        days = sorted({row["stat_time_hour"][:10] for row in hours})
        window = Window(date.fromisoformat(days[0]), date.fromisoformat(days[-1]))
        _write("ad_hourly", account, window, _by_hour(hours), store)
        for level in ("ad", "adgroup", "campaign", "advertiser"):
            records = _by_day(hours, {key: ad[f"{level}_id"] for key, ad in of.items()}, level)
            _write(f"{level}_daily", account, window, records, store)
        for day in map(date.fromisoformat, days):
            snapshot = Window(day, day)
            seen = [{**known, "advertiser_id": account.id, "display_timezone": account.timezone}]
            _write("advertisers", account, snapshot, seen, store)
            for entity, name in HISTORIES.items():
                states = _newest(table(f"{entity}_history"), f"{entity}_id", day)
                mine = [
                    _state(row) for row in states.values() if row["advertiser_id"] == account.id
                ]
                _write(name, account, snapshot, mine, store)


def _newest(history: Iterable[Row], key: str, day: date) -> dict[str, Row]:
    """Each entity as it was at the end of a day."""
    rows = sorted(history, key=lambda row: row["updated_at"])
    return {row[key]: row for row in rows if row["updated_at"][:10] <= day.isoformat()}


def _state(row: Row) -> dict[str, Any]:
    numbers = {"budget": float(row["budget"])} if row.get("budget") else {}
    return {**row, **numbers, "modify_time": row["updated_at"]}


def _by_hour(hours: list[Row]) -> list[dict[str, Any]]:
    dimensions = ("ad_id", "stat_time_hour")
    return [
        {
            "dimensions": {name: row[name] for name in dimensions},
            "metrics": {name: row[name] for name in ("spend", *COUNTS, "average_video_play")},
        }
        for row in hours
    ]


def _by_day(hours: list[Row], owner: dict[str, str], level: str) -> list[dict[str, Any]]:
    """Hours added up to days of one level. Reach is not among them: hours have no sum of people."""
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in hours:
        found = sums[owner[row["ad_id"]], row["stat_time_hour"][:10]]
        for name in ("spend", *COUNTS):
            found[name] += Decimal(row[name])
    return [
        {
            "dimensions": {f"{level}_id": key, "stat_time_day": f"{day} 00:00:00"},
            "metrics": {name: str(value) for name, value in found.items()},
        }
        for (key, day), found in sums.items()
    ]


def _write(
    name: str, account: Account, window: Window, records: list[dict[str, Any]], store: Store
) -> None:
    page = Page(records, "", "v1.3", 0, 1)
    declared = stream(f"tiktok_ads__{name}")
    write(declared, account, window, [page], store=store, salt=SALT, pulled_at=PULLED_AT)
