"""`rivage alerts`: what is set up is shown without its secrets, and can be tried."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rivage.cli import app
from rivage.settings import settings
from tests.alerts.receivers import webhook


@pytest.fixture(autouse=True)
def at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIVAGE_ALERTS_ALLOWED_HOSTS", "127.0.0.1")
    monkeypatch.chdir(home.parent)
    settings.cache_clear()


def asked(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["alerts", *words])
    return done.exit_code, done.output


def test_a_test_message_reaches_every_sink(monkeypatch: pytest.MonkeyPatch) -> None:
    with webhook() as hook:
        monkeypatch.setenv("RIVAGE_ALERTS_SLACK_URL", hook.url)
        code, said = asked("--test", "--json")
        assert code == 0
        assert json.loads(said)["test"] == [
            {"sink": "slack", "ok": True, "error": ""},
            {"sink": "file", "ok": True, "error": ""},
        ]
        assert hook.bodies[0]["text"].startswith("*TEST of Rivage's alerts: nothing is wrong*")


def test_a_sink_that_is_refused_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIVAGE_ALERTS_WEBHOOK_URL", "https://169.254.169.254/very-secret")
    code, said = asked("--test")
    assert code == 4
    assert "leads to" in said
    assert "very-secret" not in said


def test_sinks_and_routes_are_shown_by_host_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIVAGE_ALERTS_SLACK_URL", "https://hooks.example/T0/very-secret")
    code, said = asked("--json")
    assert code == 0
    told = json.loads(said)
    assert told["sinks"]["slack"] == "hooks.example"
    assert told["routes"] == [{"owner": [], "severity": [], "sinks": ["slack", "file"]}]
    assert "very-secret" not in said + asked()[1]
