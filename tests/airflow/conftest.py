"""A DagBag for the quick tests; a real Airflow, with fake stages or the sandbox, for the others."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[2]
FAKES = Path(__file__).parent / "fake_stages"

# Before anything imports Airflow: its home is fixed at import, and must never be a real one.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-of-tests-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(REPO / "dags")
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(REPO / "plugins")
os.environ["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] = "False"


@pytest.fixture(scope="session")
def dagbag() -> Any:
    """All DAGs as Airflow reads them; needs no database."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(REPO / "dags"))


@pytest.fixture(scope="module")
def fake_airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real Airflow whose stages are fakes: what it schedules is under test."""
    from rivage.airflow.local import LocalAirflow

    path = os.pathsep.join([str(FAKES), os.environ["PYTHONPATH"]])
    home = tmp_path_factory.mktemp("fake")
    extra = {
        "PYTHONPATH": path,
        "RIVAGE_AIRFLOW_UNTIL": "2026-10-31",
        "RIVAGE_AIRFLOW_RETRY_SECONDS": "1",
    }
    with LocalAirflow(home, port=0, extra=extra, preload=False) as airflow:
        airflow.wait_until_healthy(240)
        for dag_id in airflow.client.dags():
            airflow.client.unpause(dag_id)
        yield airflow


@pytest.fixture
def settled() -> Callable[..., None]:
    """Waits until the given runs have ended and no build is left to do."""
    from rivage.airflow.client import DONE, wait_for
    from rivage.airflow.names import BUILD_DAG

    def wait(airflow: Any, runs: list[Any], seconds: float = 400.0) -> None:
        client = airflow.client

        def quiet() -> bool:
            ended = all(client.run(r.dag_id, r.run_id).state in DONE for r in runs)
            return ended and all(r.state in DONE for r in client.runs(BUILD_DAG))

        # Twice: an asset event turns into a run one scheduler loop after its task ended.
        for _ in range(2):
            wait_for(quiet, seconds, what="runs to end", every=1.0, watch=[airflow.check_alive])
            import time

            time.sleep(2)

    return wait
