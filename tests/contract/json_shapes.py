"""Compares two JSON answers by fields and types, not by values."""

from __future__ import annotations

from typing import Any

Shape = dict[str, tuple[set[str], bool]]
"""Path -> JSON types seen there, and whether every parent object has it."""


def kind(value: Any) -> str:
    """JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {int: "number", float: "number", str: "string", list: "array"}.get(type(value), "object")


def shape(value: Any) -> Shape:
    """Every path in an answer; elements of a list share the path `name[]`."""
    seen: dict[str, set[str]] = {}
    objects: dict[str, int] = {}
    present: dict[str, int] = {}

    def walk(here: Any, path: str) -> None:
        seen.setdefault(path, set()).add(kind(here))
        if isinstance(here, dict):
            objects[path] = objects.get(path, 0) + 1
            for name, inner in here.items():
                inside = f"{path}.{name}"
                present[inside] = present.get(inside, 0) + 1
                walk(inner, inside)
        elif isinstance(here, list):
            for inner in here:
                walk(inner, f"{path}[]")

    walk(value, "")

    def always(path: str) -> bool:
        parent = path.rpartition(".")[0]
        return path not in present or present[path] == objects[parent]

    return {path: (types, always(path)) for path, types in seen.items()}


def differences(
    real: Any, ours: Any, more: set[str], also: dict[str, str] | None = None
) -> list[str]:
    """What `ours` has other than `real`.

    Args:
        more: fields it may have in addition.
        also: path -> a type it may have next to the real one's.

    Where the real answer only ever has null, or an empty list, ours may have anything.
    """
    wanted, found = shape(real), shape(ours)
    told = []
    for path, (types, every) in wanted.items():
        if path not in found:
            told.append(f"{path} is missing")
            continue
        own, own_every = found[path]
        if every and not own_every:
            told.append(f"{path} is missing in some objects")
        if types != {"null"} and not own <= types | {(also or {}).get(path, "")}:
            told.append(f"{path} is {sorted(own)} instead of {sorted(types)}")
    for path in found:
        parent, _, name = path.rpartition(".")
        known = parent in wanted and wanted[parent][0] != {"null"}
        if path not in wanted and known and not path.endswith("[]") and name not in more:
            told.append(f"{path} is not in the real answer")
    return told
