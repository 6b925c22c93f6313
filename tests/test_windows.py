"""Windows cover each day exactly once, whatever the cap."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.errors import BadDate, WindowInFuture
from rivage.windows import Window, parse_day, refuse_future, today_in

days = st.dates(date(2016, 1, 1), date(2030, 12, 31))
windows = st.builds(
    lambda start, n: Window(start, start + timedelta(days=n)), days, st.integers(0, 800)
)


@given(windows, st.integers(1, 400))
def test_a_split_covers_every_day_exactly_once(window: Window, cap: int) -> None:
    pieces = list(window.split(cap))
    assert [d for piece in pieces for d in piece.each_day()] == list(window.each_day())
    assert all(piece.days <= cap for piece in pieces)


@given(windows.filter(lambda w: w.days > 1))
def test_halves_cover_every_day_exactly_once(window: Window) -> None:
    left, right = window.halves()
    assert list(left.each_day()) + list(right.each_day()) == list(window.each_day())


def test_a_single_day_is_a_window() -> None:
    # The common mistake: a splitter that yields nothing when start == end.
    day = date(2026, 9, 1)
    assert list(Window(day, day).split(30)) == [Window(day, day)]


def test_a_window_can_not_end_before_it_starts() -> None:
    with pytest.raises(BadDate, match="2026-09-02"):
        Window(date(2026, 9, 2), date(2026, 9, 1))


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-9-1", "2026-02-30", "20260901", "2026-09-01T00"]
)
def test_a_malformed_date_is_quoted_in_the_error(text: str) -> None:
    with pytest.raises(BadDate, match="is not a date"):
        parse_day(text)


def test_today_is_the_accounts_own() -> None:
    # 21:30 UTC on the 1st is already the 2nd on Réunion (UTC+4), still the 1st in Paris.
    now = datetime(2026, 10, 1, 21, 30, tzinfo=UTC)
    assert today_in("Indian/Reunion", now) == date(2026, 10, 2)
    assert today_in("Europe/Paris", now) == date(2026, 10, 1)
    two = Window(date(2026, 10, 2), date(2026, 10, 2))
    refuse_future(two, "Indian/Reunion", now)
    with pytest.raises(WindowInFuture, match="Europe/Paris"):
        refuse_future(two, "Europe/Paris", now)
