"""The on-call person's verbs: who, when and why are written down, mistakes are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rivage.audit.document import Audit
from rivage.cli import app
from rivage.incidents import decisions, log
from rivage.incidents.observe import observe
from rivage.settings import Settings, settings

MARK = "0123456789ab"
TOMORROW = str(datetime.now(UTC).date() + timedelta(days=1))


@pytest.fixture
def at(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose newest audit found one thing, with markup in what the data said."""
    monkeypatch.setenv("RIVAGE_HOME", str(home))
    settings.cache_clear()
    finding = {
        "table": "kpi_ads_daily", "rule": "spend is never empty", "severity": "critical",
        "owner": "performance", "runbook": "kpi_ads_daily.md#spend-is-empty", "observed": "2 rows",
        "expected": "", "fingerprint": MARK, "sample": [{"campaign": "[red]Été[/]"}],
    }  # fmt: skip
    now = datetime.now(UTC)
    audit = Audit("b", "fail", now, None, None, 1, 0.1, [], [finding])
    audit.write(Settings(home=home))
    observe(Settings(home=home), audit, now)
    yield Settings(home=home)
    settings.cache_clear()


def told(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_decision_names_its_author_and_reason(at: Settings) -> None:
    told("ack", MARK[:5], "--by", "ada", "--reason", "looking")
    told("comment", MARK, "the token is new", "--by", "bob")
    told("snooze", MARK, "--hours", "2", "--by", "ada")
    told("waive", MARK, "--until", TOMORROW, "--reason", "credit note", "--by", "ada")
    told("revoke", MARK, "--by", "bob", "--reason", "no credit note")
    told("resolve", MARK, "--reason", "token renewed", "--by", "bob")
    kinds = [(event.kind, event.who) for event in log.read(at)[1:]]
    assert kinds == [
        ("acknowledged", "ada"), ("commented", "bob"), ("snoozed", "ada"), ("waived", "ada"),
        ("revoked", "bob"), ("resolved", "bob"),
    ]  # fmt: skip


def test_findings_list_what_is_open_and_show_one_with_its_sample(at: Settings) -> None:
    (only,) = json.loads(told("findings", "--json"))
    assert (only["fingerprint"], only["state"]) == (MARK, "open")
    assert "[red]Été[/]" in told("findings", MARK), "text of the data is no markup"
    told("resolve", MARK, "--reason", "mended")
    assert json.loads(told("findings", "--json")) == []
    assert len(json.loads(told("findings", "--all", "--json"))) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("ack", "ffff"),
        ("resolve", MARK, "--reason", " "),
        ("waive", MARK, "--until", "2099-01-01", "--reason", "x"),
    ],
)
def test_what_cannot_be_decided_is_told_and_not_written(
    at: Settings, words: tuple[str, ...]
) -> None:
    before = log.read(at)
    with pytest.raises(decisions.DecisionInvalid):
        CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert log.read(at) == before
