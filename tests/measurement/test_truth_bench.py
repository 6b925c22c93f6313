"""The bench that knows the truth: what analytics see adds up, and calibration brings it nearer."""

from __future__ import annotations

import numpy as np
import pytest

from bench.seen_credits import credits, pairs_of
from bench.seen_world import Seen, seen_world
from bench.truth import AS_CREDITED, CALIBRATED, Result, judge


@pytest.fixture(scope="module")
def seen() -> Seen:
    return seen_world(7, "tiny", 30)


@pytest.fixture(scope="module")
def result() -> Result:
    return judge(7, "tiny")


def test_every_seen_order_is_credited_once(seen: Seen) -> None:
    found, orders = credits(seen), pairs_of(seen).orders
    once = np.isin(np.arange(len(seen.ordered)), orders)
    for model, given in found.items():
        sums = given.sum(axis=1)
        assert sums[~once].max(initial=0) == 0
        if model != "platform_tiktok":
            assert sums[once] == pytest.approx(1)
    # Consent, blockers and second cookies hide some orders, not most.
    assert 0.9 < once.mean() < 1


def test_a_touch_counts_for_its_own_person_and_the_30_days_before(seen: Seen) -> None:
    pairs = pairs_of(seen)
    order = pairs.orders[pairs.order_of_touch]
    age = seen.ordered[order] - seen.touched[pairs.touch]
    assert (seen.touch_user[pairs.touch] == seen.order_user[order]).all()
    assert (age.min(), age.max()) >= (0, 0)
    assert age.max() <= 30 * 86_400


def test_calibration_brings_every_model_nearer_but_one_that_gives_nothing_away(
    result: Result,
) -> None:
    nearer = [
        m for m in result.models if result.error(m, CALIBRATED) < result.error(m, AS_CREDITED)
    ]
    assert set(result.models) - set(nearer) <= {"platform_tiktok"}
    assert result.best_calibrated_wins
