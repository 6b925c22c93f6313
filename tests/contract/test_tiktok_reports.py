"""Every ads report, pulled from the sandbox and landed, against what the platform delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rivage import stages
from rivage.connectors import connect, tiktok_tasks
from rivage.settings import Settings
from rivage.windows import Window, parse_day
from tests.simulated import Sandbox, sandbox

DAYS = Window(parse_day("2026-09-25"), parse_day("2026-09-27"))
ON_TIME = ("advertiser_daily", "campaign_daily", "adgroup_daily", "ad_daily", "ad_hourly",
           "campaign_country_daily", "ad_placement_daily")  # fmt: skip
LATE = ("campaign_age_gender_daily", "campaign_platform_daily", "campaign_language_daily")
Landed = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("reports") / "sandbox") as started:
        yield started


@pytest.fixture
def brand(running: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without its rate limit, which is measured elsewhere."""
    running.control("PUT", "settings", {"tiktok_qps": 0, "tiktok_task_creations_per_second": 0})
    yield running
    running.control("DELETE", "settings")


@pytest.fixture
def landed(brand: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Landed:
    """Pull a stream of both accounts and select from what landed."""
    monkeypatch.setattr(tiktok_tasks, "_refused", set())
    for name, value in brand.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RIVAGE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RIVAGE_TIKTOK_ADS_REQUESTS_PER_SECOND", "500")
    settings = Settings()
    connector = connect("tiktok_ads", settings)
    monkeypatch.setattr(connector._tasks, "_sleep", lambda seconds: None)  # type: ignore[attr-defined]

    def pull(stream: str, select: str) -> list[tuple[Any, ...]]:
        for account in connector.accounts():
            stages.pull(f"tiktok_ads__{stream}", account, DAYS, settings, connector=connector)
        files = f"{settings.landing_url}/tiktok_ads/tiktok_ads__{stream}/*/*/*.parquet"
        return duckdb.sql(f"select {select} from read_parquet('{files}')").fetchall()

    return pull


def truth(brand: Sandbox) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in brand.control("GET", f"truth/ads_daily?from={DAYS.start}&to={DAYS.end}"):
        found[row["advertiser_id"], row["report_date"]] += row["spend_cents"]
    return dict(found)


SPEND = "_account_id, cast(_window_start as varchar), cast(spend as decimal(18, 2))"


@pytest.mark.parametrize("stream", [*ON_TIME, *LATE])
def test_every_report_adds_up_to_the_truth_by_account_and_day(
    brand: Sandbox, landed: Landed, stream: str
) -> None:
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, day, spend in landed(stream, SPEND):
        found[account, day] += spend
    assert {key: int(value * 100) for key, value in found.items()} == truth(brand)


@pytest.mark.parametrize("stream", ["ad_daily", "ad_hourly", "campaign_daily"])
@pytest.mark.parametrize("allowed", [True, False], ids=["by task", "by campaign"])
def test_a_truncated_report_lands_the_same_rows(
    brand: Sandbox, landed: Landed, stream: str, allowed: bool
) -> None:
    everything = "* exclude (_pull_id, _pulled_at, _extra)"
    whole = landed(stream, everything)
    # No campaign has more ads than this, and the account has.
    brand.control("PUT", "settings", {
        "tiktok_ad_truncation": 8, "tiktok_async_reports": allowed,
    })  # fmt: skip
    again = landed(stream, everything)
    assert set(again) == set(whole)


def test_all_hours_of_a_day_are_kept(landed: Landed) -> None:
    found = landed("ad_hourly", "_account_id, _window_start, stat_time_hour")
    hours: dict[Any, set[str]] = defaultdict(set)
    for account, day, hour in found:
        assert hour[:10] == str(day)
        hours[account, day].add(hour[11:13])
    assert {len(seen) for seen in hours.values()} == {24}


def test_norway_and_unknown_countries_stay_apart(landed: Landed) -> None:
    codes = {code for (code,) in landed("campaign_country_daily", "country_code")}
    assert {"FR", "NO", "-1", None} <= codes
