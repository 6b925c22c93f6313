"""Rivage: pull -> land -> build -> audit -> publish, from TikTok and shop APIs to DuckDB marts."""

__version__ = "0.1.0"
