"""Traps of web analytics that only show once the export has become sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from tests.conftest import Pipeline

pytestmark = pytest.mark.pipeline
One = Callable[[str], Any]


@pytest.fixture(scope="module")
def one(pipeline: Pipeline) -> Iterator[One]:
    """The single value of a query on the warehouse after the first load."""
    with duckdb.connect(str(pipeline.first / "warehouse.duckdb"), read_only=True) as db:

        def ask(sql: str) -> Any:
            row = db.execute(sql).fetchone()
            return row[0] if row else None

        yield ask


SESSIONS_AS_EXPORTED = """
    select distinct user_pseudo_id, stream_id, list_filter(
        event_params, lambda p: p.key = 'ga_session_id')[1].value.int_value as session_id
    from landing.ga4_export__events
    where user_pseudo_id is not null and session_id is not null
"""


def test_rows_without_a_source_stay_in_the_sums(one: One) -> None:
    assert one("select count(*) from landing.ga4__traffic_daily where session_source = ''") > 0
    sent = one("select sum(sessions::bigint) from landing.ga4__traffic_daily")
    assert one("select sum(sessions) from staging.stg_ga4__traffic_daily") == sent
    assert one("select count(*) from staging.stg_ga4__traffic_daily where source is null") > 0
    assert one("select sum(sessions) from staging.stg_ga4__landing_page_daily") == sent


def test_sessions_are_built_from_keys_over_all_events(one: One) -> None:
    """session_start is flaky, logins change user_id, cookieless hits have no id at all."""
    wanted = one(f"select count(*) from ({SESSIONS_AS_EXPORTED})")
    assert one("select count(*) from intermediate.int_web__sessions") == wanted
    started = one(
        "select count(distinct session_key) from intermediate.int_web__events "
        "where event_name = 'session_start'"
    )
    assert 0.9 * wanted < started < wanted
    logged_in = (
        "select count(*) from (select user_pseudo_id from landing.ga4_export__events "
        "where event_name <> 'refund' group by user_pseudo_id, list_filter(event_params, "
        "lambda p: p.key = 'ga_session_id')[1].value.int_value "
        "having count(user_id) > 0 and count(user_id) < count(*))"
    )
    assert one(logged_in) > 0
    cookieless = "select count(*) from intermediate.int_web__events where user_pseudo_id is null"
    assert one(cookieless) > 0
    assert one(f"{cookieless} and session_key is not null") == 0


def test_a_session_over_midnight_stays_one(one: One) -> None:
    twice = (
        "select count(*) from (select session_key from intermediate.int_web__sessions "
        "group by 1 having count(*) > 1)"
    )
    assert one(twice) == 0


def test_payment_gateways_earn_no_credit(one: One) -> None:
    """The gateway opens a referral session just before the purchase."""
    assert one(
        "select count(*) from landing.ga4_export__events where event_name = 'session_start' and "
        "list_filter(event_params, lambda p: p.key = 'page_referrer')[1].value.string_value "
        "like 'https://paiement.%'"
    ) > 0  # fmt: skip
    assert one("select count(*) from intermediate.int_web__sessions where is_gateway_return") > 0
    credited = "select count(*) from intermediate.int_web__sessions where source like 'paiement.%'"
    assert one(credited) == 0


def test_sessions_that_only_a_referrer_explains_are_not_direct(one: One) -> None:
    for source, medium in (("google", "organic"), ("tiktok.com", "referral")):
        found = (
            "select count(*) from intermediate.int_web__sessions "
            f"where source = '{source}' and medium = '{medium}'"
        )
        assert one(found) > 0


def test_a_click_id_of_the_search_ads_beats_the_organic_label(one: One) -> None:
    labelled = (
        "select count(*) from landing.ga4_export__events where "
        "collected_traffic_source.gclid is not null "
        "and collected_traffic_source.manual_medium = 'organic'"
    )
    assert one(labelled) > 0
    assert one(
        f"select count(*) from ({labelled.replace('count(*)', 'user_pseudo_id, event_timestamp')}) "
        "as l join intermediate.int_web__events as e on e.user_pseudo_id = l.user_pseudo_id "
        "and e.event_at = make_timestamptz(l.event_timestamp) "
        "and e.event_name = 'page_view' and e.medium <> 'cpc'"
    ) == 0  # fmt: skip


def test_macros_that_were_never_filled_in_join_nothing(one: One) -> None:
    raw = "select count(*) from intermediate.int_web__sessions where campaign_name like '%\\_\\_%'"
    assert one(f"{raw} escape '\\'") > 0
    table = "intermediate.int_web__session_channels"
    marked = f"select count(*) from {table} where campaign_name = '(unreplaced macro)'"
    assert one(f"{marked} and ad_id = '(unreplaced macro)'") > 0
    for column in ("campaign_name", "campaign_id", "ad_id"):
        left = f"select count(*) from {table} where {column} like '\\_\\_%\\_\\_' escape '\\'"
        assert one(left) == 0


def test_tagged_clicks_without_a_click_id_still_join(one: One) -> None:
    """A redirect drops ttclid; the tags carry the ids."""
    lost = (
        "select count(*) from intermediate.int_web__sessions where source = 'tiktok' "
        "and medium = 'paid_social' and ttclid is null and campaign_id is not null"
    )
    assert one(lost) > 0


def test_visits_of_both_tools_are_the_same_people_under_other_rules(one: One) -> None:
    """Matomo needs no consent, so it sees more visitors than the export has sessions."""
    day = "where {} between date '2026-09-25' and date '2026-09-28'"
    visits = one(f"select count(*) from staging.stg_matomo__visits {day.format('visit_date')}")
    sessions = one(
        f"select count(*) from intermediate.int_web__sessions {day.format('session_date')}"
    )
    assert 1.02 * sessions < visits < 1.3 * sessions
    outside = (
        "select count(*) from staging.stg_matomo__actions as a "
        "join staging.stg_matomo__visits as v using (visit_key) "
        "where a.action_at not between v.started_at and v.last_action_at"
    )
    assert one(outside) == 0
