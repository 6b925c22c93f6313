"""What Airflow calls back for is told, and nothing is told twice or in vain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rivage.airflow.callbacks import ReleaseHeld, say_late, say_what_failed
from rivage.airflow.decide import as_markdown
from rivage.errors import TokenExpired
from rivage.incidents import log
from rivage.settings import settings


@pytest.fixture(autouse=True)
def at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.parent)
    settings.cache_clear()


def failed(error: BaseException | None) -> list[Any]:
    ti = SimpleNamespace(
        dag_id="build_marts", task_id="audit", run_id="r", map_index=-1, try_number=1
    )
    say_what_failed({"ti": ti, "exception": error})
    return [(e.facts["what"], e.facts["error_class"]) for e in log.read(settings())]


def test_a_task_that_failed_is_told_by_the_name_of_its_error() -> None:
    assert failed(TokenExpired("gone")) == [("failed", "TokenExpired")]


def test_a_task_whose_process_died_is_told() -> None:
    assert failed(None) == [("failed", "")]


def test_a_hold_is_told_by_its_findings_not_by_the_red_task() -> None:
    assert failed(ReleaseHeld("one finding")) == []


@pytest.mark.parametrize(
    ("run_type", "told"),
    [("scheduled", 1), ("asset_triggered", 1), ("manual", 0), ("backfill", 0)],
)
def test_only_a_run_that_somebody_waits_for_is_late(run_type: str, told: int) -> None:
    due = datetime.now(UTC) - timedelta(hours=3)
    run = {"dag_id": "build_marts", "dag_run_id": "r", "run_type": run_type,
           "run_after": due.isoformat()}  # fmt: skip
    say_late(context={"dag_run": run, "deadline": {}})
    assert [e.facts["what"] for e in log.read(settings())] == ["late"] * told


def test_a_name_from_data_is_no_link_on_the_page_that_asks() -> None:
    evil = "[click](https://evil.example) ![x](https://evil.example/x.png) <b>jo@brand.example</b>"
    found = {"severity": "critical", "sentence": evil, "owner": "data"}
    waived = found | {"waived_until": "2026-10-03", "sentence": "already allowed"}
    told = as_markdown([found, waived, found | {"severity": "warning", "sentence": "mild"}])
    first = told.splitlines()[0]
    assert first.startswith(r"- \[click\]\(https://evil.example\) \!\[x\]")
    assert r"\<b\>" in first
    for left_out in ("jo", "already allowed", "mild"):
        assert left_out not in told
