"""The desk: pages on which the person who was woken reads what is wrong, and decides.

Read models (frozen dataclasses), templates, and the web application around them. What they
read is the audit documents, the on-call log, the releases and landing's manifests; nothing
here knows Airflow, dbt or Great Expectations.
"""
