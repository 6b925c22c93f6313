"""Airflow DAG: ask a person about a release that the audit holds."""

from rivage.airflow.decide import decide_dag

dag = decide_dag()
