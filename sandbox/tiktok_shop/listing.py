"""Searches: filters come from the body alone, paging and order from the query alone.

Whatever is put in the other place is ignored without a word, as in life.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_shop.envelope import invalid
from sandbox.tiktok_shop.gateway import Call

LARGEST_PAGE = 100


@dataclass(frozen=True)
class Item:
    """One record that may be listed, and what can be asked about it."""

    id: str
    created: int
    updated: int
    place: tuple[int, int]  # (day, row)


Items = Callable[[int], Sequence[Item]]
"""Everything that exists at an instant."""


def search(box: Sandbox, call: Call, name: str, items: Items, shown: Callable[[Item], Any],
           ids: str = "", keep: Callable[[Item], bool] | None = None,
           ) -> dict[str, Any]:  # fmt: skip
    """One page of a search, `name` being the list's key and `ids` the filter on ids.

    The index trails the records by some minutes: what changed meanwhile is found by its
    old time and shown with its new one, so an `update_time` may lie beyond the asked range.
    """
    size = page_size(call)
    offset, instant = _place(call, box.clock.epoch - box.settings.tiktok_shop_index_lag)
    field = call.query.get("sort_field", "create_time")
    if field not in ("create_time", "update_time"):
        raise invalid("Invalid request. Invalid 'sort_field' query parameter.")
    wanted = call.filters.get(ids)
    found = [
        item
        for item in items(instant)
        if _within(call.filters, item)
        and (not wanted or item.id in wanted)
        and (keep is None or keep(item))
    ]
    found.sort(
        key=lambda item: (item.created if field == "create_time" else item.updated, item.id),
        reverse=call.query.get("sort_order", "DESC") != "ASC",
    )
    page = found[offset : offset + size]
    return {name: [shown(item) for item in page], **_after(len(found), offset + size, instant)}


def paged(call: Call, name: str, records: Sequence[Any]) -> dict[str, Any]:
    """One page of a plain list."""
    size = page_size(call)
    offset, _ = _place(call, 0)
    shown = list(records[offset : offset + size])
    return {name: shown, **_after(len(records), offset + size, 0)}


def page_size(call: Call) -> int:
    """Required in the query, at most 100."""
    text = call.query.get("page_size", "")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LARGEST_PAGE):
        raise invalid("Invalid request. Invalid 'page_size' query parameter.")
    return int(text)


def _within(filters: dict[str, Any], item: Item) -> bool:
    for name, at in (("create_time", item.created), ("update_time", item.updated)):
        first, end = filters.get(f"{name}_ge"), filters.get(f"{name}_lt")
        last = filters.get(f"{name}_le")
        for bound in (first, end, last):
            if bound is not None and not isinstance(bound, int):
                raise invalid(f"Invalid request. '{name}' filters are unix seconds.")
        if (
            (first is not None and at < first)
            or (end is not None and at >= end)
            or (last is not None and at > last)
        ):
            return False
    return True


def _after(total: int, offset: int, instant: int) -> dict[str, Any]:
    token = base64.urlsafe_b64encode(f"{offset}:{instant}".encode()).decode()
    return {"next_page_token": token if offset < total else "", "total_count": total}


def _place(call: Call, instant: int) -> tuple[int, int]:
    """Where a page begins, and the instant its walk began."""
    token = call.query.get("page_token")
    if not token:
        return 0, instant
    try:
        offset, _, began = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        return int(offset), int(began)
    except (binascii.Error, ValueError):
        raise invalid("Invalid request. Invalid 'page_token' query parameter.") from None
