"""Airflow DAG: exchange rates and hand-kept inputs, every morning."""

from rivage.airflow.ingest import ingest_dag
from rivage.airflow.names import REFERENCE

dag = ingest_dag(REFERENCE, tags=("reference",))
