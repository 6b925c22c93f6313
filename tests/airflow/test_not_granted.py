"""A stream that the platform refuses by permission makes no task red, and no alert."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from rivage import access, stages
from rivage.airflow import ingest
from rivage.connectors.base import Account
from rivage.errors import NotGranted, RivageError, TokenExpired
from rivage.landing import refusals
from rivage.landing.refusals import EVERY
from rivage.landing.store import Store
from rivage.reports import PullReport
from rivage.settings import Settings, settings
from rivage.streams import streams_of

SHOP = {"id": "7001", "name": "Atelier", "timezone": "Europe/Paris", "currency": "EUR"}
ANALYTICS = {s.name for s in streams_of("tiktok_shop") if s.endpoint.startswith("analytics/")}
EVERYTHING = {s.name for s in streams_of("tiktok_shop")}
Pull = Callable[..., dict[str, Any]]


class Sources:
    """What the platform answers: `errors` by stream, `asked` in order."""

    def __init__(self) -> None:
        self.errors: dict[str, RivageError] = {}
        self.listing: RivageError | None = None
        self.asked: list[str] = []

    def pull(self, stream: str, account: Account, window: Any, *_: Any) -> PullReport:
        self.asked.append(stream)
        if stream in self.errors:
            raise self.errors[stream].at(stream=stream, account=account.id)
        return PullReport(stream, account.id, str(window), "p", 1, 1, 0, 1, 1, 0.0)

    def accounts(self, connector: str, _: Settings) -> list[Account]:
        self.asked.append(connector)
        if self.listing:
            raise self.listing
        return [Account(**SHOP)]


@pytest.fixture
def at(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(home.parent)
    settings.cache_clear()
    return settings()


@pytest.fixture
def sources(at: Settings, monkeypatch: pytest.MonkeyPatch) -> Sources:
    made = Sources()
    monkeypatch.setattr(stages, "pull", made.pull)
    monkeypatch.setattr(stages, "accounts", made.accounts)
    monkeypatch.setattr(stages, "source", lambda *_: None)
    monkeypatch.setattr(stages, "is_configured", lambda *_: True)
    monkeypatch.setattr("rivage.airflow.run.settings_for", lambda _: at)
    return made


def context(only: list[str] | None = None, attempt: int = 1) -> dict[str, Any]:
    """What Airflow hands to a task of a scheduled run."""
    now = datetime.now(UTC)
    run = SimpleNamespace(run_type="scheduled", data_interval_start=now - timedelta(days=1),
                          run_after=now, start_date=now)  # fmt: skip
    params = {"from_date": None, "to_date": None, "streams": only}
    return {"dag_run": run, "ti": SimpleNamespace(try_number=attempt), "params": params}


@pytest.fixture
def pull(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> Pull:
    def run(only: list[str] | None = None, attempt: int = 1) -> dict[str, Any]:
        shown = context(only, attempt)
        monkeypatch.setattr(ingest, "get_current_context", lambda: shown)
        done: dict[str, Any] = {}
        try:
            done = ingest.pull_account("tiktok_shop", 2, SHOP, **shown)
        finally:
            sources.name = shown.get(ingest.MAP_NAME, "")  # type: ignore[attr-defined]
        return done

    return run


def test_the_others_land_and_the_instances_name_says_what_is_left_out(
    sources: Sources, pull: Pull
) -> None:
    sources.errors = {name: NotGranted("code 105005") for name in ANALYTICS}
    done = pull()
    assert set(done["streams"]) == EVERYTHING - ANALYTICS
    assert "not granted: tiktok_shop__live_sessions" in sources.name  # type: ignore[attr-defined]
    sources.asked.clear()
    assert set(pull()["streams"]) == EVERYTHING - ANALYTICS
    assert not ANALYTICS & set(sources.asked)


def test_an_instance_that_is_left_with_nothing_is_skipped_and_says_why(
    sources: Sources, pull: Pull
) -> None:
    names = sorted(ANALYTICS)
    sources.errors = {name: NotGranted("code 105005") for name in names}
    with pytest.raises(AirflowSkipException, match=r"data\.shop_analytics\.public\.read") as told:
        pull(names)
    assert "partner.tiktokshop.com" in str(told.value)


def test_a_named_stream_is_tried_again_at_once(sources: Sources, pull: Pull) -> None:
    (name, *_) = sorted(ANALYTICS)
    sources.errors = {name: NotGranted("code 105005")}
    pull()
    sources.errors = {}
    assert pull([name])["streams"] == {name: 1}


def test_a_failure_beside_it_is_raised_and_repeated_without_it(
    sources: Sources, pull: Pull
) -> None:
    (name, *_) = sorted(ANALYTICS)
    sources.errors = {name: NotGranted("code 105005"), "tiktok_shop__returns": TokenExpired("x")}
    with pytest.raises(TokenExpired):
        pull()
    sources.asked.clear()
    with pytest.raises(TokenExpired):
        pull(attempt=2)
    assert name not in sources.asked


def test_a_core_stream_that_is_refused_is_red(sources: Sources, pull: Pull) -> None:
    sources.errors = {"tiktok_shop__orders": NotGranted("code 105005")}
    with pytest.raises(NotGranted):
        pull()


def test_a_source_that_may_not_even_be_listed_is_skipped_without_a_call(
    sources: Sources, at: Settings
) -> None:
    sources.listing = NotGranted("lacks the required scope for endpoint '/tto/oauth2/tcm/'")
    with pytest.raises(AirflowSkipException, match="TikTok One"):
        ingest.list_accounts("tiktok_creators", **context())
    sources.asked.clear()
    with pytest.raises(AirflowSkipException, match="next try"):
        ingest.list_accounts("tiktok_creators", **context())
    assert sources.asked == []

    # Eight days later it is listed again.
    store = Store(at.landing_url, at.home / "tmp")
    for refusal in refusals.all_in_force(store, datetime.now(UTC)):
        assert refusal.account_id == EVERY
        path = Path(at.landing_url) / refusal.key
        aged = json.loads(path.read_text())
        aged["refused_at"] = (refusal.refused_at - timedelta(days=8)).isoformat()
        path.write_text(json.dumps(aged))
    sources.listing = None
    (found,) = ingest.list_accounts("tiktok_creators", **context())
    assert found == SHOP


def test_a_source_whose_core_is_refused_is_red(sources: Sources) -> None:
    sources.listing = NotGranted("code 105005")
    with pytest.raises(NotGranted):
        ingest.list_accounts("tiktok_shop", **context())
    assert access.granted_as_one(streams_of("tiktok_creators"))
    assert not access.granted_as_one(streams_of("tiktok_shop"))
