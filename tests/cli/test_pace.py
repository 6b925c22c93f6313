"""How far a pull is and how long it still takes: by plan first, then by what it measured."""

from __future__ import annotations

import pytest

from rivage.cost import Cost
from rivage.pace import Pace, duration, line, now_and_then
from rivage.reports import Went


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_before_anything_is_measured_the_plan_counts(clock: Clock) -> None:
    # 600 calls at 10 a second are a minute; 60 at 2 a second half of one, beside it.
    pace = Pace(
        [("ads", "a", Cost(300, 10, 400)), ("ads", "b", Cost(200, 10)), ("shop", "s", Cost(60, 2))],
        4, clock,
    )  # fmt: skip
    assert pace.left == pytest.approx(60)
    assert pace.sources["shop"].left == pytest.approx(30)
    assert (pace.total("windows"), pace.total("calls_left")) == (560, 660)


def test_what_a_window_takes_corrects_the_calls(clock: Clock) -> None:
    pace = Pace([("ads", "a", Cost(100, 10))], 1, clock)
    pace.begins(0)
    for _ in range(10):
        for _ in range(5):  # five pages, where the plan knew of one call a window
            clock.now += 0.1
            pace.heard(0, Went(calls=1))
        pace.heard(0, Went(windows=1, rows=1_000))
    assert pace.sources["ads"].calls_left == 450
    assert pace.left == pytest.approx(45, rel=0.01)
    clock.now += 0.3
    pace.heard(0, Went(calls=3))  # three of the next window's five
    assert pace.sources["ads"].calls_left == 447
    # 450 calls have yet to land; 50 took (1 + 5.3) / (10 + 50) seconds each.
    assert line(pace) == (
        "53 of about 500 calls, 10 of 100 windows, 10,000 rows, 5 s so far, about 47 s left"
    )


def test_windows_that_are_read_and_not_yet_written_still_take_time(clock: Clock) -> None:
    pace = Pace([("ads", "a", Cost(20, 10))], 1, clock)
    pace.begins(0)
    for windows in (10, 0):  # ten days are landed as one, after all of their calls
        clock.now += 1.0
        pace.heard(0, Went(calls=10))
        clock.now += 3.0 if windows else 0.0
        pace.heard(0, Went(windows=windows))
    assert pace.sources["ads"].calls_left == 0
    assert pace.left == pytest.approx(10 * (1 + 5) / (10 + 10))


def test_a_slower_source_than_planned_takes_longer(clock: Clock) -> None:
    pace = Pace([("ads", "a", Cost(1_000, 10))], 4, clock)
    pace.begins(0)
    for _ in range(100):
        clock.now += 1.0  # a second a call, where the budget gave ten
        pace.heard(0, Went(windows=1, calls=1))
    # 900 calls; 100 measured seconds and ten calls by plan make (1 + 100) / (10 + 100) each.
    assert pace.left == pytest.approx(900 * 101 / 110)


def test_windows_of_an_earlier_try_are_done_but_say_nothing_of_the_speed(clock: Clock) -> None:
    pace = Pace([("files", "f", Cost(100, 0))], 1, clock)
    pace.begins(0)
    pace.heard(0, Went(earlier=90))
    assert pace.left is None
    assert line(pace).endswith("90 of 100 windows, 0 rows, 0 s so far")
    clock.now += 6
    pace.heard(0, Went(windows=2, rows=5))
    assert pace.left == pytest.approx(24)  # 3 s each, 8 left


def test_a_pull_that_failed_is_not_waited_for(clock: Clock) -> None:
    pace = Pace([("ads", "a", Cost(50, 10)), ("ads", "b", Cost(50, 10))], 2, clock)
    pace.begins(0)
    pace.heard(0, Went(calls=3))
    pace.ends(0)
    assert pace.sources["ads"].windows == 50
    assert pace.sources["ads"].calls_left == 50
    pace.begins(1)
    pace.heard(1, Went(windows=50, calls=50))
    pace.ends(1)
    assert (pace.left, pace.sources["ads"].done) == (0.0, True)


def test_sources_that_share_few_threads_take_as_long_as_their_work(clock: Clock) -> None:
    planned = [(f"source{n}", "s", Cost(100, 10)) for n in range(8)]
    assert Pace(planned, 2, clock).left == pytest.approx(40)
    assert Pace(planned, 8, clock).left == pytest.approx(10)


def test_a_line_comes_now_and_then(clock: Clock) -> None:
    said: list[str] = []
    pace = Pace([("ads", "a", Cost(9, 10)), ("shop", "s", Cost(9, 1))], 2, clock)
    listen = now_and_then(said.append, 30, clock)
    for _ in range(70):
        clock.now += 1
        listen(pace)
    assert len(said) == 2
    assert said[0].endswith("30 s so far, about 9 s left (shop 9 s, ads 1 s)")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, "?"), (0, "0 s"), (99, "99 s"), (101, "2 min"), (7_100, "118 min"), (7_200, "2 h"),
     (12_000, "3 h 20 min")],
)  # fmt: skip
def test_durations_read_like_people_say_them(seconds: float | None, told: str) -> None:
    assert duration(seconds) == told
