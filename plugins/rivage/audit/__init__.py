"""Audit: the suites in expectations/ judge the candidate; findings are data."""
