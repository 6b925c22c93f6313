"""Reports made by tasks: create, check, download, cancel (contract: tiktok.md 4.5)."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import PlainTextResponse

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import advertiser_position, required
from sandbox.tiktok_ads.audience import COUNTRY_NAMES
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.tiktok_ads.report import Reports
from sandbox.tiktok_ads.report_params import Params
from sandbox.tiktok_ads.report_query import ReportQuery, read_query

_VALID_SECONDS = 30 * 86_400
_FORMATS = ("CSV_STRING", "CSV_DOWNLOAD")
_FORBIDDEN = frozenset("/\t\b@#$%^&*()[]")
_TITLES = {
    "advertiser_id": "Account ID", "campaign_id": "Campaign ID", "adgroup_id": "Ad Group ID",
    "ad_id": "Ad ID", "stat_time_day": "By Day", "stat_time_hour": "By Hour", "spend": "Cost",
    "clicks": "Clicks (Destination)", "country_code": "Country/Region", "conversion": "Conversions",
    "total_complete_payment_rate": "Total Complete Payment Value",
}  # fmt: skip


@dataclass
class Task:
    """One asynchronous report."""

    task_id: str
    advertiser_id: str
    query: ReportQuery
    output: str
    file_name: str
    translated: bool
    created: int
    checks: int = 0
    canceled: bool = False


class ReportTasks:
    """Tasks of this server's life."""

    def __init__(self, box: Sandbox, reports: Reports) -> None:
        self._box, self._reports = box, reports
        self._tasks: dict[str, Task] = {}

    def create(self, _request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
        """A new task; the app has to be on the allow list."""
        box = self._box
        if box.rates.hit("report/task/create", box.settings.tiktok_task_creations_per_second):
            raise Refusal(40100, "Due to too many requests, report/task/create is restricted.")
        if not box.settings.tiktok_async_reports:
            raise Refusal(40118, "Your app is not on the allowlist of this endpoint.")
        params = Params(body, is_async=True)
        output = str(params.text("output_format", "CSV_STRING"))
        if output not in _FORMATS:
            raise Refusal(40002, f"output_format: {output} is not available in this sandbox.")
        name = str(params.text("file_name", "report"))
        if len(name) > 255 or _FORBIDDEN & set(name):
            raise Refusal(40002, "file_name: Not a valid name.")
        query = read_query(box, params)
        seed = f"{len(self._tasks)} {box.clock.epoch}".encode()
        identity = str(7_400_000_000_000_000_000 + int(hashlib.sha256(seed).hexdigest()[:14], 16))
        title = params.text("enable_report_title_translation", "true") == "true"
        self._tasks[identity] = Task(
            identity, params.required("advertiser_id"), query, output, name, title, box.clock.epoch
        )
        return {"task_id": identity}

    def check(self, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
        """The state of a task; each look brings it one step on."""
        task = self._found(request.query_params)
        task.checks += 1
        return {"status": self._status(task), "message": ""}, {}

    def cancel(self, _request: Request, body: Mapping[str, Any]) -> dict[str, Any]:
        """Stop a task that has not ended."""
        task = self._found({name: str(value) for name, value in body.items()})
        if self._status(task) in ("QUEUING", "PROCESSING"):
            task.canceled = True
        return {}

    def download(self, request: Request) -> tuple[dict[str, Any], dict[str, str]] | Any:
        """The rows as raw CSV, or the address of a file."""
        required(request, "advertiser_id")
        task = self._found(request.query_params)
        status = self._status(task)
        if status in ("QUEUING", "PROCESSING"):
            raise Refusal(40201, "The task is not ready.")
        if status != "SUCCESS":
            raise Refusal(40200, f"The task ended as {status}.")
        if task.output == "CSV_DOWNLOAD" and "as_file" not in request.query_params:
            here = f"{self._box.url}{request.url.path}"
            url = f"{here}?advertiser_id={task.advertiser_id}&task_id={task.task_id}&as_file=1"
            return {"download_url": url, "file_name": f"{task.file_name}.csv",
                    "output_format": task.output}, {}  # fmt: skip
        return PlainTextResponse(self._csv(task), media_type="text/csv")

    def _found(self, values: Mapping[str, str]) -> Task:
        advertiser_position(self._box, values.get("advertiser_id", ""))
        task = self._tasks.get(values.get("task_id", ""))
        old = task is not None and self._box.clock.epoch - task.created > _VALID_SECONDS
        if task is None or old or task.advertiser_id != values.get("advertiser_id"):
            raise Refusal(40007, "The task does not exist.")
        return task

    def _status(self, task: Task) -> str:
        settings = self._box.settings
        if task.canceled:
            return "CANCELED"
        if task.checks > settings.tiktok_task_checks:
            return settings.tiktok_task_outcome
        return "QUEUING" if task.checks <= 1 else "PROCESSING"

    def _csv(self, task: Task) -> str:
        out, query = io.StringIO(), task.query
        names = [*query.dimensions, *query.metrics]
        writer = csv.writer(out)
        writer.writerow([_title(name) for name in names] if task.translated else names)
        for row in self._reports.whole(query):
            writer.writerow(
                [_shown(name, row["dimensions"][name]) for name in query.dimensions]
                + [row["metrics"][name] for name in query.metrics]
            )
        return out.getvalue()


def _title(name: str) -> str:
    return _TITLES.get(name, name.replace("_", " ").title())


def _shown(name: str, value: str | None) -> str:
    """Countries come by name, which an interactive report never does."""
    if name == "country_code":
        return COUNTRY_NAMES.get(value or "", "Unknown")
    return "-" if value is None else value
