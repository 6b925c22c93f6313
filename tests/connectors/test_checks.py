"""Every configured connector's connection test, run once against the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rivage.connectors import CONNECTORS
from rivage.connectors.checks import speaks_version
from rivage.connectors.limiter import Limiter
from rivage.errors import BadRequest
from tests.simulated import Sandbox, rivage, sandbox

ASKED = {
    "tiktok_ads": {"api version", "reporting scope", "request budget"},
    "shopify": {"api version", "granted scopes", "query budget"},
    "ga4": {"quota left"},
    "tiktok_organic": {"scopes"},
}
"""Steps beyond reach, token and accounts that an API allows."""
FILES = {"ga4_export", "inputs"}


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("checks"), "--days", "40") as served:
        yield served


@pytest.fixture(scope="module")
def checked(brand: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = rivage(tmp_path_factory.mktemp("home"), brand, "check", "--json", check=False)
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("connector", CONNECTORS)
def test_every_step_passes_against_the_sandbox(checked: dict[str, Any], connector: str) -> None:
    steps = [step for step in checked["steps"] if step["connector"] == connector]
    assert [step for step in steps if not step["ok"]] == []
    names = {step["name"] for step in steps}
    assert "settings" not in names, "the sandbox's own settings do not reach this connector"
    assert names >= ASKED.get(connector, set())
    if connector not in FILES:
        assert {"base url reachable", "clock"} <= names
    assert all(step["detail"] for step in steps)


def test_one_source_is_checked_alone_and_stops_at_its_first_failure(
    brand: Sandbox, tmp_path: Path
) -> None:
    done = rivage(
        tmp_path, brand, "check", "tiktok_ads", "--json", check=False,
        RIVAGE_TIKTOK_ADS_ACCESS_TOKEN="no-such-token",
    )  # fmt: skip
    body = json.loads(done.stdout)
    assert done.returncode == 3
    assert {step["connector"] for step in body["steps"]} == {"tiktok_ads"}
    assert [step["ok"] for step in body["steps"]] == [True, True, False]
    assert body["steps"][-1]["name"] == "token valid"
    assert "no-such-token" not in done.stdout


def test_an_unknown_source_is_named(brand: Sandbox, tmp_path: Path) -> None:
    done = rivage(tmp_path, brand, "check", "nope", "--json", check=False)
    assert (done.returncode, json.loads(done.stdout)["error"]) == (2, "UnknownStream")


def test_another_api_version_in_the_base_url_is_refused() -> None:
    assert speaks_version("https://api.example/open_api/v1.3/", "v1.3")
    with pytest.raises(BadRequest, match=r"v1\.2"):
        speaks_version("https://api.example/open_api/v1.2", "v1.3")


def test_the_budget_says_when_the_next_slot_is_free(tmp_path: Path) -> None:
    budget = Limiter(tmp_path, "app", 2.0, clock=lambda: 1000.0, sleep=lambda _: None)
    assert budget.state().endswith("the next slot is free now.")
    budget.block(30)
    assert budget.state() == (
        "2 requests a second, shared by all processes; the next slot is free in 30.0 s."
    )
