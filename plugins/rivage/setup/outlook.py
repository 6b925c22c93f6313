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
        missing: groups of sources, of each of which one is still needed before it has rows;
            empty when it is answered.
        more: further sources that would add to it.
    """

    mart: str
    question: str
    missing: tuple[tuple[str, ...], ...]
    more: tuple[str, ...]


def outlook(chosen: Collection[str]) -> list[Prospect]:
    """Every mart about the brand, by name; those about Rivage's own runs are left out.

    A mart is answered when one source of each group that its yml `needs` is chosen; one that
    needs none in particular, when any of its sources is. Exchange rates alone answer nothing.
    """
    declared, reads = all_streams(), streams_by_model()
    found = []
    for mart in marts():
        if mart.name.startswith("ops_"):
            continue
        sources = {declared[name].connector for name in reads.get(mart.name, ())} - {"ecb"}
        groups = [{declared[name].connector for name in group} for group in mart.needs] or [sources]
        missing = [_sorted(group) for group in groups if not group & set(chosen)]
        more = sources - set(chosen) - {name for group in missing for name in group}
        found.append(
            Prospect(mart.name, mart.question, tuple(dict.fromkeys(missing)), _sorted(more))
        )
    return found


def _sorted(names: set[str]) -> tuple[str, ...]:
    """In the order in which sources are asked for."""
    return tuple(name for name in CONNECTORS if name in names)
