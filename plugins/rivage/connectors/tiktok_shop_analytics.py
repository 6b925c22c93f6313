"""Shop analytics: figures per shop day, as far as the platform has computed them.

List endpoints add up the asked range and their rows carry no date, so they are asked day
by day. Days after `latest_available_date` are unknown, even where zeros come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from rivage.connectors.base import Page
from rivage.connectors.tiktok_shop_reads import (
    VERSIONS,
    Listing,
    ShopReads,
    data_of,
    records_of,
    served_to,
)
from rivage.errors import SchemaBroke
from rivage.streams.model import Stream
from rivage.windows import Window


def interval_pages(reads: ShopReads, stream: Stream, cipher: str, window: Window) -> Iterator[Page]:
    """One record per day of the window, from one call.

    Raises:
        SchemaBroke: an interval is longer than a day, or the answer does not say how far
            its figures reach.
    """
    answer = reads.call(
        stream.endpoint,
        {**_days(window.start, window.end), "granularity": "1D"},
        cipher=cipher,
    )
    data = data_of(answer, stream.endpoint)
    performance = data.get("performance")
    found = records_of(
        performance if isinstance(performance, dict) else {}, "intervals", stream.endpoint
    )
    for one in found:
        start, end = _day(one.get("start_date")), _day(one.get("end_date"))
        if end - start != timedelta(days=1):
            raise SchemaBroke(f"An interval of {stream.endpoint} runs from {start} to {end}.")
    last = _required(served_to(data), stream)
    version = VERSIONS[stream.endpoint]
    yield Page(found, answer.request_id, version, answer.bytes, 1, 1, served_to=last)


def day_pages(reads: ShopReads, stream: Stream, cipher: str, window: Window) -> Iterator[Page]:
    """The rows of each day of the window, stamped with it as `stat_date`."""
    name = str(stream.options["list"])
    variants = stream.options.get("variants", ({},))
    number = 0
    for day in window.each_day():
        last = None
        for variant in variants:
            query = {**_days(day, day), **variant}
            for page in reads.walk(Listing(stream.endpoint, name, cipher, query)):
                last, number = _required(page.served_to, stream), number + 1
                stamped = [{**one, "stat_date": str(day)} for one in page.records]
                yield replace(page, records=stamped, number=number, served_to=last)
            if last is not None and last < day:
                # Not computed yet, and neither is any later day.
                return


def _days(first: date, last: date) -> dict[str, str]:
    """A range whose end the API excludes; amounts in the shop's own currency."""
    return {
        "start_date_ge": str(first),
        "end_date_lt": str(last + timedelta(days=1)),
        "currency": "LOCAL",
    }


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise SchemaBroke(f"An interval's date is {value!r}, which is not a date.") from None


def _required(last: date | None, stream: Stream) -> date:
    if last is None:
        raise SchemaBroke(f"{stream.endpoint} does not say up to which day its figures are ready.")
    return last
