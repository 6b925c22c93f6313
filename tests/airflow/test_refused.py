"""The tasks that reach for a source refuse bad settings before they do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rivage import stages
from rivage.airflow import ingest, run
from rivage.errors import SaltChanged
from rivage.settings import Settings
from tests.simulated import SALT

SHOP = {"id": "1", "name": "Shop", "timezone": "Europe/Paris", "currency": "EUR"}


@pytest.mark.parametrize(
    "task",
    [
        lambda: ingest.list_accounts("shopify"),
        lambda: ingest.pull_account("shopify", 2, SHOP, params={}),
    ],
    ids=["accounts", "pull"],
)
def test_a_task_is_refused_before_any_call(
    task: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Settings(home=tmp_path, privacy_salt=SALT)  # type: ignore[arg-type]
    at.shopify.base_url = "http://127.0.0.1:9"
    kept = tmp_path / "landing" / "_salt" / "0123456789abcdef.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    monkeypatch.setattr(run, "settings_for", lambda _: at)
    for name in ("accounts", "source", "pull"):
        monkeypatch.setattr(stages, name, lambda *_, what=name: pytest.fail(what))
    with pytest.raises(SaltChanged):
        task()
