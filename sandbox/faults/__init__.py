"""Faults by endpoint, each in the shape of the service it hits."""

from sandbox.faults.plan import FaultFile, FaultPlan, FaultRule, read_plan

__all__ = ["FaultFile", "FaultPlan", "FaultRule", "read_plan"]
