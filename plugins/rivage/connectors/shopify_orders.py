"""Pages of changed orders, complete with all their lines and refunds.

Limits of the API that are dealt with here: a query may be too costly (the page is
halved), and a list ends after 25 000 objects (it is continued from the last change seen).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.base import Page
from rivage.connectors.shopify_nested import Query, Record, complete, complete_refunds, connection
from rivage.connectors.shopify_query import Selection, orders_query, products_query
from rivage.errors import BadRequest, QueryTooLarge, RequestTimedOut, ResponseTruncated

log = logging.getLogger("rivage.connectors")
LARGEST_PAGE = 250
LONGEST_LIST = 25_000
REREADS = 3


@dataclass
class Seen:
    """How many records a list announced at its first page, and how many came."""

    announced: int = -1
    received: int = 0

    def note(self, count: Any) -> None:
        """The list's own count; above ten thousand it is only a lower bound, and as good."""
        if self.announced < 0:
            self.announced = int((count or {}).get("count") or 0)


class PagedReads:
    """Reads lists through `query`, at most `page_size` records at a time."""

    def __init__(self, query: Query, page_size: int) -> None:
        self._query = query
        self._page_size = max(1, min(page_size, LARGEST_PAGE))

    def orders(
        self, order: Selection, refund: Selection, start: datetime, end: datetime
    ) -> Iterator[Page]:
        """Orders changed since `start` and created before `end` (UTC), oldest change first.

        Raises:
            QueryTooLarge, RequestTimedOut: a single order is still too much.
            SchemaBroke: an answer has no list of orders or no cursor.
        """
        since, after, listed, number = instant(start), None, 0, 0
        seen, text = Seen(), orders_query(order)
        while True:
            variables = {"after": after, "query": search(since, end)}
            answer, records, more, after = self._listed("orders", text, variables, seen)
            for record in records:
                complete(record, order, self._query)
            complete_refunds(records, refund, self._query)
            number, listed = number + 1, listed + len(records)
            yield _as_page(records, answer, number)
            if not more:
                return
            if listed + self._page_size > LONGEST_LIST:
                since, after, listed = _continue_from(records, since), None, 0

    def products(self, product: Selection) -> Iterator[Page]:
        """All products with all their variants.

        Raises: as `orders`.
        """
        after, number, more = None, 0, True
        seen, text = Seen(), products_query(product)
        while more:
            answer, records, more, after = self._listed("products", text, {"after": after}, seen)
            for record in records:
                complete(record, product, self._query)
            number += 1
            yield _as_page(records, answer, number)

    def _listed(
        self, name: str, text: str, variables: dict[str, Any], seen: Seen
    ) -> tuple[Answer, list[Record], bool, str | None]:
        """One page; a list that ends before its announced length is asked for again."""
        for _ in range(REREADS):
            answer = self._page(text, variables)
            data = answer.json["data"]
            records, more, after = connection(data.get(name), name)
            seen.note(data.get(f"{name}Count"))
            if more or seen.received + len(records) >= seen.announced:
                seen.received += len(records)
                return answer, records, more, after
            log.warning("list_short name=%s announced=%d", name, seen.announced)
        raise ResponseTruncated(
            f"The shop announced {seen.announced} {name} and sent {seen.received + len(records)}."
        )

    def _page(self, text: str, variables: dict[str, Any]) -> Answer:
        while True:
            try:
                return self._query(text, {**variables, "first": self._page_size})
            except (QueryTooLarge, RequestTimedOut):
                if self._page_size == 1:
                    raise
            self._page_size = max(1, self._page_size // 2)
            log.warning("page_halved records=%d", self._page_size)


def search(since: str, end: datetime) -> str:
    """The search for orders changed since an instant.

    The end bounds the creation, not the change: an order of the window's last day that
    changed again before this read would otherwise be in no window at all yet.
    """
    return f"updated_at:>='{since}' AND created_at:<'{instant(end)}'"


def instant(moment: datetime) -> str:
    """`2026-11-01T00:00:00Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_page(records: list[Record], answer: Answer, number: int) -> Page:
    version = answer.headers.get("X-Shopify-API-Version", "")
    return Page(records, answer.request_id, version, answer.bytes, number)


def _continue_from(records: list[Record], since: str) -> str:
    """The last change seen. Orders changed in that very second come twice; keys tell."""
    last = str(records[-1].get("updatedAt") or "") if records else ""
    if not last or last <= since:
        raise BadRequest(
            f"More than {LONGEST_LIST} orders changed in the same instant, {since}.",
            do="Read this day with a bulk operation.",
        )
    return last
