"""Golden numbers: every dbt unit test, a hand-sized input with its worked-out rows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPO, Pipeline
from tests.simulated import environment

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

SCRIPT = """
import json, sys
from rivage.errors import BuildFailed
from rivage.settings import Settings
from rivage.warehouse import dbt
try:
    results = dbt.run(Settings(), ["test", "--select", "resource_type:unit_test"]).results
except BuildFailed as error:
    print(error, file=sys.stderr)
    sys.exit(1)
print(json.dumps([[r.node.fqn[-2], r.node.name, str(r.status)] for r in results]))
"""


@pytest.fixture(scope="module")
def golden(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    home = tmp_path_factory.mktemp("golden") / "home"
    shutil.copytree(pipeline.next, home, symlinks=True)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment(home, pipeline.sandbox),
        cwd=REPO, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_every_worked_out_row_comes_out(golden: list[list[str]]) -> None:
    assert [row for row in golden if row[2] != "pass"] == []


def test_every_kpi_has_a_worked_out_example(golden: list[list[str]]) -> None:
    models = Path(REPO / "dbt_project" / "models" / "marts")
    kpis = {path.stem for path in models.glob("kpi_*.sql")}
    kpis |= {"attr_reconciliation_daily", "attr_restatement_daily"}
    assert kpis - {model for model, *_ in golden} == set()
