"""The connector lands a file whole or not at all; what landed before stays in force."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from rivage import local_run
from rivage.cli import app
from rivage.connectors import configured, connect
from rivage.errors import InputsInvalid, SettingMissing
from rivage.landing import writer
from rivage.landing.personal import hashed
from rivage.landing.store import Store
from rivage.settings import Inputs, Settings
from rivage.settings import settings as process_settings
from rivage.streams import all_streams, stream
from rivage.windows import Window
from tests.conftest import REPO, Pipeline
from tests.simulated import SALT, rivage

DAY = date(2026, 9, 30)
T0 = datetime(2026, 10, 1, 4, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REPO / "inputs", tmp_path / "inputs"))


@pytest.fixture
def at(folder: Path, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", privacy_salt=SALT, inputs=Inputs(folder=folder))


def land(at: Settings, name: str, hours: int = 0) -> writer.Landed:
    api = connect("inputs", at)
    (account,) = api.accounts()
    declared, window = stream(f"inputs__{name}"), Window(DAY, DAY)
    return writer.write(
        declared, account, window, api.pages(declared, account, window),
        store=Store(at.landing_url, at.home / "tmp"), salt=SALT,
        pulled_at=T0 + timedelta(hours=hours),
    )  # fmt: skip


def landed(at: Settings, name: str, columns: str) -> list[tuple[Any, ...]]:
    files = f"{at.landing_url}/inputs/inputs__{name}/*/*/*.parquet"
    return duckdb.sql(f"select {columns} from read_parquet('{files}') order by line").fetchall()


def test_cells_land_as_written_and_handles_as_hashes(at: Settings) -> None:
    land(at, "creator_contracts")
    first = landed(at, "creator_contracts", "line, creator_key, fee, end_date, creator_sha256")[0]
    assert first == (3, "CR-01", "1200", "2026-11-30", hashed("lea.skin", SALT))
    for name in ("creator_contracts", "outreach"):
        land(at, name)
    everything = b"".join(p.read_bytes() for p in Path(at.landing_url).rglob("*.parquet"))
    everything += b"".join(p.read_bytes() for p in Path(at.landing_url).rglob("*.json"))
    assert b"lea.skin" not in everything
    leaks = duckdb.sql(
        f"select count(*) from read_parquet('{at.landing_url}/*/*/*/*/*.parquet', "
        "union_by_name = true) as t where t::varchar like '%lea.skin%'"
    ).fetchone()
    assert leaks == (0,)


def test_an_unchanged_file_lands_as_unchanged(at: Settings) -> None:
    land(at, "goals")
    assert land(at, "goals", hours=1).unchanged == 1


def test_a_file_with_mistakes_lands_nothing_and_the_others_go_on(
    at: Settings, folder: Path
) -> None:
    land(at, "promo_codes")
    with (folder / "promo_codes.csv").open("a") as file:
        file.write("A,nobody,percent,2,2026-09-31,\n")
    with pytest.raises(InputsInvalid) as caught:
        land(at, "promo_codes", hours=1)
    assert caught.value.exit_code == 2
    for part in ("promo_codes.csv", "line 10", "column valid_from", "column rate", "nobody"):
        assert part in str(caught.value)
    planned = local_run.plan(at, Window(DAY, DAY), exact=True, only=[
        name for name in all_streams() if name.startswith("inputs__")
    ])  # fmt: skip
    assert (len(planned.jobs), planned.errors) == (8, [])
    done = local_run.pull_all(at, planned, lambda *_: None)
    assert len(done.reports) == 7
    assert [type(error) for error in done.errors] == [InputsInvalid]
    assert len(landed(at, "promo_codes", "code")) == 7  # the version before


def test_a_missing_file_is_a_stream_without_rows(at: Settings, folder: Path) -> None:
    (folder / "goals.csv").unlink()
    (manifest,) = land(at, "goals").manifests
    assert (manifest.rows, manifest.object) == (0, None)


def test_a_missing_file_that_is_required_is_an_error(at: Settings, folder: Path) -> None:
    (folder / "goals.csv").unlink()
    required = at.model_copy(update={"inputs": Inputs(folder=folder, required="goals")})
    with pytest.raises(InputsInvalid, match="RIVAGE_INPUTS_REQUIRED"):
        land(required, "goals")


def test_a_folder_that_is_not_there_or_a_wrong_word_is_a_setting_to_correct(
    at: Settings, tmp_path: Path
) -> None:
    for inputs in (Inputs(folder=tmp_path / "no"), Inputs(folder=tmp_path, required="goal")):
        with pytest.raises(SettingMissing, match="RIVAGE_INPUTS_"):
            connect("inputs", at.model_copy(update={"inputs": inputs}))


def test_the_connection_test_has_a_step_per_file(at: Settings, folder: Path) -> None:
    (folder / "goals.csv").write_text("goal_id\n")
    steps = {step.name: step.ok for step in connect("inputs", at).check()}
    assert len(steps) == 9
    assert {name for name, ok in steps.items() if not ok} == {"goals.csv"}
    assert "inputs" in configured(at)


def test_the_command_shows_mistakes_and_what_is_in_force(
    at: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(at, "goals")
    land(at, "promo_codes")
    with (folder / "promo_codes.csv").open("a") as file:
        file.write("A,nobody,percent,0.2,2026-09-30,\n")
    monkeypatch.setenv("RIVAGE_HOME", str(at.home))
    monkeypatch.setenv("RIVAGE_INPUTS_FOLDER", str(folder))
    process_settings.cache_clear()
    try:
        done = CliRunner().invoke(app, ["inputs", "--json"])
        text = CliRunner().invoke(app, ["inputs"])
    finally:
        process_settings.cache_clear()
    assert (done.exit_code, text.exit_code) == (2, 2)
    shown = {file["file"]: file for file in json.loads(done.stdout)["files"]}
    assert (shown["goals.csv"]["same"], shown["goals.csv"]["rows_in_force"]) == (True, 5)
    assert (shown["promo_codes.csv"]["same"], shown["promo_codes.csv"]["rows_in_force"]) == (
        False, 7,
    )  # fmt: skip
    assert shown["outreach.csv"]["last_landed"] is None
    assert "promo_codes.csv line 10, column creator_key: 'nobody'" in text.output


@pytest.mark.pipeline
@pytest.mark.timeout(600)
def test_staging_holds_the_newest_edition_and_nothing_else(
    pipeline: Pipeline, folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "copy"
    shutil.copytree(pipeline.next, home, symlinks=True)
    goals = (folder / "goals.csv").read_text().splitlines(keepends=True)
    (folder / "goals.csv").write_text("".join([*goals[:3], *goals[4:]]))  # a line is deleted
    codes = (folder / "promo_codes.csv").read_text().splitlines(keepends=True)
    (folder / "promo_codes.csv").write_text("".join(codes[:2]))  # all lines are
    (folder / "experiments.csv").write_text("experiment_id\n")  # broken: the one before stays
    done = rivage(
        home, pipeline.sandbox, "pull", *pipeline.next_day,
        *(word for stem in ("goals", "promo_codes", "experiments")
          for word in ("--stream", f"inputs__{stem}")),
        check=False, RIVAGE_INPUTS_FOLDER=str(folder),
    )  # fmt: skip
    assert done.returncode == 4, done.stdout + done.stderr
    rivage(home, pipeline.sandbox, "build")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as db:
        found = {
            stem: db.execute(f"select count(*) from staging.stg_inputs__{stem}").fetchone()
            for stem in ("goals", "promo_codes", "experiments", "creator_contracts")
        }
    assert found == {
        "goals": (4,), "promo_codes": (0,), "experiments": (2,), "creator_contracts": (5,),
    }  # fmt: skip
