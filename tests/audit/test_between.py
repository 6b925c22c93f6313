"""The rules between marts: silent on a sound candidate, loud when one of the two sides moved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb
import pytest

from rivage.audit.suites import BETWEEN, between, written
from tests.homes import Pipeline

pytestmark = pytest.mark.pipeline

NEWEST = "(select max(horizon_date) from ops_freshness)"


@cache
def rules() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every hand-written rule in SQL: its mart and itself, by the rule's words."""
    found = {
        rule["meta"]["rule"]: (mart, rule) for mart, all_ in between().items() for rule in all_
    }
    for suite in written():
        found |= {rule["meta"]["rule"]: (suite.mart, rule) for rule in suite.expectations}
    return {told: one for told, one in found.items() if "unexpected_rows_query" in one[1]["kwargs"]}


@pytest.fixture(scope="module")
def audited(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The candidate of the ordinary next day with its published version, all changes undone."""
    home = pipeline.before("audit")
    path = tmp_path_factory.mktemp("between") / "candidate.duckdb"
    shutil.copy(home / "candidate.duckdb", path)
    published = (home / "published" / "marts.duckdb").resolve()
    with duckdb.connect(str(path)) as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach '{published}' as published (read_only)")
        yield db


def breaking(db: Any, told: str) -> list[dict[str, Any]]:
    """The rows that break a rule."""
    mart, rule = rules()[told]
    query = rule["kwargs"]["unexpected_rows_query"].replace("{batch}", mart)
    rows = db.execute(f"select * from ({query})")
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def test_a_sound_candidate_breaks_no_rule_between_marts(audited: Any) -> None:
    told = [told for told, (_, rule) in rules().items() if rule["meta"].get("gate") == BETWEEN]
    assert len(told) >= 20
    assert {one: rows for one in told if (rows := breaking(audited, one))} == {}


FAULTS = [
    ("ads, ad groups and campaigns of a day spend what the account reports",
     [f"delete from kpi_adgroup_daily where report_date = {NEWEST} and hash(adgroup_id) % 2 = 0"]),
    ("ads, ad groups and campaigns of a day spend what the account reports",
     [f"delete from kpi_advertiser_daily where report_date = {NEWEST}"]),
    ("the business page spends what the campaigns spent",
     [f"update kpi_business_daily set spend = spend + 0.01 where report_date = {NEWEST}"]),
    ("a unit of account currency is worth what it was",
     [f"update kpi_campaign_daily set spend = spend * 1.3 where report_date = {NEWEST}"]),
    ("an ad account keeps its currency and its zone",
     ["update dim_campaign set account_timezone = 'America/New_York'"]),
    ("orders and revenue equal the back office's",
     [f"update kpi_shop_daily set net_revenue = net_revenue + 0.01 where report_date = {NEWEST}"]),
    ("products add up to the shop's day",
     [f"delete from kpi_product_daily where report_date = {NEWEST} and product_key like 'AR-S%'"]),
    ("every model shares out the back office's orders and net revenue, to the cent",
     [f"update attr_channel_daily set net_revenue = net_revenue + 0.01 "
      f"where report_date = {NEWEST} and model = 'markov' and channel = 'Direct'"]),
    ("an order's weights add up to 1 under every model",
     [f"update attr_credits set shapley = shapley * 0.999 where order_date = {NEWEST}"]),
    ("an order's weights add up to 1 under every model",
     ["update attr_credits set platform_tiktok = 0.5 where platform_tiktok = 1"]),
    ("weights lie between 0 and 1", ["update attr_credits set linear = -linear"]),
    ("credits of a day are the channels' credits of that day",
     [f"delete from attr_credits where order_date = {NEWEST} and hash(order_id) % 3 = 0"]),
    ("campaigns of a channel add up to the channel",
     [f"delete from attr_campaign_daily where report_date = {NEWEST} and channel = 'Direct'"]),
    ("ads add up to the paid TikTok channels",
     [f"update attr_ad_daily set spend = 0 where report_date = {NEWEST}"]),
    ("content surfaces of the web shop add up to its channels",
     [f"delete from attr_content_daily where report_date = {NEWEST} and shop = 'web'"]),
    ("calibration starts from the channels' credits",
     [f"update attr_calibrated_daily set orders = orders + 1 where report_date = {NEWEST}"]),
    ("every touch is counted in, or set apart with a reason",
     [f"delete from attr_touches where touch_date = {NEWEST} and tracker = 'ga4'"]),
    ("countries and devices add up to GA4's sessions",
     [f"delete from kpi_web_audience_daily where report_date = {NEWEST} and country = 'France'"]),
    ("funnel, landing pages and traffic count the same sessions",
     [f"update kpi_funnel_daily set sessions = 0 where report_date = {NEWEST}"]),
    ("our sessions are the usual share of GA4's own total",
     [f"update kpi_web_traffic_daily set sessions = 0 where report_date = {NEWEST}"]),
    ("GA4's report counts the purchases of its export on the same days",
     [f"update kpi_web_traffic_daily set ga4_purchases = 2 * ga4_purchases "
      f"where report_date > {NEWEST} - 3"]),
    ("TikTok says 200, the back office 120: claims stay within 1.5 times what can be real",
     ["update attr_reconciliation_daily set units = 10 * units "
      "where side = 'claim' and reason = 'duplicate event'",
      "update attr_reconciliation_daily set reason = 'duplicate event' "
      "where side = 'claim' and scope = 'web ads' and reason <> 'matched'"]),
    ("TikTok never claims more purchases than the shop has orders",
     ["update attr_reconciliation_daily set units = 10 * units where side = 'claim'"]),
    ("purchase events are rarely sent twice",
     ["update kpi_funnel_daily set purchase_events_removed = purchase_events"]),
    ("nothing is spent without an impression", ["update kpi_ads_daily set impressions = 0"]),
    ("every order has a line", ["update kpi_shop_daily set units = orders - 1"]),
    ("every campaign has a name that can be read", ["update dim_campaign set campaign_name = ' '"]),
    ("a day gives back less than half of four weeks' sales",
     [f"update kpi_shop_daily set refunds = 1e6 where report_date = {NEWEST}"]),
]  # fmt: skip


@pytest.fixture
def changed(audited: Any) -> Iterator[Any]:
    """The candidate to change, for one test."""
    audited.execute("begin")
    yield audited
    audited.execute("rollback")


@pytest.mark.parametrize(("told", "changes"), FAULTS)
def test_a_planted_fault_breaks_its_rule(changed: Any, told: str, changes: list[str]) -> None:
    for change in changes:
        changed.execute(change)
    assert breaking(changed, told)


def test_ads_that_stop_while_a_campaign_is_on_are_told_from_a_pause(changed: Any) -> None:
    told = "ads stop only when their campaigns are switched off"
    # The candidate has seven days with spend: the next one comes, without ads.
    changed.execute("update ops_freshness set horizon_date = horizon_date + 1")
    assert {str(row["report_date"]) for row in breaking(changed, told)} == {"2026-10-01"}
    changed.execute("update dim_campaign set operation_status = 'DISABLE'")
    assert breaking(changed, told) == []


def test_a_campaign_that_drops_out_is_told_from_one_switched_off(changed: Any) -> None:
    told = "a campaign that spends every day does not vanish while it is on"
    # All rows one day on, so that seven days with spend come before the newest.
    changed.execute("update kpi_campaign_daily set report_date = report_date - 1")
    largest = "(select arg_max(campaign_id, spend) from kpi_campaign_daily)"
    changed.execute(
        "insert into kpi_campaign_daily select * replace (report_date + 1 as report_date) "
        f"from kpi_campaign_daily where report_date = {NEWEST} - 1 and campaign_id <> {largest}"
    )
    (found,) = breaking(changed, told)
    off = f"update dim_campaign set operation_status = 'DISABLE' where campaign_id = {largest}"
    changed.execute(off)
    assert found["campaign_id"]
    assert breaking(changed, told) == []


def test_a_closed_day_may_change_only_with_a_restatement(changed: Any) -> None:
    told = "closed days keep their spend unless TikTok restated them"
    of_day = f"where report_date = {NEWEST} - 5"
    changed.execute("update ops_freshness set lookback_days = 3")
    changed.execute(f"update kpi_campaign_daily set spend = 3 * spend {of_day}")
    assert breaking(changed, told)
    changed.execute(
        f"update attr_restatement_daily set is_first = false, spend_change = 2 * spend {of_day}"
    )
    assert breaking(changed, told) == []


def test_orders_of_a_closed_day_stay(changed: Any) -> None:
    told = "closed days keep their orders and revenue"
    changed.execute("update ops_freshness set lookback_days = -10")  # closes the first days
    assert breaking(changed, told) == []
    changed.execute("update kpi_business_daily set orders = orders / 2")
    assert breaking(changed, told)
