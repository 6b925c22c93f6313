"""Just enough of the Marketing API's habits to test the connector's side of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rivage.connectors.base import Account
from rivage.connectors.tiktok_ads import TikTokAds
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.loopback import Call, Reply

PARIS = Account("7001", "account", "Europe/Paris", "EUR")
REPORT = stream("tiktok_ads__ad_daily")
CAMPAIGNS = stream("tiktok_ads__campaigns")
OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 30))
Connect = Callable[..., TikTokAds]


def envelope(data: dict[str, Any], code: int = 0, message: str = "OK") -> dict[str, Any]:
    return {"code": code, "message": message, "request_id": f"req{code}", "data": data}


def failure(code: int, message: str = "no") -> Reply:
    return Reply(envelope({}, code, message))


def page_of(records: list[dict[str, Any]], call: Call) -> dict[str, Any]:
    """The slice that page and page_size of a call ask for, with its page_info."""
    number, size = int(call.query.get("page", "1")), int(call.query.get("page_size", "10"))
    start = (number - 1) * size
    return {
        "list": records[start : start + size],
        "page_info": {
            "page": number,
            "page_size": size,
            "total_number": len(records),
            "total_page": -(-len(records) // size),
        },
    }


@dataclass
class FakeTikTok:
    """Call it with a Call. `before` may answer first, for failures."""

    granted: list[str] = field(default_factory=lambda: ["7001"])
    zone: str = "Europe/Paris"
    campaigns: list[str] = field(default_factory=list)
    top_view: list[str] = field(default_factory=list)
    ads: int = 2
    before: Callable[[Call], Reply | None] = lambda call: None
    ads_limit: int | None = None
    """Ads a report considers; more of them and the header appears."""
    task_states: tuple[str, ...] | None = None
    """States that looks at a task give, one after another; None: the app may make none."""
    task_header: list[str] | None = None
    tasks: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0
    windows: list[Window] = field(default_factory=list)
    """Windows answered with rows, in order."""

    def __call__(self, call: Call) -> Reply:
        first = self.before(call)
        if first is not None:
            return first
        if not call.path.endswith("/"):
            return Reply(b"404 page not found", 404)
        if "Access-Token" not in call.headers:
            return failure(40104, "Access token is null")
        endpoint = call.path.removeprefix("/open_api/v1.3/")
        if endpoint == "oauth2/advertiser/get/":
            rows = [{"advertiser_id": each, "advertiser_name": "x"} for each in self.granted]
            return Reply(envelope({"list": rows}))
        if endpoint == "advertiser/info/":
            return self._info(json.loads(call.query["advertiser_ids"]))
        if endpoint == "report/integrated/get/":
            return self._report(call)
        if endpoint == "report/task/create/":
            return self._task(call)
        if endpoint.startswith("report/task/"):
            return self._task_file(call)
        if endpoint == "campaign/get/":
            buying = json.loads(call.query.get("filtering", "{}")).get("buying_types", ["AUCTION"])
            if "RESERVATION_TOP_VIEW" in buying and len(buying) > 1:
                return failure(40002, "RESERVATION_TOP_VIEW cannot be combined")
            reserved = buying == ["RESERVATION_TOP_VIEW"]
            rows = [
                {"campaign_id": each} for each in (self.top_view if reserved else self.campaigns)
            ]
            return Reply(envelope(page_of(rows, call)))
        return Reply(b"404 page not found", 404)

    def _task(self, call: Call) -> Reply:
        if self.task_states is None:
            return failure(40118, "Your app is not on the allowlist of this endpoint.")
        self.tasks.append(json.loads(call.body))
        return Reply(envelope({"task_id": str(len(self.tasks))}))

    def _task_file(self, call: Call) -> Reply:
        if call.path.endswith("cancel/"):
            return Reply(envelope({}))
        if call.path.endswith("check/"):
            looks = self.looks = self.looks + 1
            states = self.task_states or ("SUCCESS",)
            return Reply(envelope({"status": states[min(looks, len(states)) - 1]}))
        task = self.tasks[int(call.query["task_id"]) - 1]
        days = Window(
            date.fromisoformat(task["start_date"]), date.fromisoformat(task["end_date"])
        ).each_day()
        header = self.task_header or [*task["dimensions"], *task["metrics"]]
        lines = [
            ",".join([ad, f"{day} 00:00:00", *["1.00"] * len(task["metrics"])])
            for day in days
            for ad in (f"{campaign}{n}" for campaign in self.campaigns for n in range(self.ads))
        ]
        return Reply("\r\n".join([",".join(header), *lines]).encode())

    def _info(self, ids: list[str]) -> Reply:
        if len(ids) > 100:
            return failure(40011, "too many ids")
        for each in ids:
            if each not in self.granted:
                return failure(40001, f"The advertiser {each} doesn't exist or has been deleted.")
        rows = [
            {
                "advertiser_id": each,
                "name": f"account {each}",
                "currency": "EUR",
                "timezone": "Etc/GMT-1",
                "display_timezone": self.zone,
            }
            for each in ids
        ]
        return Reply(envelope({"list": rows}))

    def _report(self, call: Call) -> Reply:
        window = Window(
            date.fromisoformat(call.query["start_date"]), date.fromisoformat(call.query["end_date"])
        )
        campaigns = None
        for rule in json.loads(call.query.get("filtering", "[]")):
            if rule["field_name"] == "campaign_ids":
                campaigns = json.loads(rule["filter_value"])
        headers = {}
        asked = self.campaigns if campaigns is None else campaigns
        if self.ads_limit is not None and len(asked) * self.ads > self.ads_limit:
            headers["X-Tt-Ads-Throttle"] = "only return the top 20k id's results"
        rows = [
            {
                "dimensions": {"ad_id": f"{campaign}{ad}", "stat_time_day": f"{day} 00:00:00"},
                "metrics": {"spend": "1.00"},
            }
            for day in window.each_day()
            for campaign in (asked or ["c"])
            for ad in range(self.ads)
        ]
        if call.query["page"] == "1" and not headers:
            self.windows.append(window)
        return Reply(envelope(page_of(rows, call)), headers=headers)


def rows(pages: Any) -> list[dict[str, Any]]:
    return [record for page in pages for record in page.records]
