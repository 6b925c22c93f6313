"""What another pipeline has loaded can be landed here, and gives the same sums."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.warehouse import dbt, load
from tests.fivetran.landed import HERE, land

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]
MARTS = ["kpi_ads_daily", "kpi_adgroup_daily", "kpi_campaign_daily", "kpi_advertiser_daily"]
THEIRS = """
    select {by}, sum(spend)::decimal(18, 4), sum(impressions)::bigint, sum(clicks)::bigint,
        sum(conversion)::bigint
    from report inner join ads using (ad_id) group by all order by all
"""
OURS = """
    select {by}, sum({spend})::decimal(18, 4), sum(impressions)::bigint, sum(clicks)::bigint,
        sum(conversions)::bigint
    from {table} group by all order by all
"""


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Their tables, landed, loaded and built; beside the tables themselves."""
    settings = Settings(_env_file=None, home=tmp_path_factory.mktemp("home"))
    store = Store(settings.landing_url, settings.home / "tmp")
    land(store)
    with duckdb.connect(str(settings.warehouse)) as db:
        load.load_all(db, store, all_streams().values())
    also = ("dim_ad", "dim_campaign", "kpi_audience_daily", "stg_tiktok_ads__ad_hourly")
    models = [f"+{name}" for name in (*MARTS, *also)]
    # Tests that compare with marts of other sources wait for all of their marts.
    whole = ["--indirect-selection", "cautious", "--exclude", "resource_type:unit_test"]
    dbt.run(settings, ["build", "--select", *models, *whole])
    with duckdb.connect() as db:
        db.execute(f"attach '{settings.warehouse}' as warehouse (read_only)")
        db.execute(f"attach '{settings.candidate}' as candidate (read_only)")
        text = "all_varchar = true"
        db.execute(
            "create table report as select * replace (spend::decimal(18, 4) as spend, "
            "impressions::int as impressions, clicks::int as clicks, conversion::int as conversion"
            f") from read_csv('{HERE}/ad_report_hourly.csv', {text})"
        )
        db.execute(
            "create table ads as select ad_id, any_value(adgroup_id) as adgroup_id, "
            "any_value(campaign_id) as campaign_id, any_value(advertiser_id) as advertiser_id "
            f"from read_csv('{HERE}/ad_history.csv', {text}) group by all"
        )
        yield db


def rows(db: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return db.execute(query).fetchall()


def test_every_hour_of_every_ad_has_the_same_sums(db: duckdb.DuckDBPyConnection) -> None:
    theirs = rows(db, THEIRS.format(by="ad_id, stat_time_hour::timestamp"))
    table = "warehouse.staging.stg_tiktok_ads__ad_hourly"
    ours = OURS.format(by="ad_id, report_hour", spend="spend_account_currency", table=table)
    assert len(theirs) > 20
    assert rows(db, ours) == theirs


@pytest.mark.parametrize(
    ("mart", "key"), list(zip(MARTS, ("ad_id", "adgroup_id", "campaign_id", "advertiser_id"),
                              strict=True)),
)  # fmt: skip
def test_every_day_of_every_level_has_the_same_sums(
    db: duckdb.DuckDBPyConnection, mart: str, key: str
) -> None:
    theirs = rows(db, THEIRS.format(by=f"{key}, stat_time_hour[:10]::date"))
    ours = OURS.format(by=f"{key}, report_date", spend="spend", table=f"candidate.{mart}")
    assert rows(db, ours) == theirs
    # Hours have no sum of people: reach is unknown, not 0.
    assert rows(db, f"select distinct reach, frequency from candidate.{mart}") == [(None, None)]


def test_ads_belong_where_the_histories_say(db: duckdb.DuckDBPyConnection) -> None:
    ours = rows(db, "select distinct ad_id, adgroup_id, campaign_id from candidate.kpi_ads_daily "
                    "order by all")  # fmt: skip
    assert ours == rows(db, "select ad_id, adgroup_id, campaign_id from ads order by all")
    named = rows(db, "select ad_name from candidate.dim_ad where ad_id like '%404'")
    assert named == [("temoignage client",)]


def test_a_change_in_the_histories_is_a_state_of_its_own(db: duckdb.DuckDBPyConnection) -> None:
    states = rows(
        db,
        "select campaign_name, valid_from::varchar from "
        "warehouse.staging.stg_tiktok_ads__campaign_history where campaign_id like '%201' "
        "order by valid_from",
    )
    assert states == [("Lancement", "2026-03-28"), ("Lancement printemps", "2026-03-29")]
    budgets = rows(
        db,
        "select distinct adgroup_id[-3:], budget_period, budget from candidate.kpi_adgroup_daily "
        "order by all",
    )
    assert [(key, period, int(str(budget).split(".")[0])) for key, period, budget in budgets] == [
        ("301", "day", 40), ("302", "day", 25), ("303", "day", 30)
    ]  # fmt: skip
