"""Forecasts of goals: intervals cover what they promise, and certainties are certain."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.measurement.forecast import Outlook, outlook, ratio, total, weekday_share

START = date(2026, 6, 1)  # a Monday
WEEK = np.array([1.0, 0.9, 0.95, 1.0, 1.2, 1.5, 1.3])
SURE = Outlook(np.zeros(2), np.zeros((2, 2)), 1)


def days(count: int, first: date = START) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def drawn(rng: np.random.Generator, count: int, level: float, spread: float = 8.0) -> np.ndarray:
    """Negative binomial counts (variance mu + mu^2 / spread) with a weekly pattern."""
    mean = level * WEEK[np.arange(count) % 7]
    return rng.negative_binomial(spread, spread / (spread + mean)).astype(float)


@pytest.mark.parametrize(("history", "ahead"), [(20, 10), (35, 30), (56, 14), (10, 20)])
def test_the_interval_of_a_count_covers_95_percent(history: int, ahead: int) -> None:
    rng = np.random.default_rng(history)
    inside, runs = 0, 600
    calendar = days(history + ahead)
    for _ in range(runs):
        values = drawn(rng, history + ahead, 25)
        seen = outlook(calendar[:history], values[:history, None], calendar[history:])
        assert seen is not None
        done = values[:history].sum()
        told = total(done, seen, 1e9, lower_is_better=False, may_fall=False)
        assert told.lower is not None
        assert told.upper is not None
        inside += told.lower <= values.sum() <= told.upper
    # Standard error of a share of 0.95 in 600: 0.009.
    assert 0.92 <= inside / runs <= 0.98


def test_the_interval_of_a_ratio_covers_95_percent() -> None:
    rng = np.random.default_rng(5)
    inside, runs = 0, 600
    calendar = days(50)
    for _ in range(runs):
        spent = 100 * WEEK[np.arange(50) % 7] * rng.lognormal(0, 0.2, 50)
        brought = 1.8 * spent * rng.lognormal(0, 0.5, 50)
        both = np.stack([brought, spent], axis=1)
        seen = outlook(calendar[:30], both[:30], calendar[30:])
        assert seen is not None
        done = (brought[:30].sum(), spent[:30].sum())
        told = ratio(done, seen, 2.0, scale=1, lower_is_better=False)
        assert told is not None
        assert told.lower is not None
        assert told.upper is not None
        inside += told.lower <= brought.sum() / spent.sum() <= told.upper
    assert 0.92 <= inside / runs <= 0.98


def test_the_interval_holds_where_noise_lasts() -> None:
    rng = np.random.default_rng(11)
    inside, runs, calendar = 0, 600, days(70)
    for _ in range(runs):
        noise = np.zeros(70)
        for n in range(1, 70):
            noise[n] = 0.5 * noise[n - 1] + rng.normal(0, 10)
        values = 200 * WEEK[np.arange(70) % 7] + noise
        seen = outlook(calendar[:56], values[:56, None], calendar[56:])
        assert seen is not None
        told = total(0, seen, 1e9, lower_is_better=False, may_fall=True)
        assert told.lower is not None
        assert told.upper is not None
        inside += told.lower <= values[56:].sum() <= told.upper
    # Two months estimate a correlation too low, so a little is missing.
    assert inside / runs >= 0.88


def test_chances_are_calibrated() -> None:
    rng = np.random.default_rng(3)
    calendar = days(60)
    told, hit = [], []
    for _ in range(600):
        values = drawn(rng, 60, 30)
        target = float(rng.uniform(0.85, 1.15)) * 30 * WEEK.mean() * 60
        seen = outlook(calendar[:30], values[:30, None], calendar[30:])
        assert seen is not None
        done = values[:30].sum()
        forecast = total(done, seen, target, lower_is_better=False, may_fall=False)
        told.append(forecast.probability)
        hit.append(values.sum() >= target)
    chance, came = np.array(told), np.array(hit)
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        among = (chance >= low) & (chance <= high)
        assert came[among].mean() == pytest.approx(chance[among].mean(), abs=0.1)


@given(
    values=st.lists(st.integers(0, 500), min_size=7, max_size=70),
    ahead=st.integers(1, 90),
    share=st.floats(0.1, 1.0),
)
@settings(max_examples=60, deadline=None)
def test_a_count_that_passed_its_target_has_surely_reached_it(
    values: list[int], ahead: int, share: float
) -> None:
    seen = outlook(
        days(len(values)),
        column(*values),
        days(ahead, START + timedelta(days=len(values))),
    )
    assert seen is not None
    done = float(sum(values))
    told = total(
        done, seen, max(done * share, 1e-9) if done else 0, lower_is_better=False, may_fall=False
    )
    assert told.probability == 1.0
    assert told.lower is not None
    assert told.upper is not None
    assert told.expected is not None
    assert done <= told.lower <= told.expected <= told.upper
    ceiling = total(done, seen, done - 1, lower_is_better=True, may_fall=False)
    assert ceiling.probability == 0.0


@pytest.mark.parametrize(
    ("done", "target", "lower_is_better", "chance"),
    [(10, 10, False, 1), (9, 10, False, 0), (10, 10, True, 1), (11, 10, True, 0)],
)
def test_after_the_end_nothing_is_uncertain(
    done: float, target: float, lower_is_better: bool, chance: float
) -> None:
    told = total(done, SURE, target, lower_is_better=lower_is_better, may_fall=True)
    assert (told.expected, told.lower, told.upper, told.probability) == (done, done, done, chance)
    shared = ratio((done * 2, 2), SURE, target, scale=1, lower_is_better=lower_is_better)
    assert shared is not None
    assert (shared.expected, shared.lower, shared.upper, shared.probability) == (
        done, done, done, chance,
    )  # fmt: skip


def test_followers_can_be_lost_again() -> None:
    seen = outlook(days(28), column(*([-5.0, 5.0] * 14)), days(28, START + timedelta(days=28)))
    assert seen is not None
    assert total(100, seen, 100, lower_is_better=False, may_fall=True).probability == pytest.approx(
        0.5
    )


def test_a_ratio_that_nothing_will_stand_under_has_no_forecast() -> None:
    assert ratio((5, 0), SURE, 1, scale=1, lower_is_better=True) is None


def test_a_ratio_whose_denominator_may_be_nothing_has_no_bounds() -> None:
    unsure = Outlook(np.array([3.0, 1.0]), np.diag([1.0, 4.0]), 20)
    told = ratio((0, 0), unsure, 2, scale=1, lower_is_better=False)
    assert told is not None
    assert told.expected == 3.0
    assert told.lower is None
    assert told.upper is None


def test_too_short_a_history_tells_nothing() -> None:
    assert outlook(days(6), np.ones((6, 1)), days(3)) is None


def test_what_is_due_follows_the_weekdays() -> None:
    # Four weeks in which Saturdays and Sundays bring twice as much: a week weighs 5 + 2 * 2 = 9.
    history = np.array([1, 1, 1, 1, 1, 2, 2] * 4, dtype=float)
    week = days(7, START + timedelta(days=28))
    assert weekday_share(days(28), history, week, week[:5]) == (pytest.approx(5 / 9), True)
    assert weekday_share(days(10), history[:10], week, week[:5]) == (pytest.approx(5 / 7), False)
    assert weekday_share(days(28), history, week, []) == (0.0, True)
