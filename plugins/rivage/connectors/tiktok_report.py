"""Report pages of one account and window, whatever the API makes of the size.

A query that is too large or keeps timing out is repeated for each half of its window,
down to single days. A report that leaves ads out (more than 20 000 in the account) is
read campaign by campaign instead.

Source: GET /report/integrated/get/.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

from rivage.connectors.base import Page
from rivage.connectors.tiktok_lists import AdsTruncated, TikTokReads
from rivage.errors import BadRequest, QueryTooLarge, RequestTimedOut
from rivage.streams.model import Stream
from rivage.windows import Window

log = logging.getLogger("rivage.connectors")
CAMPAIGNS_PER_SHARD = 30


def report_pages(
    reads: TikTokReads, stream: Stream, advertiser_id: str, window: Window
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
            yield from _whole_or_sharded(reads, stream, advertiser_id, piece)
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


def _whole_or_sharded(
    reads: TikTokReads, stream: Stream, advertiser_id: str, window: Window
) -> Iterator[Page]:
    try:
        yield from reads.walk(stream.endpoint, _params(stream, advertiser_id, window, ()))
    except AdsTruncated:
        log.warning(
            "report_truncated stream=%s account=%s window=%s action=shard_by_campaign",
            stream.name,
            advertiser_id,
            window,
        )
    else:
        return
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
    """Every campaign of the account, deleted ones included: their spend stays."""
    params = {
        "advertiser_id": advertiser_id,
        "fields": ["campaign_id"],
        "filtering": {"primary_status": "STATUS_ALL"},
    }
    pages = reads.walk("campaign/get/", params)
    return {str(record["campaign_id"]) for page in pages for record in page.records}


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
