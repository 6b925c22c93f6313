"""Pixels of one account, and how many events each received per UTC day.

Source: GET /pixel/list/, /pixel/event/stats/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from rivage.connectors.base import Page
from rivage.connectors.tiktok_lists import API_VERSION, TikTokReads, records_of
from rivage.errors import SchemaBroke
from rivage.windows import Window

PIXELS, STATS = "pixel/list/", "pixel/event/stats/"
LARGEST_PAGE = 20
PIXELS_PER_CALL = 10


def pixel_pages(reads: TikTokReads, advertiser_id: str) -> Iterator[Page]:
    """Pages of the account's pixels."""
    return reads.walk(
        PIXELS, {"advertiser_id": advertiser_id}, largest_page=LARGEST_PAGE, key="pixels"
    )


def pixel_stat_pages(
    reads: TikTokReads, advertiser_id: str, window: Window, now: datetime
) -> Iterator[Page]:
    """One call per day and ten pixels: the rows carry no day, so it is stamped on them.

    Each record is one event type of one pixel, with `pixel_id` and `stat_date` (UTC).
    """
    first = list(pixel_pages(reads, advertiser_id))
    ids = list(dict.fromkeys(str(one["pixel_id"]) for page in first for one in page.records))
    if not ids:
        yield replace(first[-1], records=[])
        return
    last_whole_day = now.date() - timedelta(days=1)
    number = 0
    for day in window.each_day():
        for start in range(0, len(ids), PIXELS_PER_CALL):
            number += 1
            asked = ids[start : start + PIXELS_PER_CALL]
            page = _day(reads, advertiser_id, asked, day, number)
            yield replace(page, served_to=last_whole_day)


def _day(reads: TikTokReads, advertiser_id: str, ids: list[str], day: date, number: int) -> Page:
    answer = reads.get(
        STATS,
        {
            "advertiser_id": advertiser_id,
            "pixel_ids": ids,
            "date_range": {"start_date": str(day), "end_date": str(day)},
        },
    )
    records: list[dict[str, Any]] = []
    for pixel in records_of(answer, STATS):
        events = pixel.get("statistics")
        if not isinstance(events, list) or not all(isinstance(one, dict) for one in events):
            raise SchemaBroke(f"/{STATS} answered without `statistics` for a pixel.")
        stamp = {"stat_date": str(day), "pixel_id": pixel.get("pixel_id")}
        records += [{**stamp, **event} for event in events]
    return Page(records, answer.request_id, API_VERSION, answer.bytes, number)
