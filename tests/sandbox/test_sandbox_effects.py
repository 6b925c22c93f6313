"""Planted effects: LIVE halo, TopView day, geo experiment, regions."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from fastapi.testclient import TestClient

from sandbox.state import Sandbox
from sandbox.world import World, WorldConfig, brand
from sandbox.world.caused import FIRST_LIVE, GEO, HALO, TOP_VIEW, TOP_VIEW_DAY, source_of
from sandbox.world.content import CHALLENGE, CHALLENGE_DAYS
from sandbox.world.delivery import ROW
from sandbox.world.experiments import EXPERIMENT
from sandbox.world.places import FRANCE, PLACES, REGION_OF_PLACE, REGIONS, analytics_region
from tests.sandbox.conftest import Ask

DAYS = range(40)


@pytest.fixture(scope="module")
def world() -> World:
    return World(WorldConfig(days=60, size="small"))


def test_nobody_comes_by_a_live_before_it_starts_or_48_hours_after(world: World) -> None:
    for nth, live in enumerate(world.content.lives[:6]):
        starts = []
        for day in range(live.day, live.day + 4):
            visits = world.sessions(day).journeys
            mine = (source_of(visits.person) == FIRST_LIVE + nth) & (visits.offset == 0)
            assert set(visits.touch.channel[mine]) <= {brand.TIKTOK_ORGANIC, brand.DIRECT}
            starts += visits.touch.start[mine].tolist()
        after = (np.array(starts) - live.start) / 3600
        assert after.min() >= 0
        assert after.max() < HALO / 3600
        # Decaying: the first half day brings more than the whole second day.
        assert (after < 12).sum() > (after > 24).sum() * 2


def test_a_halo_is_as_large_as_the_plan_says(world: World) -> None:
    live = world.content.lives[0]
    extra = sum(
        int(((source_of(v.person) == FIRST_LIVE) & (v.offset == 0)).sum())
        for v in (world.sessions(day).journeys for day in range(live.day, live.day + 3))
    )
    organic = np.mean([
        (world.sessions(day).journeys.touch.channel == brand.TIKTOK_ORGANIC).sum()
        for day in range(8, 15)
    ])  # fmt: skip
    assert extra == pytest.approx(live.strength * organic, rel=0.3)


def test_only_treated_regions_get_extra_visits_and_as_many_as_planted(world: World) -> None:
    treated = np.array(EXPERIMENT.regions)
    extra = usual = 0
    for day in range(EXPERIMENT.first_day, EXPERIMENT.last_day + 1):
        visits = world.sessions(day).journeys
        region = REGION_OF_PLACE[visits.people.place]
        first_paid = (visits.offset == 0) & (visits.touch.channel == brand.TIKTOK_PAID)
        planted = source_of(visits.person) == GEO
        assert np.isin(region[planted], treated).all()
        extra += int((planted & first_paid).sum())
        ordinary = first_paid & (source_of(visits.person) < 0)
        usual += int((ordinary & np.isin(region, treated)).sum())
    assert extra / usual == pytest.approx(EXPERIMENT.lift, rel=0.05)
    for day in (EXPERIMENT.first_day - 1, EXPERIMENT.last_day + 1):
        visits = world.sessions(day).journeys
        assert not ((source_of(visits.person) == GEO) & (visits.offset == 0)).any()


def test_the_experiment_raises_delivery_by_its_extra_visits(world: World) -> None:
    def clicks(days: range) -> float:
        return float(np.mean([world.delivery(d).cells[ROW["clicks"]].sum() for d in days]))

    before = clicks(range(EXPERIMENT.first_day - 7, EXPERIMENT.first_day))
    during = clicks(range(EXPERIMENT.first_day + 7, EXPERIMENT.first_day + 13))
    # A treated share of about 0.30 of France, 0.845 of all first visits, lifted by 1.5.
    assert 1.2 < during / before < 1.5


def test_orders_of_extra_people_are_all_caused(world: World) -> None:
    seen = 0
    for day in DAYS:
        orders = world.orders(day)
        source = np.where(orders.visit >= 0, source_of(orders.person), -1)
        assert (orders.cause_channel[source >= 0] >= 0).all()
        live = source >= FIRST_LIVE
        assert (orders.cause_channel[live] == brand.TIKTOK_ORGANIC).all()
        seen += int((source >= 0).sum())
    assert seen > 50


def test_top_view_is_one_day_with_its_own_cost(world: World) -> None:
    (ad,) = [n for n, ad in enumerate(world.accounts.ads)
             if world.accounts.campaigns[ad.campaign].reserved]  # fmt: skip
    spend = [int(world.delivery(day).cells[ROW["spend"], ad].sum()) for day in DAYS]
    assert [day for day in DAYS if spend[day]] == [TOP_VIEW_DAY]
    visits = world.sessions(TOP_VIEW_DAY).journeys
    mine = (source_of(visits.person) == TOP_VIEW) & (visits.offset == 0)
    by = np.bincount(visits.touch.channel[mine], minlength=len(brand.CHANNELS))
    assert by[brand.DIRECT] > 0
    assert by[brand.TIKTOK_ORGANIC] > 0
    assert by[brand.TIKTOK_PAID] == (visits.touch.ad == ad).sum() > 0
    assert (visits.touch.cause_ad[mine] == ad).all()


def test_the_challenge_has_a_campaign_that_runs_on_its_days(world: World) -> None:
    (at,) = [n for n, c in enumerate(world.accounts.campaigns) if CHALLENGE in c.name]
    ads = [n for n, ad in enumerate(world.accounts.ads) if ad.campaign == at]
    running = [day for day in DAYS if world.delivery(day).cells[ROW["impressions"], ads].sum()]
    assert running == list(range(CHALLENGE_DAYS[0], CHALLENGE_DAYS[1] + 1))


def test_spark_ads_show_older_posts_of_the_plan(world: World) -> None:
    posts = {post.item_id: post for post in world.content.posts}
    sparks = [ad for ad in world.accounts.ads if world.accounts.campaigns[ad.campaign].spark]
    assert len(sparks) == 9
    for ad in sparks:
        assert ad.item_id is not None
        assert posts[ad.item_id].spark
        assert posts[ad.item_id].published < world.plan.day(ad.created).midnight


def test_people_live_where_the_country_lives(world: World) -> None:
    place = np.concatenate([world.sessions(day).journeys.people.place for day in range(14)])
    region = REGION_OF_PLACE[place]
    share = np.bincount(region[region >= 0], minlength=13) / (region >= 0).sum()
    people = np.array([r.people for r in REGIONS])
    assert np.allclose(share, people / people.sum(), atol=0.01)


def test_orders_go_where_the_visit_came_from(world: World) -> None:
    orders, visits = world.orders(5), world.sessions(5).journeys
    web = orders.visit >= 0
    assert np.array_equal(orders.place[web], visits.people.place[orders.visit[web]])
    for row in np.flatnonzero(orders.country == FRANCE)[:50].tolist():
        assert orders.zip_of(row) in PLACES[orders.place[row]].zips
    assert np.all((orders.region >= 0) == (orders.country == FRANCE))


def test_analytics_show_the_region_of_the_city(ga4: Ask) -> None:
    body = {"dimensions": [{"name": "region"}, {"name": "city"}], "metrics": [{"name": "sessions"}],
            "dateRanges": [{"startDate": "2026-09-05", "endDate": "2026-09-08"}]}  # fmt: skip
    rows = [tuple(v["value"] for v in row["dimensionValues"]) for row in ga4(body)["rows"]]
    known = {(analytics_region(n), place.analytics_city) for n, place in enumerate(PLACES)}
    assert set(rows) <= known
    assert len(rows) > 15


def test_truth_tells_what_lives_and_experiments_brought(client: TestClient, box: Sandbox) -> None:
    box.clock.set(datetime(2026, 10, 5, 6, tzinfo=UTC))
    lives = client.get("/_sandbox/truth/lives").json()
    assert len(lives) == sum(live.start <= box.clock.epoch for live in box.world.content.lives)
    orders = {one["name"]: one for one in client.get("/_sandbox/truth/orders").json()}
    assert sum(live["orders"] for live in lives) > 0
    for live in lives:
        named = [orders[name] for name in live["order_names"]]
        assert all(one["counted"] and one["caused_by"] == "tiktok_organic" for one in named)
        assert live["revenue_cents"] == sum(one["total_cents"] for one in named)
        assert live["orders_within_48h"] <= live["orders"]
    (found,) = client.get("/_sandbox/truth/experiments").json()
    assert 0 < found["incremental_orders_during"] <= found["incremental_orders"]
    assert found["incremental_orders_during"] < found["treated_orders_during"]
    web = [
        one for one in orders.values()
        if one["counted"] and one["source"] == "web"
        and found["start_date"] <= one["order_date"] <= found["end_date"]
    ]  # fmt: skip
    assert found["treated_orders_during"] == sum(
        one["region"] in found["treated_regions"] for one in web
    )


def test_an_experiment_is_not_known_before_it_starts(client: TestClient, box: Sandbox) -> None:
    box.clock.set(datetime(2026, 9, 10, tzinfo=UTC))
    assert client.get("/_sandbox/truth/experiments").json() == []
