"""What earlier pulls tell about the effort of the next one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rivage.connectors.base import Account, Page
from rivage.landing import writer
from rivage.landing.pulls import calls_per_window, pulls_of
from rivage.landing.store import Store
from rivage.streams import stream as stream_named
from rivage.windows import Window

STREAM = stream_named("tiktok_ads__ad_daily")
WINDOW = Window(date(2026, 9, 1), date(2026, 9, 3))
T0 = datetime(2026, 9, 10, 6, tzinfo=UTC)


def pull(store: Store, hour: int, *request_ids: str) -> None:
    pages = [Page([], name, "v1.3", 1, n) for n, name in enumerate(request_ids, start=1)]
    writer.write(
        STREAM, Account("9", "A", "Europe/Paris", "EUR"), WINDOW, pages, store=store, salt=None,
        pulled_at=T0 + timedelta(hours=hour),
    )  # fmt: skip


def test_one_answer_landed_as_three_days_is_one_pull(tmp_path: Path) -> None:
    store = Store(tmp_path, tmp_path)
    pull(store, 0, "a")
    pull(store, 1, "b", "c")
    (pulls,) = pulls_of(store, STREAM).values()
    assert [len(keys) for keys in pulls] == [3, 3]
    assert all("window=2026-09-03" in keys[0] for keys in pulls)


def test_calls_are_those_of_the_newest_pulls(tmp_path: Path) -> None:
    store = Store(tmp_path, tmp_path)
    assert calls_per_window(store, STREAM) == {}
    pull(store, 0, *"abcdefgh")
    for hour in range(1, 6):
        pull(store, hour, f"{hour}a", f"{hour}b")
    assert calls_per_window(store, STREAM) == {"9": 2.0}


def test_a_source_without_request_ids_tells_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, tmp_path)
    pull(store, 0, "")
    assert calls_per_window(store, STREAM) == {}
