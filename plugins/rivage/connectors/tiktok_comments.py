"""Comments of the account's recent posts, by the day they were written.

The API lists comments per post and has no date filter, so each post is walked from its
newest comment back to the window's first day. Sort field and sort type are always sent:
without them the order is random.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rivage.connectors.base import Page
from rivage.connectors.tiktok_account_codes import ObjectGone
from rivage.connectors.tiktok_account_reads import AccountReads
from rivage.connectors.tiktok_lists import API_VERSION
from rivage.errors import SchemaBroke
from rivage.streams.model import Stream
from rivage.windows import Window

log = logging.getLogger("rivage.connectors")
LARGEST_PAGE = 30
_VIDEO_PAGE = 20


def comment_pages(
    reads: AccountReads, stream: Stream, business_id: str, window: Window
) -> Iterator[Page]:
    """Pages of comments written within the window, post by post; at least one page.

    Source: GET /business/comment/list/, for the posts of `posts_of_days` before the window
    and within it.

    Raises:
        SchemaBroke: a post or comment has no readable id or time.
    """
    number = 0
    oldest = window.start - timedelta(days=int(stream.options["posts_of_days"]))
    for item_id in _posts(reads, business_id, oldest, window.end):
        params = {"business_id": business_id, "video_id": item_id, **stream.options["order"]}
        walk = reads.walk(
            stream.endpoint,
            params,
            "comments",
            LARGEST_PAGE,
            # A pinned comment may stand first whatever its age: only a page that is older
            # as a whole ends the walk.
            lambda records, _: bool(records) and all(_day(one) < window.start for one in records),
        )
        try:
            for page in walk:
                number += 1
                inside = [r for r in page.records if window.start <= _day(r) <= window.end]
                yield Page(inside, page.request_id, page.api_version, page.bytes, number)
        except ObjectGone:
            log.warning("post_skipped item=%s reason=deleted_since_it_was_listed", item_id)
    if not number:
        yield Page([], "", API_VERSION, 0, 1, 1)


def _posts(reads: AccountReads, business_id: str, oldest: date, newest: date) -> list[str]:
    """Ids of posts published from `oldest` to `newest`."""
    start = int(datetime.combine(oldest, datetime.min.time(), UTC).timestamp() * 1000)
    params = {"business_id": business_id, "fields": ["item_id", "create_time"]}
    found: list[str] = []
    for page in reads.walk(
        "business/video/list/", params, "videos", _VIDEO_PAGE, lambda _, cursor: cursor <= start
    ):
        for record in page.records:
            if not record.get("item_id"):
                raise SchemaBroke("A post of /business/video/list/ has no item_id.")
            if oldest <= _day(record) <= newest:
                found.append(str(record["item_id"]))
    return found


def _day(record: dict[str, Any]) -> date:
    """The UTC day of `create_time`, epoch seconds as text or number."""
    try:
        return datetime.fromtimestamp(int(record["create_time"]), UTC).date()
    except (KeyError, TypeError, ValueError, OverflowError):
        raise SchemaBroke("A post or comment has no readable `create_time`.") from None
