"""Airflow DAG: build, audit and publish the marts when a source family has landed."""

from rivage.airflow.marts import build_dag

dag = build_dag()
