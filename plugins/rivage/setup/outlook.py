"""Which marts the chosen sources answer, and what the others wait for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rivage.connectors import CONNECTORS
from rivage.streams import all_streams
from rivage.warehouse.lineage import streams_by_model
from rivage.warehouse.marts import marts


@dataclass(frozen=True)
class Prospect:
    """One mart.

    Args:
        missing: sources without which it has no rows; empty when it is answered.
        any_of: one of `missing` is enough.
        more: further sources that would add to it.
    """

    mart: str
    question: str
    missing: tuple[str, ...]
    any_of: bool
    more: tuple[str, ...]


def outlook(chosen: Collection[str]) -> list[Prospect]:
    """Every mart about the brand, by name; those about Rivage's own runs are left out.

    A mart is answered when each source is chosen of which it reads a required stream; one
    that reads none, when any of its sources is. Exchange rates alone answer nothing.
    """
    declared, reads = all_streams(), streams_by_model()
    found = []
    for mart in marts():
        if mart.name.startswith("ops_"):
            continue
        streams = [declared[name] for name in reads.get(mart.name, ())]
        sources = {stream.connector for stream in streams} - {"ecb"}
        required = {stream.connector for stream in streams if stream.required}
        missing, any_of = required - set(chosen), False
        if not required and not sources & set(chosen):
            missing, any_of = sources, True
        more = sources - required - set(chosen) - missing
        found.append(Prospect(mart.name, mart.question, _sorted(missing), any_of, _sorted(more)))
    return found


def _sorted(names: set[str]) -> tuple[str, ...]:
    """In the order in which sources are asked for."""
    return tuple(name for name in CONNECTORS if name in names)
