"""One pull over many windows: what it leaves out, what it says, what it keeps in memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rivage import stages
from rivage.connectors import calls
from rivage.connectors.base import Account, CheckStep, Page
from rivage.errors import ServerFailed
from rivage.landing.manifest import Manifest
from rivage.reports import PullReport, Went
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window

HOURLY = "tiktok_ads__ad_hourly"  # a request a day, ten days landed as one
WHO = Account("1", "One", "Europe/Paris", "EUR")
DAYS = Window(date(2026, 6, 1), date(2026, 7, 15))


class Quiet:
    """An account without a row; two calls a day."""

    name = "tiktok_ads"

    def __init__(self, fails_on: date | None = None) -> None:
        self.asked: list[date] = []
        self._fails_on = fails_on

    def check(self) -> Iterator[CheckStep]:
        raise NotImplementedError

    def accounts(self) -> list[Account]:
        return [WHO]

    def pages(self, stream: Stream, account: Account, window: Window) -> Iterator[Page]:
        self.asked.append(window.start)
        if window.start == self._fails_on:
            raise ServerFailed("down")
        for number in (1, 2):
            calls.count()
            yield Page([], f"{window.start}-{number}", "v1", 2, number)


@pytest.fixture
def at(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def pull(at: Settings, source: Quiet, since: datetime | None = None) -> PullReport:
    return stages.pull(HOURLY, WHO, DAYS, at, source, since)


def test_a_failing_window_keeps_what_landed_and_the_next_try_reads_the_rest(at: Settings) -> None:
    began = datetime.now(UTC)
    with pytest.raises(ServerFailed):
        pull(at, Quiet(fails_on=date(2026, 7, 3)))
    again = Quiet()
    report = pull(at, again, since=began)
    # Three groups of ten had landed; the fourth, which failed on its third day, is read whole.
    assert again.asked == list(Window(date(2026, 7, 1), DAYS.end).each_day())
    assert (report.earlier, report.days) == (30, 15)


def test_a_group_that_landed_in_part_is_read_whole(at: Settings) -> None:
    began = datetime.now(UTC)
    pull(at, Quiet())
    (cut,) = (at.home / "landing").glob("*/*/account=1/window=2026-06-15/*.json")
    cut.unlink()
    again = Quiet()
    assert pull(at, again, since=began).earlier == 35
    assert again.asked == list(Window(date(2026, 6, 11), date(2026, 6, 20)).each_day())


def test_without_an_earlier_try_everything_is_read_again(at: Settings) -> None:
    pull(at, Quiet())
    again = Quiet()
    assert pull(at, again, since=datetime.now(UTC)).earlier == 0
    assert again.asked == list(DAYS.each_day())


def test_a_pull_says_what_it_does_and_keeps_no_manifest_of_windows_gone_by(at: Settings) -> None:
    said: list[Went] = []
    alive: list[int] = []

    def listen(went: Went) -> None:
        said.append(went)
        if went.windows:
            alive.append(sum(isinstance(one, Manifest) for one in gc.get_objects()))

    calls.count()  # somebody else's, earlier in this thread
    stages.pull(HOURLY, WHO, DAYS, at, Quiet(), heard=listen)
    assert [went.windows for went in said if went.windows] == [10, 10, 10, 10, 5]
    assert sum(went.calls for went in said) == 2 * 45
    assert max(alive) <= 2 * 10, alive
