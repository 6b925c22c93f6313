"""What was known of a day at an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rivage.connectors.base import Account, Page
from rivage.errors import BadDate
from rivage.landing import writer
from rivage.landing.asof import as_of, instant, known_rows
from rivage.landing.store import Store
from rivage.streams import stream as stream_named
from rivage.windows import Window

CAMPAIGN = {
    "campaign_id": "1", "advertiser_id": "9", "campaign_name": "Rentrée", "budget": 50.0,
}  # fmt: skip
STREAM = stream_named("tiktok_ads__campaigns")
DAY = date(2026, 9, 9)
T0 = datetime(2026, 9, 10, 6, tzinfo=UTC)


def pull(at: Path, when: datetime, *names: str, account: str = "9", day: date = DAY) -> None:
    records = [CAMPAIGN | {"campaign_id": str(n), "campaign_name": x} for n, x in enumerate(names)]
    writer.write(
        STREAM, Account(account, "A", "Europe/Paris", "EUR"), Window(day, day),
        [Page(records, "r", "v1.3", 1, 1)], store=Store(at, at), salt=None, pulled_at=when,
    )  # fmt: skip


def names(at: Path, when: datetime, account: str | None = None) -> list[str]:
    store = Store(at, at)
    columns, rows = known_rows(store, as_of(store, STREAM, DAY, when, account))
    return [row[columns.index("campaign_name")] for row in rows]


def test_the_newest_pull_from_before_the_instant_is_what_was_known(tmp_path: Path) -> None:
    pull(tmp_path, T0, "Rentrée")
    pull(tmp_path, T0 + timedelta(days=1), "Rentrée 2")
    pull(tmp_path, T0 + timedelta(days=2), "Rentrée", "Hiver")
    assert names(tmp_path, T0 - timedelta(seconds=1)) == []
    assert names(tmp_path, T0) == ["Rentrée"]
    assert names(tmp_path, T0 + timedelta(hours=30)) == ["Rentrée 2"]
    assert names(tmp_path, T0 + timedelta(days=9)) == ["Rentrée", "Hiver"]


def test_a_pull_that_brought_nothing_new_leads_to_the_same_rows(tmp_path: Path) -> None:
    pull(tmp_path, T0, "Rentrée")
    pull(tmp_path, T0 + timedelta(days=1), "Rentrée")
    assert names(tmp_path, T0 + timedelta(days=2)) == ["Rentrée"]


def test_other_days_and_accounts_stay_out(tmp_path: Path) -> None:
    pull(tmp_path, T0, "Rentrée")
    pull(tmp_path, T0, "Autre compte", account="8")
    pull(tmp_path, T0, "Autre jour", day=date(2026, 9, 8))
    assert sorted(names(tmp_path, T0)) == [
        "Autre compte", "Rentrée",
    ]  # fmt: skip
    assert names(tmp_path, T0, "8") == ["Autre compte"]


def test_an_instant_without_an_offset_is_utc() -> None:
    assert instant("2026-10-01T06:00") == datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert instant("2026-10-01T08:00+02:00") == datetime(2026, 10, 1, 6, tzinfo=UTC)
    assert instant("2026-10-01T06:00:00Z") == datetime(2026, 10, 1, 6, tzinfo=UTC)
    with pytest.raises(BadDate, match="not an instant"):
        instant("yesterday")
