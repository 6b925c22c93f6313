"""JSON lines of a bulk operation, put together to records.

Lines come in any order: a child may stand before its parent. They are kept in memory and
compressed, never on disk, because they still hold personal data; a request window of thirty
days bounds them.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rivage.connectors.shopify_query import Selection
from rivage.errors import ResponseTruncated


class BulkUseless(Exception):
    """A bulk operation gives no complete answer; the reason in plain words."""


class Lines:
    """Collects the lines of one file; `count` is how many there are."""

    def __init__(self, chosen: Selection) -> None:
        self._chosen = chosen
        self._roots: dict[str, bytes] = {}
        self._children: dict[str, list[bytes]] = defaultdict(list)
        self._rest = b""
        self._roots_seen = 0
        self.count = 0

    def feed(self, piece: bytes) -> None:
        """The next bytes of the file."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        for line in whole:
            self._add(line)

    def close(self) -> None:
        """The file has ended."""
        self._add(self._rest)
        self._rest = b""

    def verify(self, operation: dict[str, Any]) -> None:
        """Compare with what the operation says it found.

        Raises:
            BulkUseless: lines, root lines or parents are missing.
        """
        for name, have in (("objectCount", self.count), ("rootObjectCount", self._roots_seen)):
            said = operation.get(name)
            if said is None or int(said) != have:
                raise BulkUseless(f"{name} is {said} and its file has {have}")
        orphans = len(set(self._children) - set(self._roots))
        if orphans:
            raise BulkUseless(f"lines of {orphans} orders came without the order itself")

    def pages(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """The records with their lists, `size` at a time, in the order of the file."""
        page: list[dict[str, Any]] = []
        for gid, packed in self._roots.items():
            record = _unpacked(packed)
            children = [_unpacked(one) for one in self._children.get(gid, ())]
            for name, nested in self._chosen.lists.items():
                mine = [one for one in children if _is_a(one, nested.type)]
                mine.sort(key=_place)  # one answer for one state, whatever the file's order
                record[name] = {"nodes": mine, "pageInfo": {"hasNextPage": False}}
            page.append(record)
            if len(page) == size:
                yield page
                page = []
        if page:
            yield page

    def _add(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            value = json.loads(line)
            parent = value.pop("__parentId", None)
            gid = "" if parent else str(value["id"])
        except (ValueError, KeyError, AttributeError, TypeError):
            raise ResponseTruncated(
                "The bulk operation's file has a line that is no object."
            ) from None
        self.count += 1
        packed = zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 1)
        if parent:
            self._children[str(parent)].append(packed)
        else:
            self._roots_seen += 1
            self._roots[gid] = packed


def _unpacked(packed: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(zlib.decompress(packed))
    return value


def _place(child: dict[str, Any]) -> tuple[int, int]:
    """Where a child stands in its list: by its index, or by its ever rising id."""
    number = str(child.get("id") or "").rpartition("/")[2]
    return int(child.get("index") or 0), int(number) if number.isdigit() else 0


def _is_a(child: dict[str, Any], kind: str) -> bool:
    """By its global id, or by its type where objects of a kind have none."""
    named = str(child.get("id") or "").removeprefix("gid://shopify/").partition("/")[0]
    return named == kind or str(child.get("__typename") or "").endswith(kind)
