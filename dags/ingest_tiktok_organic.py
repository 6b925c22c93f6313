"""Airflow DAG: TikTok organic posts and creators, every morning."""

from rivage.airflow.ingest import ingest_dag
from rivage.airflow.names import TIKTOK_ORGANIC

dag = ingest_dag(TIKTOK_ORGANIC, tags=("tiktok",))
