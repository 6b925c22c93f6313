"""Builds the DAG `upkeep`: retention of published versions and landing orphans."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, task

from rivage.airflow.defaults import START, cron, defaults, until
from rivage.airflow.names import UPKEEP_DAG, WRITER_POOL, WRITER_QUEUE


def tidy() -> dict[str, Any]:
    """Drop versions beyond the kept ones and objects no manifest names."""
    from rivage import stages
    from rivage.airflow.run import say
    from rivage.settings import settings

    done = dict(stages.upkeep(settings()))
    say("tidied", **done)
    return done


def upkeep_dag() -> DAG:
    """Once a week, when nobody publishes."""
    with DAG(
        dag_id=UPKEEP_DAG,
        schedule=cron("0 4 * * 0"),
        start_date=START,
        end_date=until(),
        catchup=False,
        max_active_runs=1,
        default_args=defaults(),
        tags=["rivage", "upkeep"],
        doc_md=DOC,
    ) as dag:
        task(
            task_id="tidy",
            pool=WRITER_POOL,
            queue=WRITER_QUEUE,
            execution_timeout=timedelta(minutes=30),
            doc_md="Removes what no reader and no rebuild needs.",
        )(tidy)()
    return dag


DOC = """
### Keep the disk small

Removes published versions beyond `RIVAGE_KEEP_VERSIONS` and what an interrupted pull left
behind. Landed objects that a manifest names are never removed: everything can be rebuilt
from them.

**Healthy**: green on Sunday morning. **When red**: disk space grows, data is not at risk;
read the log, clear the task. Airflow's own tables are cleaned with `airflow db clean`.
"""
