"""Airflow DAG: the shop's orders, every morning."""

from rivage.airflow.ingest import ingest_dag
from rivage.airflow.names import COMMERCE

dag = ingest_dag(COMMERCE, tags=("shopify",))
