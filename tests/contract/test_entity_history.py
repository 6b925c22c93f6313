"""Names, budgets and status over time, from daily snapshots that go through landing and dbt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from rivage.connectors.base import Account, Page
from rivage.landing.store import Store
from rivage.landing.writer import write
from rivage.settings import Settings
from rivage.streams import all_streams, stream
from rivage.warehouse import dbt, load
from rivage.windows import Window, parse_day
from tests.simulated import SALT

pytestmark = pytest.mark.pipeline
ACCOUNT = Account("7001", "x", "Europe/Paris", "EUR")
Rows = list[dict[str, Any]]


def campaign(key: str, name: str, budget: float, status: str = "ENABLE") -> dict[str, Any]:
    return {
        "campaign_id": key, "advertiser_id": ACCOUNT.id, "campaign_name": name, "budget": budget,
        "budget_mode": "BUDGET_MODE_DAY", "operation_status": "ENABLE",
        "secondary_status": f"CAMPAIGN_STATUS_{status}", "create_time": "2026-10-01 08:00:00",
        "modify_time": "2026-11-01 08:00:00",
    }  # fmt: skip


def ad(key: str, name: str) -> dict[str, Any]:
    return {
        "ad_id": key, "adgroup_id": "20", "campaign_id": "10", "advertiser_id": ACCOUNT.id,
        "ad_name": name, "operation_status": "ENABLE", "secondary_status": "AD_STATUS_DELIVERY_OK",
        "create_time": "2026-10-01 08:00:00", "modify_time": None,
    }  # fmt: skip


SNAPSHOTS: dict[str, tuple[Rows, Rows]] = {
    "2026-11-01": ([campaign("10", "Automne", 100), campaign("11", "Fin", 50)],
                   [ad("30", "ugc"), ad("31", "old")]),
    "2026-11-02": ([campaign("10", "Automne", 140), campaign("11", "Fin", 50, "DELETE")],
                   [ad("30", "ugc"), ad("31", "old")]),
    # No snapshot on the 3rd. On the 4th TikTok has dropped what was deleted.
    "2026-11-04": ([campaign("10", "Hiver", 140)], [ad("30", "ugc v2")]),
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Three snapshots, loaded and staged."""
    settings = Settings(_env_file=None, home=tmp_path_factory.mktemp("home"))
    store = Store(settings.landing_url, settings.home / "tmp")

    def land(name: str, day: str, records: Rows) -> None:
        window = Window(parse_day(day), parse_day(day))
        page = Page(records, "", "v1.3", 0, 1)
        at = datetime(2026, 11, 5, tzinfo=UTC)
        write(stream(name), ACCOUNT, window, [page], store=store, salt=SALT, pulled_at=at)

    for day, (campaigns, ads) in SNAPSHOTS.items():
        land("tiktok_ads__campaigns", day, campaigns)
        land("tiktok_ads__ads", day, ads)
        land("tiktok_ads__campaign_daily", day, [])  # brings the day into a build's reach
    with duckdb.connect(str(settings.warehouse)) as db:
        load.load_all(db, store, all_streams().values())
    models = [f"stg_tiktok_ads__{one}" for one in ("campaigns", "ads", "campaign_history",
                                                   "ad_history")]  # fmt: skip
    dbt.run(settings, ["build", "--select", *models, "--exclude", "resource_type:unit_test"])
    with duckdb.connect(str(settings.warehouse), read_only=True) as db:
        yield db


def test_each_name_and_budget_has_its_days(warehouse: Any) -> None:
    found = warehouse.execute(
        "select campaign_name, budget_account_currency::int, valid_from::varchar, "
        "valid_to::varchar from staging.stg_tiktok_ads__campaign_history "
        "where campaign_id = '10' order by valid_from"
    ).fetchall()
    assert found == [
        ("Automne", 100, "2026-11-01", "2026-11-01"),
        ("Automne", 140, "2026-11-02", "2026-11-03"),
        ("Hiver", 140, "2026-11-04", None),
    ]


def test_any_day_has_one_state_at_most(warehouse: Any) -> None:
    twice = warehouse.execute(
        "select a.campaign_id from staging.stg_tiktok_ads__campaign_history as a "
        "join staging.stg_tiktok_ads__campaign_history as b on a.campaign_id = b.campaign_id "
        "and a.valid_from < b.valid_from and b.valid_from <= coalesce(a.valid_to, '9999-12-31')"
    ).fetchall()
    assert twice == []


def test_an_entity_that_is_no_longer_listed_keeps_its_name(warehouse: Any) -> None:
    query = "select campaign_name, is_deleted from staging.stg_tiktok_ads__campaigns order by all"
    assert warehouse.execute(query).fetchall() == [("Fin", True), ("Hiver", False)]
    query = "select ad_name, is_deleted from staging.stg_tiktok_ads__ads order by all"
    assert warehouse.execute(query).fetchall() == [("old", True), ("ugc v2", False)]
    ended = warehouse.execute(
        "select secondary_status, valid_to::varchar from staging.stg_tiktok_ads__campaign_history "
        "where campaign_id = '11' order by valid_from"
    ).fetchall()
    assert ended == [
        ("CAMPAIGN_STATUS_ENABLE", "2026-11-01"), ("CAMPAIGN_STATUS_DELETE", "2026-11-03"),
    ]  # fmt: skip
    query = (
        "select ad_name, valid_to::varchar from staging.stg_tiktok_ads__ad_history "
        "where ad_id = '31'"
    )
    assert warehouse.execute(query).fetchall() == [("old", "2026-11-03")]
