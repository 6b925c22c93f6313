"""Which days a run reads."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rivage.airflow.dates import Asked, asked
from rivage.errors import BadDate
from rivage.streams import stream
from rivage.windows import Window

PARIS = "Europe/Paris"
# 06:30 in Paris, where the interval of 30 September starts.
START = datetime(2026, 9, 30, 4, 30, tzinfo=UTC)
DUE = datetime(2026, 10, 1, 4, 30, tzinfo=UTC)
DAY = date(2026, 9, 30)


def ask(params: dict[str, str | None] | None = None, **clues: object) -> Asked:
    given = {"run_type": "scheduled", "interval_start": START, "run_after": DUE, "zone": PARIS}
    return asked(params or {}, **(given | clues))  # type: ignore[arg-type]


def test_a_scheduled_run_is_about_the_day_its_interval_starts_on() -> None:
    assert ask() == Asked(Window(DAY, DAY), exact=False)


def test_a_run_without_interval_is_about_yesterday() -> None:
    # Triggered by hand or by an asset: Airflow gives neither logical date nor interval.
    assert ask(interval_start=None).window == Window(DAY, DAY)


def test_yesterday_is_counted_in_the_reporting_zone() -> None:
    # 22:30 UTC on 30 September is already 1 October in Paris, so yesterday is the 30th.
    late = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    assert ask(interval_start=None, run_after=late).window.end == DAY
    assert ask(interval_start=None, run_after=late, zone="UTC").window.end == date(2026, 9, 29)


def test_a_backfill_reads_exactly_its_day() -> None:
    assert ask(run_type="backfill") == Asked(Window(DAY, DAY), exact=True)


def test_params_win_over_every_other_clue() -> None:
    found = ask({"from_date": "2026-08-01", "to_date": "2026-08-03"}, run_type="backfill")
    assert found == Asked(Window(date(2026, 8, 1), date(2026, 8, 3)), exact=True)


def test_from_alone_reads_through_the_runs_own_day() -> None:
    assert ask({"from_date": "2026-09-28", "to_date": None}).window.days == 3
    assert ask({"from_date": "2026-10-05"}).window == Window(date(2026, 10, 5), date(2026, 10, 5))


@pytest.mark.parametrize(
    "params",
    [
        {"to_date": "2026-09-30"},
        {"from_date": "2026-9-1"},
        {"from_date": "2026-02-30"},
        {"from_date": "2026-09-30", "to_date": "2026-09-01"},
    ],
)
def test_dates_that_make_no_window_are_refused(params: dict[str, str]) -> None:
    with pytest.raises(BadDate):
        ask(params)


def wide(day: date) -> Window:
    """An ordinary window, as the stage would widen it."""
    return Window(day, day).widened(28)


def test_an_ordinary_run_reads_the_lookback_again() -> None:
    assert ask().of(stream("tiktok_ads__ad_daily"), wide) == wide(DAY)


def test_asked_days_are_read_without_lookback() -> None:
    three = ask({"from_date": "2026-09-01", "to_date": "2026-09-03"})
    assert three.of(stream("tiktok_ads__ad_daily"), wide) == three.window


def test_a_snapshot_is_taken_once_under_the_last_day() -> None:
    month = ask({"from_date": "2026-09-01", "to_date": "2026-09-30"})
    assert month.of(stream("tiktok_ads__campaigns"), wide) == Window(DAY, DAY)
