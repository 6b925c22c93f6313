"""Shapes an answer by the selected fields, and counts what it costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.shopify.graphql import Node, bound

_INTERFACES = {"DiscountApplication", "Node", "PricingValue", "LegacyInteroperability"}


class FieldError(Exception):
    """A selected field does not exist."""

    def __init__(self, message: str, path: list[str]) -> None:
        super().__init__(message)
        self.path = path


@dataclass
class Connection:
    """A paged list. `page` is already cut to the asked size."""

    page: list[Any]
    cursors: list[str] = field(default_factory=list)
    more: bool = False
    before: bool = False


Lazy = Callable[[dict[str, Any]], Any]  # arguments to value


def select(value: Any, nodes: list[Node], variables: dict[str, Any], path: list[str],
           kind: str = "QueryRoot") -> Any:  # fmt: skip
    """`value` with only the selected fields, in the order of the query."""
    if value is None:
        return None
    if isinstance(value, list):
        return [select(one, nodes, variables, path, kind) for one in value]
    if isinstance(value, Connection):
        return _connection(value, nodes, variables, path, kind)
    kind = value.get("__typename", kind)
    found: dict[str, Any] = {}
    for node in nodes:
        if not node.name:
            if node.on_type in (None, kind, *_INTERFACES) or "__typename" not in value:
                found |= select(value, node.children, variables, path, kind)
            continue
        if node.name == "__typename":
            found[node.alias] = kind
            continue
        if node.name not in value:
            raise FieldError(
                f"Field '{node.name}' doesn't exist on type '{kind}'", [*path, node.alias]
            )
        inner = value[node.name]
        if callable(inner):
            inner = inner(bound(node.arguments, variables))
        elif isinstance(inner, Connection) and "first" in node.arguments:
            inner = cut(inner, bound(node.arguments, variables))
        inner_kind = node.name[:1].upper() + node.name[1:]
        if node.children:
            inner = select(inner, node.children, variables, [*path, node.alias], inner_kind)
        elif isinstance(inner, (dict, Connection)):
            raise FieldError(
                f"Field must have selections (field '{node.name}' returns {inner_kind} but has no "
                f"selections. Did you mean '{node.name} {{ ... }}'?)", [*path, node.alias]
            )  # fmt: skip
        found[node.alias] = inner
    return found


def cut(connection: Connection, arguments: dict[str, Any]) -> Connection:
    """One page of a nested connection: `first` objects behind the cursor `after`."""
    begin = int(str(arguments.get("after") or "eyJpIjo-1").removeprefix("eyJpIjo")) + 1
    end = begin + int(arguments["first"] or 0)
    page = connection.page[begin:end]
    cursors = [f"eyJpIjo{begin + n}" for n in range(len(page))]
    return Connection(page, cursors, len(connection.page) > end, begin > 0)


def _connection(value: Connection, nodes: list[Node], variables: dict[str, Any], path: list[str],
                kind: str) -> dict[str, Any]:  # fmt: skip
    cursors = value.cursors or [f"eyJpIjo{n}" for n in range(len(value.page))]
    shape = {
        "nodes": value.page,
        "edges": [
            {"cursor": cursor, "node": one, "__typename": f"{kind}Edge"}
            for cursor, one in zip(cursors, value.page, strict=True)
        ],
        "pageInfo": {
            "__typename": "PageInfo",
            "hasNextPage": value.more,
            "hasPreviousPage": value.before,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
        "__typename": f"{kind}Connection",
    }
    return dict(select(shape, nodes, variables, path))


def cost(nodes: list[Node], variables: dict[str, Any], sizes: dict[str, int] | None = None) -> int:
    """Points: objects 1, scalars 0, connections by page size (growing with its root)."""
    total = 0
    for node in nodes:
        if not node.children:
            continue
        inner = cost(node.children, variables, sizes)
        if node.name in ("edges", "nodes", "node", "pageInfo", "") and not node.arguments:
            total += inner
            continue
        arguments = bound(node.arguments, variables)
        count = arguments.get("first", len(arguments.get("ids") or ()) or None)
        if sizes is not None and node.name in sizes:
            count = sizes[node.name]
        if isinstance(count, int):
            total += 2 + math.ceil(math.sqrt(count) * (1 + inner) / 2)
        else:
            total += 1 + inner
    return total
