"""All processes together stay within one budget."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from rivage.connectors.limiter import Limiter
from rivage.errors import RateLimited, SettingMissing


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


def limiter(folder: Path, clock: Time, rate: float = 4.0, burst: int = 1) -> Limiter:
    return Limiter(folder, "app/7", rate, burst=burst, clock=lambda: clock.now, sleep=clock.sleep)


def test_requests_are_spaced_evenly(tmp_path: Path) -> None:
    clock = Time()
    budget = limiter(tmp_path, clock)
    for _ in range(4):
        budget.wait()
    assert clock.slept == [0.25, 0.25, 0.25]


def test_a_pause_is_not_saved_up_beyond_the_burst(tmp_path: Path) -> None:
    clock = Time()
    budget = limiter(tmp_path, clock, burst=2)
    budget.wait()
    clock.now += 100
    for _ in range(4):
        budget.wait()
    assert clock.slept == [0.25, 0.25]


def test_a_restriction_holds_for_every_process(tmp_path: Path) -> None:
    clock = Time()
    limiter(tmp_path, clock).block(300)
    other = limiter(tmp_path, clock)
    with pytest.raises(RateLimited) as caught:
        other.wait()
    assert caught.value.retry_after == 300
    clock.now += 290
    other.wait()
    assert clock.slept == [10]


@pytest.mark.parametrize("content", [b"", b"torn", b"\xff" * 16, b"x" * 99])
def test_a_damaged_state_is_a_fresh_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "app_7.limit").write_bytes(content)
    clock = Time()
    limiter(tmp_path, clock).wait()
    assert clock.slept == []


def test_a_clock_set_back_does_not_stop_the_app(tmp_path: Path) -> None:
    clock = Time()
    clock.now += 10 * 86_400
    limiter(tmp_path, clock).block(600)
    clock.now -= 10 * 86_400
    limiter(tmp_path, clock).wait()
    assert clock.slept == []


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingMissing, match="file"):
        Limiter(tmp_path / "file", "app", 1.0).wait()


def _take(folder: Path, rate: float, times: int, into: multiprocessing.Queue[float]) -> None:
    budget = Limiter(folder, "shared", rate)
    for _ in range(times):
        budget.wait()
        into.put(time.time())


def test_three_processes_share_one_rate(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    into: multiprocessing.Queue[float] = context.Queue()
    rate, times = 25.0, 10
    workers = [context.Process(target=_take, args=(tmp_path, rate, times, into)) for _ in range(3)]
    for worker in workers:
        worker.start()
    moments = sorted(into.get(timeout=20) for _ in range(3 * times))
    for worker in workers:
        worker.join()
    # 30 slots at 25 a second: 29 gaps of 40 ms. A few ms of scheduling may be late.
    assert moments[-1] - moments[0] > 29 / rate - 0.05
    for start in moments:
        assert sum(start <= moment < start + 0.4 for moment in moments) <= 0.4 * rate + 3


def _hold(folder: Path, ready: multiprocessing.Queue[bool]) -> None:
    with Limiter(folder, "shared", 5.0)._state():
        ready.put(True)
        time.sleep(60)


def test_a_killed_process_does_not_keep_the_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready: multiprocessing.Queue[bool] = context.Queue()
    holder = context.Process(target=_hold, args=(tmp_path, ready))
    holder.start()
    ready.get(timeout=10)
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    Limiter(tmp_path, "shared", 5.0).wait()
