"""What is told when: once, again when nobody took it, and that it is over."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from rivage.alerts.settings import Alerts
from rivage.alerts.tell import tell
from rivage.incidents import decisions, log
from tests.alerts.world import START, Memory, World, audit_of, finding, world_at

BAD = finding()
MILD = finding("reach never exceeds impressions", severity="warning", owner="organic")


def test_an_opening_is_told_once_to_each_sink_and_repeats_only_count_up(world: World) -> None:
    for hour in range(4):
        world.audited(hour, BAD)
    assert world.slack.whats == world.mail.whats == ["opened"]
    assert world.incident(BAD).times_seen == 4


def test_one_message_per_table_tells_of_all_its_rules(world: World) -> None:
    world.audited(0, MILD, BAD, finding(table="kpi_campaign_daily"))
    assert [len(message.fingerprints) for message in world.slack.got] == [2, 1]
    assert world.slack.got[0].verdict.endswith("broken in 12 of 300 rows (and 1 more rule)")


def test_a_critical_that_nobody_takes_is_told_again_and_a_warning_is_not(world: World) -> None:
    for hour in (0, 5, 7, 12, 14):
        world.audited(hour, BAD, MILD)
    # Every six hours: at 7, and then at 14.
    assert world.slack.whats == ["opened", "reminder", "reminder"]
    assert world.slack.got[1].verdict.startswith("STILL CRITICAL after 7 h kpi_ads_daily")


@pytest.mark.parametrize("how", ["acknowledge", "snooze", "waive"])
def test_what_somebody_took_is_silent(world: World, how: str) -> None:
    world.audited(0, BAD)
    more = {
        "snooze": [START + timedelta(days=3)],
        "waive": [(START + timedelta(days=3)).date()],
    }.get(how, [])
    getattr(decisions, how)(world.settings, BAD.fingerprint, "ada", "mine", *more, START)
    for hour in (8, 16):
        world.audited(hour, BAD)
    assert world.slack.whats == ["opened"]


def test_a_snooze_that_ends_is_told_again(world: World) -> None:
    world.audited(0, BAD)
    until = START + timedelta(hours=10)
    decisions.snooze(world.settings, BAD.fingerprint, "ada", "", until, START)
    world.audited(9, BAD)
    world.audited(11, BAD)
    assert world.slack.whats == ["opened", "reminder"]


def test_resolved_is_told_once_and_only_where_the_opening_was(world: World) -> None:
    world.mail.is_down = True
    world.audited(0, BAD)
    world.mail.is_down = False
    for hour in (1, 2):
        world.audited(hour)
    assert world.slack.whats == ["opened", "resolved"]
    assert world.mail.whats == []
    over = world.slack.got[1]
    assert over.verdict == f"RESOLVED kpi_ads_daily: {BAD.rule}, after 60 min"
    assert over.fingerprints == (BAD.fingerprint,)


def test_what_a_person_declares_over_is_told_with_name_and_reason(world: World) -> None:
    world.audited(0, BAD)
    decisions.resolve(world.settings, BAD.fingerprint, "ada", "the shop said so", START)
    world.audited(1, MILD)
    over = world.slack.got[-1]
    assert over.what == "resolved"
    assert "declared over by ada: the shop said so" in over.text()


def test_a_sink_that_is_down_hides_nothing_and_is_told_at_the_next_run(world: World) -> None:
    world.slack.is_down = True
    deliveries = world.audited(0, BAD, finding(table="kpi_campaign_daily"))
    assert world.mail.whats == ["opened", "opened"]
    assert [d.ok for d in deliveries if d.sink == "slack"] == [False, False]
    # Three tries, once: the second message does not wait for a sink that is down.
    assert world.slack.tries == 3
    failed = [e for e in world.sent() if not e.facts["ok"]]
    assert {e.facts["error"] for e in failed} == {"slack is down."}
    assert not world.incident(BAD).was_sent("slack")

    world.slack.is_down = False
    world.audited(1, BAD, finding(table="kpi_campaign_daily"))
    assert world.slack.whats == ["opened", "opened"]
    assert world.mail.whats == ["opened", "opened"]


def test_flapping_is_said_once(world: World) -> None:
    # Found, gone, found, gone ...: from the third opening within a week on it flaps.
    for hour in range(6):
        world.audited(hour, MILD)
        world.audited(hour + 0.5)
    whats = world.slack.whats
    assert whats == ["opened", "resolved", "opened", "resolved", "flapping"]
    assert "WARNING, FLAPPING (3 times in 7 days)" in world.slack.got[-1].verdict


def test_a_warning_that_becomes_critical_is_news(world: World) -> None:
    rule = "spend agrees with the advertiser's total"
    world.audited(0, finding(rule, severity="warning"))
    world.audited(1, finding(rule, severity="critical"))
    assert [message.severity for message in world.slack.got] == ["warning", "critical"]
    assert world.slack.whats == ["opened", "opened"]


def test_warnings_wait_for_the_next_run_after_the_quiet_hours(tmp_path: Path) -> None:
    # 06:12 UTC is 08:12 in Paris, then two hours ahead; 05:00 UTC is 07:00.
    quiet = world_at(tmp_path / "home", quiet_hours="20:00-08:30", timezone="Europe/Paris")
    elsewhere = finding(table="kpi_video_daily", severity="warning")
    quiet.audited(0, BAD, MILD, elsewhere)
    (woken,) = quiet.slack.got
    assert woken.severity == "critical"
    # A warning about the same table is read with it, and not told again.
    assert set(woken.fingerprints) == {BAD.fingerprint, MILD.fingerprint}
    assert quiet.incident(elsewhere).state(START) == "open"
    quiet.audited(1, BAD, MILD, elsewhere)
    assert [m.fingerprints for m in quiet.slack.got[1:]] == [(elsewhere.fingerprint,)]


def test_routes_send_each_owner_and_severity_where_it_belongs(tmp_path: Path) -> None:
    routes = """
