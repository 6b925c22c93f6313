"""Report pages of one account and window, whatever the API makes of the size.

A query that is too large or keeps timing out is repeated for each half of its window,
down to single days. A report that leaves ads out (more than 20 000 in the account) is
read by a task where the app may, else campaign by campaign.

Source: GET /report/integrated/get/.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from rivage.connectors.base import Page
from rivage.connectors.tiktok_lists import LARGEST_PAGE, AdsTruncated, TikTokReads
from rivage.connectors.tiktok_tasks import ReportTasks
from rivage.errors import (
    BadRequest,
    QueryTooLarge,
    RequestTimedOut,
    ResponseTruncated,
    SchemaBroke,
    ScopeMissing,
    ServerFailed,
)
from rivage.streams.model import Stream
from rivage.windows import Window, today_in

log = logging.getLogger("rivage.connectors")
CAMPAIGNS_PER_SHARD = 30
_TASK_FAILURES = (ScopeMissing, ServerFailed, BadRequest, SchemaBroke, ResponseTruncated)
"""A task that ends so is no loss: the campaigns can be read one after another."""


def computed_to(stream: Stream, zone: str, now: datetime) -> date:
    """The last day of the account's calendar that TikTok has computed whole, as it promises.

    Splits by audience are complete only hours after the day, others follow at once.
    """
    late = timedelta(hours=stream.options.get("late_hours", 0))
    return today_in(zone, now - late) - timedelta(days=1) if late else today_in(zone, now)


def report_pages(
    reads: TikTokReads, tasks: ReportTasks, stream: Stream, advertiser_id: str, window: Window
) -> Iterator[Page]:
    """All pages of the window, each day exactly once unless a window had to start over.

    Raises:
        QueryTooLarge, RequestTimedOut: a single day is still too much.
        BadRequest: a single campaign still has more ads than a report considers.
    """
    waiting = [window]
    while waiting:
        piece = waiting.pop()
        try:
            yield from _whole_or_in_parts(reads, tasks, stream, advertiser_id, piece)
        except (QueryTooLarge, RequestTimedOut) as error:
            if piece.days == 1:
                raise error.at(window=str(piece)) from None
            first, second = piece.halves()
            log.warning(
                "window_halved stream=%s account=%s window=%s error=%s",
                stream.name,
                advertiser_id,
                piece,
                type(error).__name__,
            )
            waiting += [second, first]


def _whole_or_in_parts(
    reads: TikTokReads, tasks: ReportTasks, stream: Stream, advertiser_id: str, window: Window
) -> Iterator[Page]:
    """The report as asked; if it leaves ads out, a task's, or its campaigns' one after another."""
    try:
        yield from reads.walk(stream.endpoint, _params(stream, advertiser_id, window, ()))
        return
    except AdsTruncated:
        told = (stream.name, advertiser_id, window)
        log.warning("report_truncated stream=%s account=%s window=%s", *told)
    if tasks.may_read(stream, advertiser_id):
        try:
            yield from tasks.pages(stream, advertiser_id, window)
            return
        except _TASK_FAILURES as error:
            log.warning("task_given_up stream=%s account=%s error=%s", *told[:2], error.what)
    if stream.options["data_level"] == "AUCTION_ADVERTISER":
        # Rows of shards would share one key, and their reaches have no sum.
        raise BadRequest(
            f"The report leaves out older ads of account {advertiser_id}, and an account's "
            "own numbers can't be put together from its campaigns.",
            do="Ask TikTok to put the app on the allow list of report tasks.",
        )
    yield from _by_campaign(reads, stream, advertiser_id, window)


def _by_campaign(
    reads: TikTokReads, stream: Stream, advertiser_id: str, window: Window
) -> Iterator[Page]:
    campaigns = sorted(_campaign_ids(reads, advertiser_id))
    waiting = [
        campaigns[start : start + CAMPAIGNS_PER_SHARD]
        for start in range(0, len(campaigns), CAMPAIGNS_PER_SHARD)
    ][::-1]
    while waiting:
        shard = waiting.pop()
        try:
            params = _params(stream, advertiser_id, window, tuple(shard))
            yield from reads.walk(stream.endpoint, params)
        except AdsTruncated:
            if len(shard) == 1:
                raise BadRequest(
                    f"Campaign {shard[0]} alone has more ads than one report considers.",
                    do="Split the campaign, or leave its ad level out of this stream.",
                ) from None
            middle = len(shard) // 2
            waiting += [shard[middle:], shard[:middle]]


def _campaign_ids(reads: TikTokReads, advertiser_id: str) -> set[str]:
    """Every campaign of the account: deleted ones, whose spend stays, and TopView, which the
    default leaves out and no other kind may accompany."""
    found = set()
    for more in ({}, {"buying_types": ["RESERVATION_TOP_VIEW"]}):
        params = {
            "advertiser_id": advertiser_id,
            "fields": ["campaign_id"],
            "filtering": {"primary_status": "STATUS_ALL", **more},
        }
        # 100 records are the most that a list of TopView campaigns allows.
        pages = reads.walk("campaign/get/", params, largest_page=100 if more else LARGEST_PAGE)
        found |= {str(record["campaign_id"]) for page in pages for record in page.records}
    return found


def _params(
    stream: Stream, advertiser_id: str, window: Window, campaigns: tuple[str, ...]
) -> dict[str, Any]:
    options = stream.options
    filtering = list(options.get("filtering", ()))
    if campaigns:
        filtering.append(
            {
                "field_name": "campaign_ids",
                "filter_type": "IN",
                # A JSON text inside the JSON of `filtering`.
                "filter_value": json.dumps(campaigns),
            }
        )
    return {
        "advertiser_id": advertiser_id,
        "report_type": options["report_type"],
        "data_level": options["data_level"],
        "dimensions": options["dimensions"],
        "metrics": options["metrics"],
        "filtering": filtering or None,
        "start_date": str(window.start),
        "end_date": str(window.end),
    }
