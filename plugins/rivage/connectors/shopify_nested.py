"""Lists inside a record that are longer than their first page, read to their end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.shopify_query import Selection, nested_query, refunds_query
from rivage.errors import QueryTooLarge, RequestTimedOut, ResponseTruncated, SchemaBroke

log = logging.getLogger("rivage.connectors")
PER_PAGE = 100
REFUNDED_ORDERS_AT_ONCE = 10

Record = dict[str, Any]
Query = Callable[[str, dict[str, Any]], Answer]
"""Sends one GraphQL text with its variables."""


def connection(value: Any, name: str) -> tuple[list[Record], bool, str | None]:
    """Nodes, whether more follow, and the cursor to ask for them.

    Raises:
        SchemaBroke: it is no list, or more follow and there is no cursor.
    """
    nodes = value.get("nodes") if isinstance(value, dict) else None
    info = value.get("pageInfo") if isinstance(value, dict) else None
    if not isinstance(nodes, list) or not isinstance(info, dict):
        raise SchemaBroke(f"The shop answered without a list of {name}.")
    more, cursor = bool(info.get("hasNextPage")), info.get("endCursor")
    if more and not cursor:
        raise SchemaBroke(f"The shop announced more {name} without a cursor.")
    return nodes, more, cursor


def complete(record: Record, chosen: Selection, query: Query) -> None:
    """Read to its end every list of the record that has a next page, in place."""
    for name in chosen.lists:
        listed = record.get(name)
        if not isinstance(listed, dict) or not (listed.get("pageInfo") or {}).get("hasNextPage"):
            continue
        # The record's own query gives no cursor for its lists, so they start over.
        found: list[Record] = []
        more, after = True, None
        while more:
            variables = {"id": record.get("id"), "first": PER_PAGE, "after": after}
            answer = query(nested_query(chosen, name), variables)
            parent = answer.json["data"].get(chosen.one) or {}
            page, more, after = connection(parent.get(name), name)
            found += page
        record[name] = {**listed, "nodes": found, "pageInfo": {"hasNextPage": False}}


def complete_refunds(orders: list[Record], refund: Selection, query: Query) -> None:
    """Give the refunds of the orders their lines, shipping and adjustments, in place.

    Raises:
        ResponseTruncated: an order that was just listed is not found.
    """
    refunded = [order for order in orders if order.get("refunds")]
    size = REFUNDED_ORDERS_AT_ONCE
    while refunded:
        batch = refunded[:size]
        ids = [order["id"] for order in batch]
        try:
            nodes = query(refunds_query(refund), {"ids": ids}).json["data"].get("nodes")
        except (QueryTooLarge, RequestTimedOut):
            if size == 1:
                raise
            size = max(1, size // 2)
            log.warning("page_halved refunded_orders=%d", size)
            continue
        known = {node["id"]: node for node in nodes or () if node}
        for order in batch:
            detailed = known.get(order["id"], {}).get("refunds")
            if not isinstance(detailed, list):
                raise ResponseTruncated("The shop listed an order and then sent no refunds of it.")
            for one in detailed:
                complete(one, refund, query)
            order["refunds"] = detailed
        refunded = refunded[len(batch) :]
