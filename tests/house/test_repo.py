"""House rules that are cheap to hold and dear to lose."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from rivage.audit.suites import suites, written
from rivage.streams import all_streams
from rivage.warehouse.pulls import SUFFIX

REPO = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "-C", str(REPO), "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [REPO / line for line in done.stdout.splitlines() if (REPO / line).is_file()]


def test_locks_hold_hashes_and_no_addresses() -> None:
    for lock in (REPO / "requirements").glob("*.lock"):
        text = lock.read_text().splitlines()
        lines = [line for line in text if not line.lstrip().startswith("#")]
        assert not [line for line in lines if "://" in line], lock
        pins = [line for line in lines if re.match(r"[a-z0-9]", line)]
        assert len(pins) == len([line for line in lines if re.match(r"[a-z0-9].*==", line)]), lock
        assert "--hash=sha256:" in lock.read_text()


def test_every_stream_has_its_staging_pair() -> None:
    staging = REPO / "dbt_project" / "models" / "staging"
    for name in all_streams():
        assert (staging / f"stg_{name}.sql").exists(), name
        assert (staging / f"stg_{name}.yml").exists(), name


MODELS = REPO / "dbt_project" / "models"


def test_every_mart_has_its_yml_and_rules_that_judge_it() -> None:
    marts = {path.stem for path in (MODELS / "marts").glob("*.sql")}
    assert marts == {path.stem for path in (MODELS / "marts").glob("*.yml")}
    assert marts == {suite.mart for suite in suites()}


def test_every_written_suite_is_of_a_mart_and_has_a_runbook() -> None:
    for suite in written():
        assert (MODELS / "marts" / f"{suite.mart}.sql").exists(), suite.mart
        assert (REPO / "expectations" / "runbooks" / f"{suite.mart}.md").exists(), suite.mart


def test_every_model_of_days_follows_subjects_that_exist() -> None:
    # A subject that nobody writes would leave the model's past days as they are, for ever.
    derived = {"orders", "refunds"}  # named by the clock that changed
    for path in MODELS.rglob("int_changes__*.sql"):
        derived |= set(re.findall(r"'(\w+)' as subject", path.read_text(encoding="utf-8")))
    derived |= {name + SUFFIX for name, stream in all_streams().items() if stream.kept_columns}
    seen = 0
    for path in sorted(MODELS.rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        if "materialized='days'" not in text:
            continue
        seen += 1
        (listed,) = re.findall(r"'subjects': \[([^\]]+)\]", text)
        subjects = set(re.findall(r"'(\w+)'", listed))
        assert subjects <= derived | set(all_streams()), path.name
    assert seen > 10


def test_a_reader_sees_a_file_without_scrolling_twice() -> None:
    limits = {".py": 250, ".sql": 120}
    long = [
        (str(path.relative_to(REPO)), lines)
        for path in tracked()
        if path.suffix in limits and "tests/" not in str(path.relative_to(REPO))
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > limits[path.suffix] + 20
    ]  # fmt: skip
    assert not long


def test_no_python_file_is_named_like_a_dbt_plugin_or_a_drawer() -> None:
    names = [path.name for path in tracked() if path.suffix == ".py"]
    drawers = ("utils.py", "helpers.py", "misc.py")
    assert not [name for name in names if name.startswith("dbt_") or name in drawers]


TOKENS = {
    "private key": re.compile(r"BEGIN (RSA |EC )?PRIVATE KEY-----\s*\n[A-Za-z0-9+/]"),
    "shop token": re.compile(r"shp(at|ca|pa|ss)_[0-9a-f]{32}"),
    "google token": re.compile(r"ya29\.[A-Za-z0-9_-]{30,}"),
    "tiktok token": re.compile(r"\bact\.[A-Za-z0-9]{40,}"),
}


@pytest.mark.parametrize("kind", TOKENS)
def test_no_secret_is_committed(kind: str) -> None:
    for path in tracked():
        if path.suffix in {".parquet", ".png", ".lock"}:
            continue
        assert not TOKENS[kind].search(path.read_text(encoding="utf-8", errors="ignore")), path
