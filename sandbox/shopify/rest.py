"""The legacy REST list of orders (contract: web.md 4.4)."""

from __future__ import annotations

import base64
import json
import math
import time
from datetime import UTC, datetime
from urllib.parse import quote

import numpy as np
from fastapi import Response
from fastapi.responses import JSONResponse

from sandbox.shopify.order_node import order_node
from sandbox.shopify.order_table import FIRST_ID, OrderTable, order_table
from sandbox.shopify.rest_order import rest_order
from sandbox.state import Sandbox
from sandbox.world.draws import Bools

DEFAULT_LIMIT, MOST = 50, 250
_ORDERS = {"created_at": "created", "processed_at": "created", "updated_at": "updated",
           "id": "number", "order_number": "number"}  # fmt: skip


class RestOrders:
    """GET orders.json, with its leaky bucket."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._filled, self._at = 0.0, time.monotonic()

    def answer(self, version: str, asked: dict[str, str]) -> Response:
        """One call."""
        limits, now = self._box.settings, time.monotonic()
        leaked = (now - self._at) * limits.shopify_rest_leak
        self._filled, self._at = max(0.0, self._filled - leaked), now
        if self._filled + 1 > limits.shopify_rest_bucket:
            text = (
                f"Exceeded {limits.shopify_rest_leak:g} calls per second for api client. Reduce "
                "request rates to resume uninterrupted service."
            )
            return JSONResponse({"errors": text}, 429, self._headers() | {"Retry-After": "2.0"})
        self._filled += 1
        try:
            rows, link, fields = self._page(version, asked)
        except ValueError as wrong:
            return JSONResponse({"errors": str(wrong)}, 400, self._headers())
        table = order_table(self._box)
        found = [
            rest_order(order_node(self._box, int(table.day[n]), int(table.row[n]))) for n in rows
        ]
        if fields:
            found = [{name: one[name] for name in one if name in fields} for one in found]
        return JSONResponse({"orders": found}, headers=self._headers() | link)

    def _headers(self) -> dict[str, str]:
        most = self._box.settings.shopify_rest_bucket
        return {"X-Shopify-Shop-Api-Call-Limit": f"{math.ceil(self._filled)}/{most}"}

    def _page(
        self, version: str, asked: dict[str, str]
    ) -> tuple[list[int], dict[str, str], set[str]]:
        """Rows of the page, its Link header and the fields asked for.

        Raises:
            ValueError: with the text of a 400.
        """
        limit = int(asked.get("limit") or DEFAULT_LIMIT)
        if not 1 <= limit <= MOST:
            raise ValueError("limit must be between 1 and 250")
        query, begin = dict(asked), 0
        if "page_info" in asked:
            alien = sorted(set(asked) - {"limit", "fields", "page_info"})
            if alien:
                raise ValueError(f"{alien[0]} cannot be passed when page_info is present.")
            try:
                query, begin = json.loads(base64.urlsafe_b64decode(asked["page_info"]))
            except ValueError:
                raise ValueError("page_info: Invalid value.") from None
        table = order_table(self._box)
        rows = np.flatnonzero(_matching(table, query))
        column, _, direction = query.get("order", "processed_at desc").partition(" ")
        if column not in _ORDERS:
            raise ValueError(f"order: {column} is not a column")
        keys = np.lexsort((table.number[rows], getattr(table, _ORDERS[column])[rows]))
        rows = rows[keys if direction.lower() == "asc" else keys[::-1]]
        places = {"previous": begin - limit if begin else None,
                  "next": begin + limit if begin + limit < len(rows) else None}  # fmt: skip
        links = [
            f"<{self._box.url}/admin/api/{version}/orders.json?limit={limit}"
            f'&page_info={_page_info(query, max(0, at))}>; rel="{name}"'
            for name, at in places.items()
            if at is not None
        ]
        fields = {name.strip() for name in asked.get("fields", "").split(",") if name.strip()}
        shown: list[int] = rows[begin : begin + limit].tolist()
        return shown, ({"Link": ", ".join(links)} if links else {}), fields


def _page_info(query: dict[str, str], begin: int) -> str:
    kept = {key: value for key, value in query.items() if key not in ("limit", "fields")}
    return quote(base64.urlsafe_b64encode(json.dumps([kept, begin]).encode()).decode())


def _matching(table: OrderTable, query: dict[str, str]) -> Bools:
    status = query.get("status", "open")  # closed and cancelled ones are left out by default
    known = {"open": ~table.closed & ~table.cancelled, "closed": table.closed,
             "cancelled": table.cancelled,
             "any": np.ones(len(table.number), dtype=bool)}  # fmt: skip
    if status not in known:
        raise ValueError("status: is not included in the list")
    keep = known[status]
    for name, column in (("created_at", table.created), ("processed_at", table.created),
                         ("updated_at", table.updated)):  # fmt: skip
        if f"{name}_min" in query:
            keep = keep & (column >= _epoch(query[f"{name}_min"]))
        if f"{name}_max" in query:
            keep = keep & (column <= _epoch(query[f"{name}_max"]))
    if "since_id" in query:
        keep = keep & (table.number + FIRST_ID > int(query["since_id"]))
    if "ids" in query:
        keep = keep & np.isin(table.number + FIRST_ID, [int(i) for i in query["ids"].split(",")])
    return np.asarray(keep)


def _epoch(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
