"""Waiting for ingestion: patient, bounded, and never a gate."""

from __future__ import annotations

from rivage.airflow.settle import settle


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_it_waits_until_the_last_run_has_ended() -> None:
    clock, heard = Clock(), []
    left = {"a": 3, "b": 5}

    def unfinished(dag_id: str) -> int:
        left[dag_id] -= 1
        return max(left[dag_id], 0)

    done = settle(
        ["a", "b"], unfinished, limit_seconds=60, every=1, clock=clock, sleep=clock.sleep,
        told=lambda busy, waited: heard.append(busy),
    )  # fmt: skip
    # b is polled as unfinished 4, 3, 2, 1 and then 0: four sleeps of one second.
    assert (done.quiet, done.seconds, done.busy) == (True, 4.0, [])
    assert heard == [["a", "b"], ["b"]]


def test_a_stuck_run_does_not_hold_back_what_others_landed() -> None:
    clock = Clock()
    done = settle(
        ["a", "b"], lambda dag_id: int(dag_id == "b"), limit_seconds=10, every=3, clock=clock,
        sleep=clock.sleep,
    )  # fmt: skip
    assert (done.quiet, done.busy) == (False, ["b"])
    assert 10 <= done.seconds < 13


def test_no_patience_means_no_waiting() -> None:
    clock = Clock()
    done = settle(["a"], lambda _: 1, limit_seconds=0, clock=clock, sleep=clock.sleep)
    assert (done.quiet, clock.now) == (False, 0.0)
