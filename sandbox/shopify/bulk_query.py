"""Which queries may run in bulk, and the lines they give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.shopify.graphql import BadDocument, Node, parse
from sandbox.shopify.select import Connection, FieldError, select

_LISTS = {"refunds", "transactions", "discountAllocations", "fulfillments", "customAttributes"}
_ROOTS = ("orders", "products")


class BulkRefused(Exception):
    """The query cannot be run in bulk."""


@dataclass(frozen=True)
class Plan:
    """A checked query: its root connection, arguments, and the fields of a root object."""

    root: str
    arguments: dict[str, Any]
    fields: list[Node]


def planned(text: str) -> Plan:
    """Check a query against the rules of bulk operations.

    Raises:
        BulkRefused: with the text of the user error.
    """
    try:
        kind, nodes, _ = parse(text)
    except BadDocument as bad:
        raise BulkRefused(f"Invalid bulk query: {bad}") from None
    if kind != "query" or len(nodes) != 1:
        raise BulkRefused("Bulk queries must contain exactly one top-level field.")
    (root,) = nodes
    if root.name in ("node", "nodes"):
        raise BulkRefused("Bulk queries cannot contain a top level `node` field.")
    if not _is_connection(root):
        raise BulkRefused("Bulk queries must contain at least one connection.")
    if root.name not in _ROOTS:
        raise BulkRefused(f"Field '{root.name}' doesn't exist on type 'QueryRoot'")
    if _connections(root) > 5:
        raise BulkRefused("Bulk queries cannot contain more than 5 connections.")
    if _depth(root) > 3:
        raise BulkRefused("Bulk queries cannot contain connections with a nesting depth over 2.")
    _refuse_connection_in_list(root)
    fields = _inner(root)
    if any(map(_is_connection, fields)) and all(field.name != "id" for field in fields):
        raise BulkRefused("The parent 'node' field for a nested connection must select the 'id'.")
    return Plan(root.name, root.arguments, fields)


def asks_for(nodes: list[Node], names: set[str]) -> bool:
    """Whether any of the fields is selected, at any depth."""
    return any(node.name in names or asks_for(node.children, names) for node in nodes)


def _is_connection(node: Node) -> bool:
    return any(child.name in ("edges", "nodes") for child in node.children)


def _inner(connection: Node) -> list[Node]:
    """Fields of the objects of a connection, asked for as `edges { node { … } }`."""
    edges = [child for child in connection.children if child.name == "edges"]
    found = [one for edge in edges for one in edge.children if one.name == "node"]
    if not found:
        raise BulkRefused("Bulk queries must ask for connections as edges { node { … } }.")
    return found[0].children


def _connections(node: Node) -> int:
    return _is_connection(node) + sum(_connections(child) for child in node.children)


def _depth(node: Node) -> int:
    """Connections on the deepest way down, the root one included."""
    return _is_connection(node) + max((_depth(child) for child in node.children), default=0)


def _refuse_connection_in_list(node: Node) -> None:
    if node.name in _LISTS and any(_connections(child) for child in node.children):
        raise BulkRefused(
            "Queries that contain a connection field within a list field are not currently "
            "supported."
        )
    for child in node.children:
        _refuse_connection_in_list(child)


def lines_of(
    value: dict[str, Any], plan: Plan, parent: str | None = None, fields: list[Node] | None = None
) -> Iterator[dict[str, Any]]:
    """An object and the objects of its connections, one line each."""
    chosen = plan.fields if fields is None else fields
    plain = [node for node in chosen if not _is_connection(node)]
    try:
        line = select(value, plain, {}, [plan.root])
        if parent is not None:
            line["__parentId"] = parent
        yield line
        for node in chosen:
            if not _is_connection(node):
                continue
            inner = value.get(node.name)
            for child in inner.page if isinstance(inner, Connection) else []:
                yield from lines_of(child, plan, str(value["id"]), _inner(node))
    except FieldError as error:
        raise BulkRefused(str(error)) from None