routes:
  - {owner: performance, severity: critical, sinks: [slack, email]}
  - {owner: [organic, data], sinks: slack}
"""
    world = world_at(tmp_path / "home", routes)
    video = finding(table="kpi_video_daily", owner="organic", severity="warning")
    shop = finding(table="kpi_shop_daily", owner="performance", severity="warning")
    world.audited(0, BAD, video, shop)
    assert [m.about for m in world.slack.got] == ["kpi_ads_daily", "kpi_video_daily"]
    assert [m.about for m in world.mail.got] == ["kpi_ads_daily"]


def test_nothing_that_goes_wrong_here_stops_a_run(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = audit_of(BAD)
    with caplog.at_level(logging.ERROR):
        assert tell(world.settings, audit, None, START, world.alerts) == []  # type: ignore[arg-type]
    assert "alerts failed" in caplog.text

    def explode(_message: object) -> None:
        raise RuntimeError("token=abcdefgh")

    monkeypatch.setattr(Memory, "send", lambda self, message: explode(message))
    (first, *_) = world.audited(0, BAD)
    assert (first.ok, first.error) == (False, "RuntimeError")


def test_settings_that_cannot_be_read_leave_the_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIVAGE_ALERTS_QUIET_HOURS", "late")
    audit = audit_of(BAD)
    from rivage.incidents.observe import observe

    (delivery,) = tell(world.settings, audit, observe(world.settings, audit, START), START)
    assert (delivery.sink, delivery.ok) == ("file", True)
    lines = (world.settings.audits / "alerts.jsonl").read_text().splitlines()
    assert BAD.fingerprint in lines[0]


def test_the_log_says_what_was_sent_where(world: World) -> None:
    world.audited(0, BAD)
    slack, mail = world.sent()
    assert slack.fingerprint == mail.fingerprint == BAD.fingerprint
    assert (slack.facts["sink"], slack.facts["what"], slack.facts["ok"]) == (
        "slack",
        "opened",
        True,
    )
    assert slack.audit == audit_of(BAD).path(world.settings).stem
    assert log.read(world.settings)[-1] == mail


def test_the_last_good_value_comes_from_the_audits_before(world: World) -> None:
    import json

    mark = BAD.fingerprint
    body = vars(audit_of(at=START - timedelta(days=1)))
    body["results"] = [{"fingerprint": mark, "passed": True, "value": 41.0}]
    world.settings.audits.mkdir(parents=True)
    (world.settings.audits / "20260930T061200Z_x.json").write_text(json.dumps(body, default=str))
    world.audited(0, BAD)
    assert "last good   41 on 2026-09-30" in world.slack.got[0].text()


def test_without_settings_everything_goes_to_the_file() -> None:
    from rivage.alerts.routes import configured

    assert configured(Alerts()) == ["file"]
