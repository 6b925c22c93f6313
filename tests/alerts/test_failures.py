"""Tasks that fail and days that are late: the same message, told once, without secrets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from rivage.alerts.failures import Failure, tell_failure, tell_late
from rivage.incidents import log
from rivage.incidents.incident import incidents
from tests.alerts.world import PUBLISHED, START, World, finding

EXPIRED = Failure(
    "ingest_tiktok_ads", "pull__tiktok_ads", "manual__1", "TokenExpired",
    "The token was revoked, access_token=abcdefgh12345, ask jo@brand.example", "Renew it.",
    "tiktok_ads__ad_daily",
)  # fmt: skip


def failed(world: World, hours: float, failure: Failure = EXPIRED) -> None:
    tell_failure(
        world.settings, failure, START + timedelta(hours=hours), world.alerts, world.post()
    )


def test_a_failed_task_says_why_what_readers_see_and_what_to_do(world: World) -> None:
    failed(world, 0)
    (message,) = world.slack.got
    text = message.text()
    assert text.startswith("FAILED ingest_tiktok_ads.pull__tiktok_ads: TokenExpired: The token was")
    assert message.consequence == "BI still shows the version of 2026-09-30 04:12 UTC, 26 h old."
    assert len(message.verdict) + len(message.consequence) < 200
    assert "Renew it." in text
    path = "dags/ingest_tiktok_ads/runs/manual__1/tasks/pull__tiktok_ads"
    assert f"https://airflow.example/{path}" in text
    assert EXPIRED.fingerprint in text
    for secret in ("abcdefgh12345", "jo@brand.example"):
        assert secret not in text


def test_the_same_failure_is_told_once_until_it_is_old(world: World) -> None:
    for hour in (0, 1, 5, 7):
        failed(world, hour)
    assert world.slack.whats == ["failed", "failed"]
    failed(world, 7, Failure("build_marts", "build", "r", "BuildFailed", "a model"))
    assert len(world.slack.got) == 3


def test_accounts_that_fail_at_the_same_instant_are_told_once(world: World) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: failed(world, 0), range(4)))
    assert world.slack.whats == world.mail.whats == ["failed"]


def test_a_process_that_died_without_a_word_is_told(world: World) -> None:
    failed(world, 0, Failure("build_marts", "build", "r", "", ""))
    assert world.slack.got[0].verdict == "FAILED build_marts.build: its process died"


def test_a_dead_token_is_the_cause_of_what_the_next_audit_finds(world: World) -> None:
    failed(world, 0)
    world.audited(1, finding())
    text = world.slack.got[-1].text()
    assert "The access to tiktok_ads__ad_daily is dead: TokenExpired at" in text


def test_a_failure_opens_no_incident(world: World) -> None:
    failed(world, 0)
    assert incidents(log.read(world.settings)) == {}


@pytest.mark.parametrize(("hours_ago", "told"), [(3, ["late"]), (27, [])])
def test_a_late_day_is_told_unless_something_was_published_since(
    world: World, hours_ago: int, told: list[str]
) -> None:
    since = START - timedelta(hours=hours_ago)
    assert (since > PUBLISHED) == bool(told)
    tell_late(world.settings, "build_marts", "r", since, START, world.alerts, world.post())
    assert world.slack.whats == told
    if told:
        assert world.slack.got[0].verdict == "LATE build_marts: nothing was published for 3 h"


def test_what_a_sink_did_not_take_is_told_after_the_next_audit_and_once(world: World) -> None:
    world.slack.is_down = True
    failed(world, 0)
    assert (world.slack.got, world.mail.whats) == ([], ["failed"])
    world.audited(1)
    assert world.slack.got == []
    world.slack.is_down = False
    world.audited(2)
    world.audited(3)
    (message,) = world.slack.got
    assert message.verdict == world.mail.got[0].verdict
    assert "Written 2026-10-01 06:12 UTC; this sink could not be reached then." in message.text()
    assert world.mail.whats == ["failed"]
    failed(world, 4)
    assert world.slack.whats == ["failed"]
    told = [e.facts["ok"] for e in log.read(world.settings) if e.facts.get("sink") == "slack"]
    assert told == [False, True]


def test_the_newest_of_the_same_failure_goes_out_and_no_older_one(world: World) -> None:
    world.slack.is_down = True
    failed(world, 0)
    failed(world, 1)
    world.slack.is_down = False
    failed(world, 2)
    assert world.slack.whats == ["failed"]
    world.audited(3)
    assert world.slack.whats == ["failed"]


def test_the_next_failure_takes_along_what_waits_and_old_news_is_given_up(world: World) -> None:
    world.slack.is_down = True
    failed(world, 0)
    failed(world, 30, Failure("build_marts", "build", "r", "BuildFailed", "a model"))
    world.slack.is_down = False
    failed(world, 31, Failure("build_marts", "publish", "r", "DiskFull", "no room"))
    assert [message.about for message in world.slack.got] == [
        "build_marts.publish", "build_marts.build",
    ]  # fmt: skip


def test_a_spoilt_file_keeps_nobody_from_being_told(world: World) -> None:
    world.slack.is_down = True
    failed(world, 0)
    (path,) = (world.settings.audits / "unsent").iterdir()
    path.write_text(path.read_text()[:50])
    world.slack.is_down = False
    world.audited(1, finding())
    assert world.slack.whats == ["opened"]
