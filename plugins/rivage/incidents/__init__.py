"""Incidents: what the on-call person was told, and what people decided about it.

One append-only log is the truth; incidents and waivers are read from it.
"""
