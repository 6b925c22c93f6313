"""The registry: every module here that holds a `STREAM` declares one stream."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module

from rivage.errors import UnknownStream
from rivage.streams.model import (
    Changes,
    Column,
    Daily,
    Lookback,
    Personal,
    PersonKey,
    Snapshot,
    Stream,
)

__all__ = [
    "Changes",
    "Column",
    "Daily",
    "Lookback",
    "PersonKey",
    "Personal",
    "Snapshot",
    "Stream",
    "all_streams",
    "stream",
    "streams_of",
]


@lru_cache(maxsize=1)
def all_streams() -> dict[str, Stream]:
    """Every declared stream by name, in alphabetical order."""
    found: dict[str, Stream] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        declared = getattr(import_module(f"{__name__}.{module.name}"), "STREAM", None)
        if declared is None:
            continue
        if declared.name != module.name:
            raise UnknownStream(
                f"streams/{module.name}.py declares {declared.name!r}; stem and name must agree.",
                do="Rename one of the two.",
            )
        found[declared.name] = declared
    return found


def stream(name: str) -> Stream:
    """The stream of this name.

    Raises:
        UnknownStream: nothing under streams/ has it.
    """
    try:
        return all_streams()[name]
    except KeyError:
        raise UnknownStream(f"There is no stream {name!r}.") from None


def streams_of(connector: str) -> tuple[Stream, ...]:
    """All streams that one connector pulls."""
    return tuple(s for s in all_streams().values() if s.connector == connector)
