"""The GraphQL texts sent to the shop, built around a stream's node selection."""

from __future__ import annotations

import re

from rivage.errors import BadRequest

SHOP = "query Shop { shop { name ianaTimezone currencyCode myshopifyDomain } }"
SCOPES = "query Scopes { currentAppInstallation { accessScopes { handle } } }"


def orders_query(node: str) -> str:
    """One page of orders, oldest change first."""
    return (
        "query Orders($first: Int!, $after: String, $query: String!) {\n"
        "orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {\n"
        f"nodes {{ {node} }}\n"
        "pageInfo { hasNextPage endCursor } } }"
    )


def lines_query(node: str) -> str:
    """All lines of one order, page by page, with the fields the stream selects."""
    lines = selection(node, "lineItems")
    return (
        "query Lines($id: ID!, $first: Int!, $after: String) {\n"
        "order(id: $id) { lineItems(first: $first, after: $after) {\n"
        f"nodes {{ {selection(lines, 'nodes')} }}\n"
        "pageInfo { hasNextPage endCursor } } } }"
    )


def selection(text: str, field: str) -> str:
    """What stands between the braces of `field { … }`, arguments skipped.

    Raises:
        BadRequest: the field or its closing brace is missing.
    """
    found = re.search(rf"\b{field}\b\s*(?:\([^)]*\))?\s*{{", text)
    depth = 1
    for place in range(found.end() if found else len(text), len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if found and depth == 0:
            return text[found.end() : place].strip()
    raise BadRequest(
        f"The order selection has no complete {field} {{ … }}.", do="Correct the stream."
    )
