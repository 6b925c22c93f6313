"""What can be refused is refused at once: no source gets a single call."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rivage import preflight, stages
from rivage.connectors.base import Account
from rivage.errors import SettingMissing
from rivage.settings import Inputs, Settings
from rivage.streams import streams_of
from rivage.windows import Window
from tests.connectors.loopback import Call, Loopback, Reply
from tests.simulated import SALT

DAY = Window(date(2026, 9, 1), date(2026, 9, 1))
SHOP = Account("gid://shopify/Shop/1", "Shop", "Europe/Paris", "EUR")
BAD = {
    "no salt": ({"RIVAGE_PRIVACY_SALT": ""}, "RIVAGE_PRIVACY_SALT is not set"),
    "short salt": ({"RIVAGE_PRIVACY_SALT": "x"}, "has 1 characters"),
    "another salt": ({"RIVAGE_PRIVACY_SALT": f"not {SALT}"}, "SaltChanged"),
    "zone": ({"RIVAGE_REPORTING_TIMEZONE": "Europe/Pariss"}, "RIVAGE_REPORTING_TIMEZONE"),
    "zone that is a path": ({"RIVAGE_REPORTING_TIMEZONE": "../x"}, "RIVAGE_REPORTING_TIMEZONE"),
    "currency": ({"RIVAGE_REPORTING_CURRENCY": "euro"}, "RIVAGE_REPORTING_CURRENCY"),
    "inputs": ({"RIVAGE_INPUTS_FOLDER": "/nowhere/at/all"}, "RIVAGE_INPUTS_FOLDER"),
}


@pytest.fixture
def shop() -> Iterator[Loopback]:
    def answer(call: Call) -> Reply:
        return Reply({"errors": call.path}, 500)

    served = Loopback(answer)
    yield served
    served.close()


def rivage(home: Path, shop: Loopback, *arguments: str, **env: str) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "rivage", *arguments],
        env=os.environ | {
            "RIVAGE_HOME": str(home), "RIVAGE_PRIVACY_SALT": SALT, "RIVAGE_ECB_ENABLED": "false",
            "RIVAGE_SHOPIFY_BASE_URL": shop.url, "RIVAGE_SHOPIFY_ACCESS_TOKEN": "t",
            "RIVAGE_RETRY_SECONDS": "0.1", "RIVAGE_RETRY_FIRST_WAIT": "0.01", "COLUMNS": "200",
        } | env,
        cwd=home, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["run", "pull", "plan"])
@pytest.mark.parametrize("bad", BAD)
def test_a_command_is_refused_before_any_call(
    bad: str, verb: str, tmp_path: Path, shop: Loopback
) -> None:
    env, told = BAD[bad]
    if bad == "another salt":
        (tmp_path / "landing" / "_salt").mkdir(parents=True)
        (tmp_path / "landing" / "_salt" / "0123456789abcdef.json").write_text("{}")
    done = rivage(tmp_path, shop, verb, "--from", "2026-09-01", "--to", "2026-09-01", **env)
    assert (done.returncode, shop.calls) == (2, [])
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_with_good_settings_the_same_command_does_call(tmp_path: Path, shop: Loopback) -> None:
    rivage(tmp_path, shop, "pull", "--from", "2026-09-01", "--to", "2026-09-01")
    assert shop.calls


def test_a_command_that_asks_for_no_hashed_stream_needs_no_salt(
    tmp_path: Path, shop: Loopback
) -> None:
    rivage(
        tmp_path, shop, "pull", "--from", "2026-09-01", "--to", "2026-09-01",
        "--stream", "shopify__products", RIVAGE_PRIVACY_SALT="",
    )  # fmt: skip
    assert shop.calls


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    at = Settings(
        home=tmp_path, reporting_timezone="Mars/Base", reporting_currency="eur",
        inputs=Inputs(folder=tmp_path / "none"),
    )  # fmt: skip
    with pytest.raises(SettingMissing) as refused:
        preflight.refuse(at, (*streams_of("shopify"), *streams_of("inputs")))
    for name in ("REPORTING_TIMEZONE", "REPORTING_CURRENCY", "INPUTS_FOLDER", "PRIVACY_SALT"):
        assert f"RIVAGE_{name}" in str(refused.value)


class Untouchable:
    """A connector that nobody may use."""

    name = "shopify"

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was used")


def test_one_pull_refuses_before_its_connector_is_used(tmp_path: Path) -> None:
    at = Settings(home=tmp_path, privacy_salt="x")  # type: ignore[arg-type]
    with pytest.raises(SettingMissing, match="RIVAGE_PRIVACY_SALT") as refused:
        stages.pull("shopify__orders", SHOP, DAY, at, connector=Untouchable())  # type: ignore[arg-type]
    assert refused.value.stream == "shopify__orders"
