"""The GraphQL texts sent to the shop, built around what a stream selects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rivage.streams.model import Stream

SHOP = "query Shop { shop { name ianaTimezone currencyCode myshopifyDomain } }"
SCOPES = "query Scopes { currentAppInstallation { accessScopes { handle } } }"
RUN_BULK = (
    "mutation Run($query: String!) { bulkOperationRunQuery(query: $query) {\n"
    "bulkOperation { id status } userErrors { field message code } } }"
)
BULK_STATE = (
    "query State($id: ID!) { bulkOperation(id: $id) {\n"
    "id status errorCode objectCount rootObjectCount fileSize url partialDataUrl } }"
)


@dataclass(frozen=True)
class Nested:
    """A paged list inside a record: how many come with it, their type and their fields."""

    first: int
    node: str
    type: str = ""

    @property
    def text(self) -> str:
        """The list as the first page of a record."""
        return f"(first: {self.first}) {{ nodes {{ {self.node} }} pageInfo {{ hasNextPage }} }}"


@dataclass(frozen=True)
class Selection:
    """What is read of one kind of object.

    Args:
        one: name of the query for a single object (`order`).
    """

    one: str
    fields: str
    lists: Mapping[str, Nested]

    @property
    def text(self) -> str:
        """All fields, each list with its first page."""
        nested = (f"{name}{each.text}" for name, each in self.lists.items())
        return f"{self.fields} {' '.join(nested)}"


def selection(one: str, options: Mapping[str, Any]) -> Selection:
    """The selection that a stream's options describe."""
    lists = {name: Nested(**each) for name, each in options["lists"].items()}
    return Selection(one, " ".join(str(options["fields"]).split()), lists)


def orders_of(stream: Stream) -> tuple[Selection, Selection]:
    """Selections of orders and of their refunds."""
    return selection("order", stream.options), selection("refund", stream.options["refund"])


def orders_query(chosen: Selection) -> str:
    """One page of orders, oldest change first, and how many there are."""
    return (
        "query Orders($first: Int!, $after: String, $query: String!) {\n"
        "orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {\n"
        f"nodes {{ {chosen.text} }}\n"
        "pageInfo { hasNextPage endCursor } }\n"
        "ordersCount(query: $query) { count precision } }"
    )


def products_query(chosen: Selection) -> str:
    """One page of products, and how many there are."""
    return (
        "query Products($first: Int!, $after: String) {\n"
        "products(first: $first, after: $after, sortKey: ID) {\n"
        f"nodes {{ {chosen.text} }}\n"
        "pageInfo { hasNextPage endCursor } }\n"
        "productsCount { count precision } }"
    )


def nested_query(chosen: Selection, name: str) -> str:
    """One list of one object, page by page, with the fields the stream selects."""
    return (
        "query Nested($id: ID!, $first: Int!, $after: String) {\n"
        f"{chosen.one}(id: $id) {{ {name}(first: $first, after: $after) {{\n"
        f"nodes {{ {chosen.lists[name].node} }}\n"
        "pageInfo { hasNextPage endCursor } } } }"
    )


def refunds_query(refund: Selection) -> str:
    """All refunds of some orders."""
    return (
        "query Refunds($ids: [ID!]!) { nodes(ids: $ids) { ... on Order {\n"
        f"id refunds {{ {refund.text} }} }} }} }}"
    )


def bulk_query(chosen: Selection, search: str) -> str:
    """The same orders as one bulk operation: edges and nodes, no page sizes."""
    nested = (
        f"{name} {{ edges {{ node {{ {each.node} }} }} }}" for name, each in chosen.lists.items()
    )
    return (
        f"{{ orders(query: {json.dumps(search)}) {{ edges {{ node {{\n"
        f"{chosen.fields} {' '.join(nested)} }} }} }} }}"
    )
