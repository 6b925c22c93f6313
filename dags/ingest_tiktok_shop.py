"""Airflow DAG: TikTok Shop, every morning."""

from rivage.airflow.ingest import ingest_dag
from rivage.airflow.names import TIKTOK_SHOP

dag = ingest_dag(TIKTOK_SHOP, tags=("tiktok",))
