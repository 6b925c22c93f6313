"""Faults by endpoint, each in the shape of the service it hits."""

from sandbox.faults.plan import FaultPlan, FaultRule

__all__ = ["FaultPlan", "FaultRule"]
