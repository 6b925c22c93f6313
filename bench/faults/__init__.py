"""The faults that bench/planted_faults.py plants, each with the rule that must catch it.

Their modules register themselves; `every` has them all, in the order of the page.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from bench.planting import Plot


@dataclass(frozen=True)
class Fault:
    """One fault.

    Args:
        how: how it is planted, as the page tells it.
        touches: a stream, or an account or a row of it as `<stream>/<account>/<row>`; faults
            that touch different things may share a build.
        table, rule, severity: of the finding that must be there; `rule` a part of its text.
            Table `(build)` stands for a build that stops, `rule` for a part of its message.
        built: planted in the built candidate.
    """

    name: str
    how: str
    plant: Callable[[Plot], None]
    touches: frozenset[str]
    table: str
    rule: str
    severity: str
    built: bool = False

    @property
    def stamp(self) -> str:
        """Names the fault as it is written now."""
        told = (self.name, self.how, self.table, self.rule, self.severity)
        text = "|".join(told) + inspect.getsource(self.plant)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


FAULTS: list[Fault] = []


def fault(
    name: str, how: str, touches: tuple[str, ...], table: str, rule: str, severity: str,
    built: bool = False,
) -> Callable[[Callable[[Plot], None]], Callable[[Plot], None]]:  # fmt: skip
    """Register the decorated function as a fault."""

    def register(plant: Callable[[Plot], None]) -> Callable[[Plot], None]:
        FAULTS.append(Fault(name, how, plant, frozenset(touches), table, rule, severity, built))
        return plant

    return register


def every() -> list[Fault]:
    """All faults."""
    for module in ("ads", "orders", "web", "own"):
        import_module(f"{__name__}.{module}")
    return FAULTS


def are_apart(one: Fault, other: Fault) -> bool:
    """Whether two faults can share a build: neither touches what the other does, they have
    different rules, and neither stops the build."""
    stops = "(build)" in (one.table, other.table)
    same = (one.table, one.rule) == (other.table, other.rule) or one.built != other.built
    meet = any(
        f"{a}/".startswith(f"{b}/") or f"{b}/".startswith(f"{a}/")
        for a in one.touches
        for b in other.touches
    )
    return not (stops or same or meet)
