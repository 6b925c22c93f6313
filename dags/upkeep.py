"""Airflow DAG: weekly retention."""

from rivage.airflow.upkeep import upkeep_dag

dag = upkeep_dag()
