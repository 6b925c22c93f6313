"""A day is pulled again while its numbers grow: marts take the newest, landing keeps each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from rivage.streams import all_streams
from tests.simulated import Sandbox, rivage, sandbox

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

STREAM = "tiktok_ads__ad_daily"
BY_CAMPAIGN = "tiktok_ads__campaign_daily"
DAY = date(2026, 9, 24)
CHECKPOINTS = (1, 8, 28)
"""Days after DAY on which it is read: fresh, a week later, when the click window closes."""


@dataclass
class Told:
    """The simulated brand's history as the pipeline lived it."""

    brand: Sandbox
    home: Path
    known_at: list[datetime] = field(default_factory=list)
    """Real instants after each pull: pulls are stamped by the real clock."""
    spend: list[Decimal] = field(default_factory=list)
    """What the platform says of DAY at each checkpoint, from the simulated truth."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    root = tmp_path_factory.mktemp("restatement")
    first = f"{DAY + timedelta(days=1)}T06:00:00Z"
    with sandbox(root / "sandbox", "--now", first, "--days", "60") as brand:
        made = Told(brand, root / "home")
        for step, days in enumerate(CHECKPOINTS):
            if step:  # the platform corrects the day between two readings
                brand.control("POST", "restate", {"from": str(DAY), "to": str(DAY), "factor": 1.1})
            now = DAY + timedelta(days=days)
            brand.control("POST", "clock", {"now": f"{now}T06:00:00Z"})
            rivage(made.home, brand, "pull", "--from", str(DAY), "--to", str(DAY),
                   "--stream", STREAM, "--stream", BY_CAMPAIGN)  # fmt: skip
            made.known_at.append(datetime.now(UTC))
            rows = brand.control("GET", f"truth/ads_daily?from={DAY}&to={DAY}")
            made.spend.append(sum(Decimal(row["spend_cents"]) for row in rows) / 100)
        yield made


def asof(told: Told, at: datetime, *more: str) -> dict[str, object]:
    done = rivage(
        told.home, told.brand, "asof", STREAM, "--day", str(DAY), "--at", at.isoformat(),
        *more, "--json",
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def spend(answer: dict[str, object]) -> Decimal:
    rows = answer["rows"]
    assert isinstance(rows, list)
    return sum((Decimal(row["spend"]) for row in rows), Decimal())


def test_the_days_numbers_did_change_between_the_pulls(told: Told) -> None:
    assert told.spend[0] < told.spend[1] < told.spend[2]


@pytest.mark.parametrize("step", range(len(CHECKPOINTS)))
def test_the_as_of_query_shows_what_was_known_on_each_day(told: Told, step: int) -> None:
    assert spend(asof(told, told.known_at[step])) == told.spend[step]


def test_one_account_can_be_asked_about_alone(told: Told) -> None:
    pulls = asof(told, told.known_at[-1])["pulls"]
    assert isinstance(pulls, list)
    assert len(pulls) == 2
    alone = asof(told, told.known_at[-1], "--account", pulls[0]["account"])
    rows = alone["rows"]
    assert isinstance(rows, list)
    assert {row["_account_id"] for row in rows} == {pulls[0]["account"]}


def test_before_the_first_pull_nothing_was_known(told: Told) -> None:
    done = rivage(
        told.home, told.brand, "asof", STREAM, "--day", str(DAY), "--at", "2020-01-01T00:00:00Z",
        "--json", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "had been pulled" in json.loads(done.stdout)["what"]


def test_the_staging_model_shows_the_newest_numbers(told: Told) -> None:
    others = [
        part
        for stream in all_streams().values()
        if stream.required and stream.name != STREAM
        for part in ("--stream", stream.name)
    ]
    rivage(told.home, told.brand, "pull", "--from", str(DAY), "--to", str(DAY), *others)
    rivage(told.home, told.brand, "build")
    with duckdb.connect(str(told.home / "warehouse.duckdb"), read_only=True) as db:
        newest = db.execute(
            "select sum(spend_account_currency), count(distinct advertiser_id) "
            f"from staging.stg_{STREAM} where report_date = date '{DAY}'"
        ).fetchone()
    assert newest == (told.spend[-1], 2)


def test_the_mart_shows_what_was_said_at_each_pull(told: Told) -> None:
    with duckdb.connect(str(told.home / "candidate.duckdb"), read_only=True) as db:
        said = [
            db.execute(
                "select sum(spend_change) from attr_restatement_daily where statement_number <= ?",
                [number],
            ).fetchone()
            for number, _ in enumerate(CHECKPOINTS, start=1)
        ]
        newest = db.execute(
            "select sum(spend), max(statement_number) from attr_restatement_daily where is_newest"
        ).fetchone()
    assert said == [(spend,) for spend in told.spend]
    assert newest == (told.spend[-1], len(CHECKPOINTS))
