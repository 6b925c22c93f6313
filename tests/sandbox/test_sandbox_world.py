"""One seed gives one world, and its numbers are plausible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sandbox.world import World, WorldConfig
from sandbox.world.brand import TIKTOK_PAID
from sandbox.world.delivery import ROW

DAYS = 14


@pytest.fixture(scope="module")
def world() -> World:
    return World(WorldConfig(days=60))


def test_a_day_made_alone_equals_the_day_made_in_order(world: World) -> None:
    alone = World(WorldConfig(days=60))
    for day in range(6):
        world.sessions(day)
    for name in ("key", "first_seen", "credit_ad", "click_at"):
        ours, theirs = world.sessions(5).journeys, alone.sessions(5).journeys
        assert np.array_equal(getattr(ours, name), getattr(theirs, name))
    assert np.array_equal(world.orders(5).number, alone.orders(5).number)
    assert np.array_equal(world.delivery(5).cells, alone.delivery(5).cells)


def test_same_seed_gives_the_same_export_bytes(export_day: Callable[..., Path]) -> None:
    assert export_day(4, 1).read_bytes() == export_day(4, 1).read_bytes()


def test_another_seed_gives_another_world(export_day: Callable[..., Path]) -> None:
    assert export_day(4, 1).read_bytes() != export_day(4, 1, seed=8).read_bytes()


def test_volumes_are_plausible(world: World) -> None:
    days = range(DAYS)
    cells = sum(world.delivery(day).cells.sum(axis=(1, 2)) for day in days)
    spend, impressions, clicks = (cells[ROW[n]] for n in ("spend", "impressions", "clicks"))
    claimed = sum(world.claims(day).counts[:, 4].sum() for day in days)
    orders = sum(len(world.orders(day)) for day in days) / DAYS
    bought = np.concatenate([world.sessions(day).depth == 4 for day in days]).mean()
    assert 18 <= orders <= 32
    assert 0.02 <= bought <= 0.035
    assert 0.006 <= clicks / impressions <= 0.02
    assert 400 <= spend / impressions * 1000 <= 900  # cents
    assert 1.5 <= claimed / spend <= 5.5


def test_order_numbers_are_consecutive_and_rise_with_time(world: World) -> None:
    numbers = np.concatenate([world.orders(day).number for day in range(DAYS)])
    created = np.concatenate([world.orders(day).created for day in range(DAYS)])
    assert numbers[0] == 1001
    assert np.all(np.diff(numbers) == 1)
    assert np.all(np.diff(created) >= 0)


def test_every_paid_visit_is_a_click_of_its_ad_and_hour(world: World) -> None:
    touch = world.sessions(3).journeys.touch
    paid = touch.channel == TIKTOK_PAID
    delivered = world.delivery(3)
    visits = np.zeros_like(delivered.cells[0])
    np.add.at(visits, (touch.ad[paid], touch.start[paid] // 3600 - delivered.first_hour), 1)
    assert np.all(visits <= delivered.cells[ROW["clicks"]])


def test_some_orders_would_have_happened_anyway_and_some_not(world: World) -> None:
    causes = np.concatenate([world.orders(day).cause_channel for day in range(DAYS)])
    assert 0.4 < (causes < 0).mean() < 0.9
    assert (causes == TIKTOK_PAID).sum() > 10


def test_the_day_summer_time_ends_has_25_hours() -> None:
    world = World(WorldConfig(days=60))
    day = world.config.index(world.config.start.replace(month=10, day=25))
    assert world.delivery(day).cells.shape[2] == 25
