"""Airflow DAG: TikTok Ads, every morning."""

from rivage.airflow.ingest import ingest_dag
from rivage.airflow.names import TIKTOK_ADS

dag = ingest_dag(TIKTOK_ADS, tags=("tiktok",))
