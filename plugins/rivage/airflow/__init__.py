"""The Airflow rim: task factories, hooks, and a local Airflow to run them on.

Nothing is imported here: every Airflow process loads `rivage.airflow.provider`
through an entry point, and a DAG file must stay cheap to parse.
"""
