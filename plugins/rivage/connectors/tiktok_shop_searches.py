"""Orders, after-sales, listings and affiliate orders: lists found by their times.

Every record is held against the asked window: filters that ended up in the wrong place
give an unfiltered list that looks right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rivage.connectors.base import Account, Page
from rivage.connectors.tiktok_shop_reads import Listing, ShopReads
from rivage.errors import SchemaBroke
from rivage.streams.model import Stream
from rivage.windows import Window

Check = Callable[[dict[str, Any]], None]


def changed_pages(
    reads: ShopReads, stream: Stream, account: Account, cipher: str, window: Window
) -> Iterator[Page]:
    """Records changed since the window's first day and created by its last, oldest change first.

    The end bounds the creation, not the change: a record of the last day that changed
    again before this read would otherwise be in no window yet. A record that changes
    while its page is on the way shows a later `update_time` than any bound, and counts
    all the same.
    """
    since, until = bounds(window, account.timezone)
    name = str(stream.options["list"])

    def check(record: dict[str, Any]) -> None:
        changed, created = _instant(record, "update_time"), _instant(record, "create_time")
        if changed < since or created >= until:
            raise _outside(stream, max(changed, created) if created >= until else changed, window)

    yield from reads.walk(
        Listing(
            stream.endpoint, name, cipher,
            {"sort_field": "update_time", "sort_order": "ASC"},
            {"update_time_ge": since, "create_time_lt": until},
            check,
        )
    )  # fmt: skip


def created_pages(
    reads: ShopReads, stream: Stream, account: Account, cipher: str, window: Window
) -> Iterator[Page]:
    """Records created within the window, each stamped with its `create_date` in the shop's zone."""
    since, until = bounds(window, account.timezone)
    zone = ZoneInfo(account.timezone)

    def check(record: dict[str, Any]) -> None:
        if not since <= _instant(record, "create_time") < until:
            raise _outside(stream, record["create_time"], window)

    listing = Listing(
        stream.endpoint, str(stream.options["list"]), cipher, {},
        {"create_time_ge": since, "create_time_lt": until}, check,
    )  # fmt: skip
    for page in reads.walk(listing):
        stamped = [
            {**one, "create_date": str(datetime.fromtimestamp(one["create_time"], zone).date())}
            for one in page.records
        ]
        yield replace(page, records=stamped)


def state_pages(reads: ShopReads, stream: Stream, cipher: str) -> Iterator[Page]:
    """The present state of all records."""
    name, body = str(stream.options["list"]), stream.options["body"]
    return reads.walk(Listing(stream.endpoint, name, cipher, {}, body))


def bounds(window: Window, zone: str) -> tuple[int, int]:
    """First epoch second of the window, and the first after it, in the shop's zone."""
    return _midnight(window.start, zone), _midnight(window.end + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> int:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


def _instant(record: dict[str, Any], name: str) -> int:
    value = record.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise SchemaBroke(f"A record has no unix time in `{name}`.")
    return value


def _outside(stream: Stream, found: int, window: Window) -> SchemaBroke:
    moment = datetime.fromtimestamp(found, UTC).isoformat(timespec="seconds")
    return SchemaBroke(
        f"The shop ignored the time filter of {stream.endpoint}: a record of {moment} came "
        f"back for {window}.",
        do="Nothing was landed. Check that the filters are still read from the request body.",
    )
