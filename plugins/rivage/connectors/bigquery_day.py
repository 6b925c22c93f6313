"""One day's table, read whole and of one edition, or not at all.

A daily table is rewritten for days, and a page token pins nothing: the table is looked at
before and after its pages, and what was read in between counts only if nothing moved.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rivage.connectors.answers import Answer
from rivage.connectors.base import Files
from rivage.connectors.bigquery import BigQuery, Table
from rivage.connectors.bigquery_errors import PageTokenRefused
from rivage.connectors.bigquery_rows import Rows
from rivage.duck import connect, literal
from rivage.errors import (
    BadRequest,
    NotReadyYet,
    QueryTooLarge,
    RequestTimedOut,
    RivageError,
    ServerFailed,
)
from rivage.windows import Window

log = logging.getLogger("rivage.connectors")
TRIES = 3
PAGE_ROWS = 2000
"""About 7 MB of text; the service cuts a page short by itself where rows are long."""
FEW = 20
"""So few events say nothing about the zone in which their day was cut."""
INSIDE = 0.95
_MEMORY = "256MB"


class _Moved(Exception):
    """The table changed while it was read."""


def read_day(
    source: BigQuery, table: Table, day: date, zone: str, folder: Path, notes: tuple[str, ...]
) -> Files:
    """The rows of a day's table as Parquet files.

    Args:
        table: as it was looked at before; a newer edition is read if there is one.
        zone: in which the property cuts its days.
        folder: where the files go; what an interrupted try left there is overwritten.

    Raises:
        NotReadyYet: the table was rewritten during each try, or has no schema yet.
        BadRequest: its events lie in another day than its name says.
        TableGone, WindowClosed, QuotaExhausted, ServerFailed.
    """
    for number in range(1, TRIES + 1):
        if not table.fields:
            raise NotReadyYet(f"{source.name}.{table.name} has no schema yet.", window=str(day))
        try:
            paths = _read(source, table, day, zone, folder)
            after = source.table(table.name)
            if after.edition == table.edition:
                return Files(Window(day, day), paths, table.edition, notes)
            table = after
        except (_Moved, PageTokenRefused):
            table = source.table(table.name)
        log.warning("table_moved table=%s try=%d of=%d", table.name, number, TRIES)
    raise NotReadyYet(
        f"{source.name}.{table.name} is being rewritten: it changed during each of {TRIES} "
        "readings.",
        do="Nothing to do: the next run looks again, and the edition landed before stays.",
        window=str(day),
    )


def _read(
    source: BigQuery, table: Table, day: date, zone: str, folder: Path
) -> tuple[Path, ...]:  # fmt: skip
    with connect(memory_limit=_MEMORY, threads=1) as db:
        db.execute(f"set temp_directory = {literal(str(folder / 'decoding'))}")
        rows = Rows(db, table.fields, folder, _bounds(day, zone))
        token, size = "", PAGE_ROWS
        while True:
            try:
                after = _page(source, table, rows, token, size)
            except (QueryTooLarge, RequestTimedOut):
                if size == 1:
                    raise
                size //= 2
                log.warning("page_too_large table=%s rows=%d", table.name, size)
                continue
            log.info("table=%s rows=%d of=%d", table.name, rows.count, table.rows)
            if after and after == token:
                raise ServerFailed(f"The pages of {source.name}.{table.name} do not end.")
            token = after
            if not token:
                break
        if rows.count != table.rows:
            raise _Moved
        paths = rows.finish()
        _refuse_other_zone(source, table, rows, day, zone)
        return paths


def _page(source: BigQuery, table: Table, rows: Rows, token: str, size: int) -> str:
    """Take one page; the token of the next."""
    seen: list[tuple[str, int | None]] = []

    def opened(body: bytes) -> RivageError | None:
        found = rows.open(body)
        if isinstance(found, RivageError):
            return found
        seen.append(found)
        return None

    _: Answer = source.page(table.name, token, size, opened)
    after, total = seen[-1]
    if total != table.rows or not rows.fits():
        raise _Moved
    rows.take()
    if rows.count > table.rows:
        raise _Moved
    return after


def _bounds(day: date, zone: str) -> tuple[int, int]:
    """The day in its zone as microseconds since 1970; it may have 23 or 25 hours."""
    days = (day, day + timedelta(days=1))
    starts = [datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)) for d in days]
    start, end = (int(at.timestamp()) * 1_000_000 for at in starts)
    return start, end


def _refuse_other_zone(source: BigQuery, table: Table, rows: Rows, day: date, zone: str) -> None:
    if rows.first is None or rows.last is None or rows.count < FEW:
        return
    if rows.inside >= INSIDE * rows.count:
        return
    first, last = (
        f"{datetime.fromtimestamp(micros / 1e6, ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        for micros in (rows.first, rows.last)
    )
    raise BadRequest(
        f"Only {rows.inside / rows.count:.0%} of the events of {source.name}.{table.name} lie on "
        f"{day} in {zone}: they reach from {first} to {last} there.",
        do="Set RIVAGE_REPORTING_TIMEZONE to the property's zone (Admin > Property details).",
        window=str(day),
    )
