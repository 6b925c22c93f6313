"""Small homes written by hand: audits, a log, releases and landing, without any build."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from fastapi import HTTPException, Request
from fastapi.testclient import TestClient

from rivage.audit.findings import Check, Finding, verdict
from rivage.desk.answers import House
from rivage.desk.web import make_app
from rivage.incidents import log
from rivage.incidents.events import SYSTEM, Event
from rivage.publish import versions
from rivage.publish.releases import Release
from rivage.settings import Settings

NOW = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
ORIGIN = "http://desk.test"
ROLES = {"viewer": "viewer", "oncall": "op"}
"""Who may do what is known to the server alone."""
FIRST, SECOND = (
    f"marts_2026{day}T050000Z_{build}" for day, build in (("0929", "a1"), ("0930", "b2"))
)


def finding(rule: str = "spend is not negative", **more: Any) -> Finding:
    told: dict[str, Any] = {
        "table": "kpi_ads_daily", "rule": rule, "severity": "critical", "column": "spend",
        "observed": "3 rows below 0", "expected": "0 or more", "rows": 3, "checked": 1200,
        "owner": "performance", "runbook": "any_mart.md#a-count-or-amount-is-negative",
        "sample": [{"report_date": "2026-09-30", "campaign": "Autumn", "spend": "-4.20"}],
        "value": 3.0, "usual": (0.0, 0.0),
    }  # fmt: skip
    return Finding(**told | more)


def check(of: Finding, value: float | None, passed: bool, **more: Any) -> dict[str, Any]:
    """One entry of a document's `results`."""
    return replace(Check.of(of), value=value, passed=passed, **more).as_dict()


def audit(
    settings: Settings, at: datetime, build: str, found: Sequence[Finding] = (),
    results: list[dict[str, Any]] | None = None, stale: Sequence[dict[str, Any]] = (),
) -> str:  # fmt: skip
    """Write a document as an audit does, and the log lines of what it found; returns its stem."""
    body: dict[str, Any] = {
        "build_id": build, "verdict": verdict(found), "audited_at": at.isoformat(),
        "horizon": "2026-09-30", "compared_with": None, "checks": 400, "seconds": 9.1,
        "stale": list(stale), "findings": [one.as_dict() for one in found],
    }  # fmt: skip
    if results is not None:  # documents from before they were listed have none
        body["results"] = results
    stem = f"{at:%Y%m%dT%H%M%S%fZ}_{build}"
    settings.audits.mkdir(parents=True, exist_ok=True)
    (settings.audits / f"{stem}.json").write_text(json.dumps(body))
    told = ("table", "rule", "severity", "owner", "runbook")
    log.append(
        settings,
        [
            Event(at, "found", SYSTEM, one.fingerprint, audit=stem,
                  facts={name: getattr(one, name) for name in told})
            for one in found if one.severity != "info"
        ],
    )  # fmt: skip
    return stem


def publish(
    settings: Settings, version: str, rows: list[tuple[date, int, float]], extra: str = ""
) -> Release:
    """Write a version with one small mart, and make it the live one."""
    at = datetime.strptime(version.split("_")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    release = Release(
        version=version, published_at=at, build_id=version.rpartition("_")[2],
        content_sha256="0" * 64, git_commit="abc1234", horizon=max(day for day, *_ in rows),
        tables={"kpi_business_daily": len(rows)}, audit_verdict="pass", open_waivers=0, note="",
    )  # fmt: skip
    path = versions.file_of(settings, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as db:
        db.execute(
            "create table kpi_business_daily "
            f"(report_date date, orders bigint, net_revenue double{extra})"
        )
        marks = ", ".join("?" * 3)
        db.executemany(
            f"insert into kpi_business_daily (report_date, orders, net_revenue) values ({marks})",
            rows,
        )
    versions.twins_of(settings, version).mkdir()
    versions.swap(settings, version)
    versions.record(settings, release)
    versions.point_at(settings, version, [])
    return release


def land(settings: Settings, stream: str, account: str, days: list[date]) -> None:
    """Leave a manifest for each day; coverage reads only their names."""
    for day in days:
        folder = (
            Path(settings.landing_url) / stream.partition("__")[0] / stream
            / f"account={account}" / f"window={day}"
        )  # fmt: skip
        folder.mkdir(parents=True)
        (folder / "20261001T000000000000Z-0001.json").write_text("{}")


def held_home(home: Path) -> Settings:
    """Two published versions, and a third build that a critical finding holds."""
    settings = Settings(home=home)
    day = date(2026, 9, 28)
    publish(settings, FIRST, [(day, 10, 100.0)])
    publish(settings, SECOND, [(day, 11, 110.5), (day + timedelta(days=1), 12, 120.0)])
    audit(settings, NOW - timedelta(days=1), "b2", [], [check(finding(), 0.0, True)])
    audit(settings, NOW - timedelta(hours=1), "c3", [finding()], [check(finding(), 3.0, False)])
    return settings


@dataclass
class Desk:
    """The running desk over one home, mounted as Airflow mounts it."""

    settings: Settings
    rolled_back: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        from fastapi import FastAPI

        def rollback(settings: Settings, version: str, by: str, why: str) -> None:
            self.rolled_back.append((version, by, why))

        outer = FastAPI()
        house = House(
            current_user=logged_in, name_of=str, may_act=lambda who: ROLES[who] == "op",
            rollback=rollback, settings=lambda: self.settings, clock=lambda: NOW,
        )  # fmt: skip
        outer.mount("/rivage/desk", make_app(house))
        self.outer = outer

    def as_user(self, name: str) -> TestClient:
        headers = {"authorization": f"Bearer {name}", "origin": ORIGIN}
        return TestClient(
            self.outer, base_url=f"{ORIGIN}/rivage/desk/", headers=headers, follow_redirects=False
        )

    def refused(self) -> list[Event]:
        return [event for event in log.read(self.settings) if event.kind == "refused"]


def logged_in(request: Request) -> str:
    """Stands for Airflow's login."""
    name = request.headers.get("authorization", "").removeprefix("Bearer ")
    if name not in ROLES:
        raise HTTPException(401, "Not authenticated")
    return name


def tokens(html: str) -> Iterator[str]:
    """The tokens of a page's forms."""
    for part in html.split('name="token" value="')[1:]:
        yield part.partition('"')[0]
