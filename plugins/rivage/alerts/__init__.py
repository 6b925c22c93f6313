"""Alerts: a finding becomes one message that the person woken by it can decide on.

`tell` is called after each audit; what was sent, and what was not, is written to the on-call log.
"""
