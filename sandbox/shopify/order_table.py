"""All orders visible by now as columns, for filters, sorting and paging."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sandbox.shopify.select import FieldError
from sandbox.state import Sandbox
from sandbox.world.draws import I64, Bools
from sandbox.world.orders import Orders

SHORT_HISTORY = 60 * 86_400  # seconds, without the scope read_all_orders
DEEPEST = 25_000
FIRST_ID = 5_900_000_000_000
_TERM = re.compile(r"""(-?)(\w+):\s*(>=|<=|>|<)?("[^"]*"|'[^']*'|[^\s()]+)""")
SORT_KEYS = {"CREATED_AT": "created", "PROCESSED_AT": "created", "UPDATED_AT": "updated",
             "ID": "number", "ORDER_NUMBER": "number"}  # fmt: skip


@dataclass(frozen=True)
class OrderTable:
    """One row per visible order."""

    day: I64
    row: I64  # in the orders of the day
    number: I64
    created: I64
    updated: I64
    cancelled: Bools
    closed: Bools
    test: Bools


def updated_at(orders: Orders, now: int) -> I64:
    """Newest change that has happened by now."""
    newest = orders.created.copy()
    for change in (orders.cancelled, orders.fulfilled, orders.edited, orders.refunded,
                   orders.refunded_again):  # fmt: skip
        newest = np.maximum(newest, np.where(change <= now, change, 0))
    return newest


def order_table(box: Sandbox) -> OrderTable:
    """Everything the token may see now."""
    now = box.clock.epoch
    oldest = 0 if "read_all_orders" not in box.settings.without_scopes else now - SHORT_HISTORY
    parts: list[list[Any]] = []
    for day in range(box.last_day + 1):
        orders = box.world.orders(day)
        rows = np.flatnonzero((orders.created <= now) & (orders.created >= oldest))
        cancelled = (orders.cancelled > 0) & (orders.cancelled <= now)
        closed = (orders.fulfilled > 0) & (orders.fulfilled <= now)
        columns = (
            np.full(len(orders), day), np.arange(len(orders)), orders.number, orders.created,
            updated_at(orders, now), cancelled, closed, orders.test,
        )  # fmt: skip
        parts.append([column[rows] for column in columns])
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        return OrderTable(empty, empty, empty, empty, empty, *[empty.astype(bool)] * 3)
    return OrderTable(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise FieldError(f"Invalid date in query: {text}", ["orders"]) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def matching(table: OrderTable, query: str | None) -> Bools:
    """Rows that satisfy a search query (terms are combined by AND)."""
    keep = np.ones(len(table.number), dtype=bool)
    for minus, name, operator, raw in _TERM.findall(query or ""):
        value = raw.strip("\"'")
        if name in ("created_at", "updated_at", "processed_at"):
            column = table.updated if name == "updated_at" else table.created
            limit = _instant(value)
            found = {">=": column >= limit, "<=": column <= limit, ">": column > limit,
                     "<": column < limit, "": column == limit}[operator]  # fmt: skip
        elif name == "status":
            found = {"open": ~table.closed & ~table.cancelled, "closed": table.closed,
                     "cancelled": table.cancelled, "not_closed": ~table.closed}.get(
                value, np.ones(len(keep), dtype=bool))  # fmt: skip
        elif name == "test":
            found = table.test == (value.lower() == "true")
        elif name == "name":
            found = table.number == int(re.sub(r"\D", "", value) or 0)
        elif name == "id":
            found = table.number + FIRST_ID == int(re.sub(r"\D", "", value) or 0)
        else:  # terms the search does not know match nothing less: they are ignored
            continue
        keep &= ~found if minus else found
    return keep


def cursor(key: int, number: int, position: int) -> str:
    """Opaque text that continues behind a row."""
    return base64.urlsafe_b64encode(json.dumps([key, number, position]).encode()).decode()


def page(table: OrderTable, arguments: dict[str, Any]) -> tuple[list[int], list[str], bool, bool]:
    """Rows, cursors, whether more follow and whether some came before."""
    sort_key = arguments.get("sortKey") or "PROCESSED_AT"
    if sort_key not in SORT_KEYS:
        raise FieldError(f"Argument 'sortKey' has an invalid value ({sort_key}).", ["orders"])
    rows = np.flatnonzero(matching(table, arguments.get("query")))
    keys = getattr(table, SORT_KEYS[sort_key])[rows]
    order = np.lexsort((table.number[rows], keys))
    if arguments.get("reverse"):
        order = order[::-1]
    rows, keys = rows[order], keys[order]
    begin = depth = 0
    if arguments.get("after"):
        try:
            key, number, depth = json.loads(base64.urlsafe_b64decode(arguments["after"]))
        except ValueError:
            raise FieldError("Invalid cursor for current pagination sort.", ["orders"]) from None
        numbers = table.number[rows]
        passed = (keys < key) | ((keys == key) & (numbers <= number))
        if arguments.get("reverse"):
            passed = (keys > key) | ((keys == key) & (numbers >= number))
        begin = int(passed.sum())
    count = int(arguments.get("first") or 0)
    shown = rows[begin : begin + count]
    if depth + len(shown) > DEEPEST:
        raise FieldError("Pagination through more than 25000 objects is not possible.", ["orders"])
    cursors = [
        cursor(int(key), int(table.number[row]), depth + n + 1)
        for n, (row, key) in enumerate(zip(shown, keys[begin : begin + count], strict=True))
    ]
    return shown.tolist(), cursors, begin + count < len(rows), begin > 0
