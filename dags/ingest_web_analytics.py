"""Airflow DAG: GA4 reports, the daily event export and Matomo visits, every morning."""

from rivage.airflow.ingest import ingest_dag
from rivage.airflow.names import WEB_ANALYTICS

dag = ingest_dag(WEB_ANALYTICS, tags=("ga4",))
