"""Pages of changed orders, complete with all their lines.

Three limits of the API are dealt with here: a query may be too costly (the page is
halved), a list ends after 25 000 objects (it is continued from the last change seen),
and an order shows its first 100 lines only (the order is read again, line by line).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Page
from rivage.connectors.shopify_query import lines_query, orders_query
from rivage.errors import BadRequest, QueryTooLarge, RequestTimedOut, SchemaBroke

log = logging.getLogger("rivage.connectors")
LARGEST_PAGE = 250
LONGEST_LIST = 25_000
LINES_PER_PAGE = 100

Query = Callable[[str, dict[str, Any]], Answer]


class OrderReads:
    """Reads orders through `query`, which sends one GraphQL text with its variables."""

    def __init__(self, query: Query, page_size: int) -> None:
        self._query = query
        self._page_size = max(1, min(page_size, LARGEST_PAGE))

    def changed(self, node: str, start: datetime, end: datetime) -> Iterator[Page]:
        """Orders changed since `start` and created before `end` (UTC), oldest change first.

        The end bounds the creation, not the change: an order of the window's last day that
        changed again before this read would otherwise be in no window at all yet.

        Raises:
            QueryTooLarge, RequestTimedOut: a single order is still too much.
            SchemaBroke: an answer has no list of orders or no cursor.
        """
        since, after, listed, number = _instant(start), None, 0, 0
        until = _instant(end)
        while True:
            variables = {
                "after": after,
                "query": f"updated_at:>='{since}' AND created_at:<'{until}'",
            }
            answer = self._orders_page(orders_query(node), variables)
            records, more, after = _connection(answer.json["data"].get("orders"), "orders")
            for record in records:
                self._complete_lines(record, node)
            number, listed = number + 1, listed + len(records)
            version = answer.headers.get("X-Shopify-API-Version", "")
            yield Page(records, answer.request_id, version, answer.bytes, number)
            if not more:
                return
            if listed + self._page_size > LONGEST_LIST:
                since, after, listed = _continue_from(records, since), None, 0

    def _orders_page(self, text: str, variables: dict[str, Any]) -> Answer:
        while True:
            try:
                return self._query(text, {**variables, "first": self._page_size})
            except (QueryTooLarge, RequestTimedOut):
                if self._page_size == 1:
                    raise
            self._page_size = max(1, self._page_size // 2)
            log.warning("page_halved orders=%d", self._page_size)

    def _complete_lines(self, record: dict[str, Any], node: str) -> None:
        lines = record.get("lineItems")
        if not isinstance(lines, dict) or not (lines.get("pageInfo") or {}).get("hasNextPage"):
            return
        # The orders query gives no cursor for the lines, so they are read from the first.
        complete: list[dict[str, Any]] = []
        more, after = True, None
        while more:
            variables = {"id": record.get("id"), "first": LINES_PER_PAGE, "after": after}
            answer = self._query(lines_query(node), variables)
            order = answer.json["data"].get("order") or {}
            page, more, after = _connection(order.get("lineItems"), "lineItems")
            complete += page
        record["lineItems"] = {**lines, "nodes": complete, "pageInfo": {"hasNextPage": False}}


def _connection(value: Any, name: str) -> tuple[list[dict[str, Any]], bool, str | None]:
    """Nodes, whether more follow, and the cursor to ask for them."""
    nodes = value.get("nodes") if isinstance(value, dict) else None
    info = value.get("pageInfo") if isinstance(value, dict) else None
    if not isinstance(nodes, list) or not isinstance(info, dict):
        raise SchemaBroke(f"The shop answered without a list of {name}.")
    more, cursor = bool(info.get("hasNextPage")), info.get("endCursor")
    if more and not cursor:
        raise SchemaBroke(f"The shop announced more {name} without a cursor.")
    return nodes, more, cursor


def _continue_from(records: list[dict[str, Any]], since: str) -> str:
    """The last change seen. Orders changed in that very second come twice; keys tell."""
    last = str(records[-1].get("updatedAt") or "") if records else ""
    if not last or last <= since:
        raise BadRequest(
            f"More than {LONGEST_LIST} orders changed in the same instant, {since}.",
            do="Read this day with a bulk operation.",
        )
    return last


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
