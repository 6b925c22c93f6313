"""JSON lines of a bulk operation, put together to records.

Lines come in any order: a child may stand before its parent. An order and all its lines go to
the same part of a sealed file, and the parts are put together one by one, so that memory does
not grow with the number of orders.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rivage.connectors.sealed import Sealed
from rivage.connectors.shopify_query import Selection
from rivage.errors import ResponseTruncated

PART, MOST_PARTS = 2 << 20, 256
"""Bytes of the file that a part is meant to hold, and how many parts there may be."""
UNKNOWN = 64 << 20
"""Bytes that a file is taken to have when the shop does not say."""


class BulkUseless(Exception):
    """A bulk operation gives no complete answer; the reason in plain words."""


class Lines:
    """Collects the lines of one file; `count` is how many there are. Closed with `close`.

    Args:
        folder: where scratch files may lie.
        size: bytes of the file, as the shop says; None when it does not.
    """

    def __init__(self, chosen: Selection, folder: Path, size: int | None) -> None:
        self._chosen = chosen
        parts = min(MOST_PARTS, (UNKNOWN if size is None else size) // PART + 1)
        self._sealed = Sealed(folder, parts)
        self._rest = b""
        self._roots_seen = 0
        self.count = 0

    def feed(self, piece: bytes) -> None:
        """The next bytes of the file."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        for line in whole:
            self._add(line)

    def end(self) -> None:
        """The file has ended."""
        self._add(self._rest)
        self._rest = b""

    def close(self) -> None:
        """Nothing is read any more."""
        self._sealed.__exit__(None, None, None)

    def verify(self, operation: dict[str, Any]) -> None:
        """Compare with what the operation says it found.

        Raises:
            BulkUseless: lines, root lines or parents are missing.
        """
        for name, have in (("objectCount", self.count), ("rootObjectCount", self._roots_seen)):
            said = operation.get(name)
            if said is None or int(said) != have:
                raise BulkUseless(f"{name} is {said} and its file has {have}")
        orphans = 0
        for part in range(len(self._sealed)):
            roots, children = self._part(part)
            orphans += len(set(children) - set(roots))
        if orphans:
            raise BulkUseless(f"lines of {orphans} orders came without the order itself")

    def pages(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """The records with their lists, `size` at a time, in no special order."""
        page: list[dict[str, Any]] = []
        for part in range(len(self._sealed)):
            roots, children = self._part(part)
            for gid, line in roots.items():
                page.append(self._record(line, children.get(gid, ())))
                if len(page) == size:
                    yield page
                    page = []
        if page:
            yield page

    def _record(self, line: bytes, lines: list[bytes] | tuple[()]) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(line)
        children = [json.loads(one) for one in lines]
        for name, nested in self._chosen.lists.items():
            mine = [one for one in children if _is_a(one, nested.type)]
            mine.sort(key=_place)  # one answer for one state, whatever the file's order
            record[name] = {"nodes": mine, "pageInfo": {"hasNextPage": False}}
        return record

    def _part(self, part: int) -> tuple[dict[bytes, bytes], dict[bytes, list[bytes]]]:
        """Lines of the orders of one part by their id, and the lines that belong to each."""
        roots: dict[bytes, bytes] = {}
        children: dict[bytes, list[bytes]] = defaultdict(list)
        for line in self._sealed.lines(part):
            kind, gid, value = line.split(b"\t", 2)
            if kind == b"root":
                roots[gid] = value
            else:
                children[gid].append(value)
        return roots, children

    def _add(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            value = json.loads(line)
            parent = value.pop("__parentId", None)
            gid = str(parent or value["id"])
        except (ValueError, KeyError, AttributeError, TypeError):
            raise ResponseTruncated(
                "The bulk operation's file has a line that is no object."
            ) from None
        self.count += 1
        self._roots_seen += not parent
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        kind, key = "child" if parent else "root", json.dumps(gid)
        part = zlib.crc32(key.encode()) % len(self._sealed)
        self._sealed.add(part, f"{kind}\t{key}\t{body}".encode())


def _place(child: dict[str, Any]) -> tuple[int, int]:
    """Where a child stands in its list: by its index, or by its ever rising id."""
    number = str(child.get("id") or "").rpartition("/")[2]
    return int(child.get("index") or 0), int(number) if number.isdigit() else 0


def _is_a(child: dict[str, Any], kind: str) -> bool:
    """By its global id, or by its type where objects of a kind have none."""
    named = str(child.get("id") or "").removeprefix("gid://shopify/").partition("/")[0]
    return named == kind or str(child.get("__typename") or "").endswith(kind)
