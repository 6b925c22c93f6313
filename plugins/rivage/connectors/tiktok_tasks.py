"""Reports by asynchronous task: no cap on ads, where the app is on TikTok's allow list.

A task has no page and no limit of 20 000 ads, but takes a while, and an app that is not on
the list is refused (40118). That is asked once per account and process; the interactive
reports must be able to do without it.

Source: POST /report/task/create/, GET check/, GET download/, POST cancel/.
"""

from __future__ import annotations

import csv
import io
import itertools
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Page
from rivage.connectors.tiktok_lists import API_VERSION, TikTokReads
from rivage.errors import RivageError, SchemaBroke, ScopeMissing, ServerFailed
from rivage.streams.model import Stream
from rivage.windows import Window

log = logging.getLogger("rivage.connectors")
DAYS_PER_TASK = 7
"""A task's file is read in one piece: 20 000 ads, 7 days and 60 metrics are about 50 MB."""
ROWS_PER_PAGE = 1_000
_WAITS = (2.0, 4.0, 8.0, 15.0, 30.0)
_LONGEST = 900.0
"""Seconds of waiting for one task; a task that takes longer is cancelled."""
_NOTE = (
    "read by a report task: TikTok refreshes it every few hours, and takes no status filter "
    "that would ask for deleted ads"
)

_refused: set[tuple[str, str]] = set()
"""API and account that refused a task in this process."""


class ReportTasks:
    """Makes, awaits and downloads report tasks.

    Args:
        sleep: seconds between two looks at a task.
    """

    def __init__(self, reads: TikTokReads, sleep: Callable[[float], None] = time.sleep) -> None:
        self._reads = reads
        self._sleep = sleep

    def may_read(self, stream: Stream, advertiser_id: str) -> bool:
        """Whether a task gives this stream's rows as an interactive report would.

        A task writes countries by name, and knows no people by audience.
        """
        return (
            stream.options["report_type"] == "BASIC"
            and "country_code" not in stream.options["dimensions"]
            and (self._reads.base_url, advertiser_id) not in _refused
        )

    def pages(self, stream: Stream, advertiser_id: str, window: Window) -> Iterator[Page]:
        """All rows of the window, in pages as an interactive report would send them.

        Raises:
            ScopeMissing: the app may not create tasks; it is not asked again.
            ServerFailed: the task failed, was cancelled or took too long.
            SchemaBroke: the file is not what was asked for.
        """
        pieces = list(window.split(DAYS_PER_TASK))
        for piece in pieces:
            answer = self._file(stream, advertiser_id, piece)
            for number, records in enumerate(_records(stream, answer), start=1):
                size = answer.bytes if number == 1 else 0
                yield Page(records, answer.request_id, API_VERSION, size, number, None, (_NOTE,))

    def _file(self, stream: Stream, advertiser_id: str, window: Window) -> Answer:
        options = stream.options
        body = {
            "advertiser_id": advertiser_id,
            "report_type": options["report_type"],
            "data_level": options["data_level"],
            "dimensions": list(options["dimensions"]),
            "metrics": list(options["metrics"]),
            # A task takes no status filter, only ids.
            "start_date": str(window.start),
            "end_date": str(window.end),
            "output_format": "CSV_STRING",
            # By default the header has the words of Ads Manager instead of the API's.
            "enable_report_title_translation": False,
        }
        try:
            created = self._reads.post("report/task/create/", body)
        except ScopeMissing:
            _refused.add((self._reads.base_url, advertiser_id))
            log.warning("tasks_refused account=%s action=interactive_reports", advertiser_id)
            raise
        task = created.json.get("data", {}).get("task_id")
        if not isinstance(task, str | int) or not task:
            raise SchemaBroke("/report/task/create/ answered without a task_id.")
        ids = {"advertiser_id": advertiser_id, "task_id": str(task)}
        self._await(ids)
        return self._reads.get_file("report/task/download/", ids)

    def _await(self, ids: dict[str, str]) -> None:
        waited = 0.0
        for wait in itertools.chain(_WAITS, itertools.repeat(_WAITS[-1])):
            data = self._reads.get("report/task/check/", ids).json.get("data", {})
            status = data.get("status")
            if status == "SUCCESS":
                return
            if status not in ("QUEUING", "PROCESSING"):
                why = f": {data['message']}" if data.get("message") else ""
                raise ServerFailed(f"Report task {ids['task_id']} ended as {status}{why}.")
            if waited + wait > _LONGEST:
                break
            self._sleep(wait)
            waited += wait
        self._cancel(ids)
        raise ServerFailed(
            f"Report task {ids['task_id']} took longer than {_LONGEST:g} s and was cancelled."
        )

    def _cancel(self, ids: dict[str, str]) -> None:
        try:
            self._reads.post("report/task/cancel/", ids)
        except RivageError as error:
            # It runs on without us; the finding is that it took too long.
            log.warning("task_not_cancelled task=%s error=%s", ids["task_id"], error.what)


def _records(stream: Stream, answer: Answer) -> Iterator[list[dict[str, Any]]]:
    """Pages of records out of the CSV text."""
    dimensions, metrics = stream.options["dimensions"], stream.options["metrics"]
    rows = csv.reader(io.StringIO(answer.body.decode("utf-8-sig", "replace"), newline=""))
    header = next(rows, [])
    if header != [*dimensions, *metrics]:
        shown = ", ".join(header[:5])[:120]
        raise SchemaBroke(f"A report task's file has other columns than asked for: {shown} …")
    split = len(dimensions)
    sent_any = False
    while chunk := list(itertools.islice(rows, ROWS_PER_PAGE)):
        if any(len(row) != len(header) for row in chunk):
            raise SchemaBroke("A report task's file has a row with another number of columns.")
        sent_any = True
        yield [
            {
                "dimensions": dict(zip(dimensions, row[:split], strict=True)),
                "metrics": dict(zip(metrics, row[split:], strict=True)),
            }
            for row in chunk
        ]
    if not sent_any:
        yield []
