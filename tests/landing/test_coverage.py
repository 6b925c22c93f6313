"""What an ordinary run reads: the look-back, and holes; never history nobody asked for."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rivage.landing.coverage import Coverage, ordinary_window
from rivage.streams import stream
from rivage.windows import Window

ADS = stream("tiktok_ads__ad_daily")  # reads 28 days again
D = date(2026, 10, 31)


def covered(first: date, last: date, *holes: date) -> Coverage:
    days = frozenset(Window(first, last).each_day()) - set(holes)
    return Coverage(ADS.name, "1", frozenset(days))


def test_the_look_back_is_read_again() -> None:
    have = covered(date(2026, 9, 1), date(2026, 10, 30))
    assert ordinary_window(ADS, have, D) == Window(date(2026, 10, 3), D)


def test_nothing_before_the_first_load_is_read() -> None:
    have = covered(date(2026, 10, 20), date(2026, 10, 30))
    assert ordinary_window(ADS, have, D) == Window(date(2026, 10, 20), D)
    assert ordinary_window(ADS, None, D) == Window(D, D)
    assert ordinary_window(ADS, covered(date(2026, 12, 1), date(2026, 12, 2)), D) == Window(D, D)


def test_a_hole_an_outage_left_is_filled() -> None:
    have = covered(date(2026, 8, 1), date(2026, 10, 30), date(2026, 9, 5))
    assert ordinary_window(ADS, have, D) == Window(date(2026, 9, 5), D)


def test_a_snapshot_is_taken_for_the_day_alone() -> None:
    names = stream("tiktok_ads__campaigns")
    have = Coverage(names.name, "1", frozenset({date(2026, 9, 1)}))
    assert ordinary_window(names, have, D) == Window(D, D)


@given(st.sets(st.integers(1, 60), min_size=1))
def test_after_an_ordinary_run_no_day_is_missing(offsets: set[int]) -> None:
    have = Coverage(ADS.name, "1", frozenset(D - timedelta(days=n) for n in offsets))
    window = ordinary_window(ADS, have, D)
    after = have.days | set(window.each_day())
    assert have.first is not None
    assert not Coverage(ADS.name, "1", frozenset(after)).missing(Window(have.first, D))
