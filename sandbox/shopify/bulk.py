"""Bulk operations: a query over everything, answered as a file of JSON lines (web.md 4.3)."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.shopify.access import denied_fields
from sandbox.shopify.bulk_query import BulkRefused, Plan, asks_for, lines_of, planned
from sandbox.shopify.order_node import order_node
from sandbox.shopify.order_table import matching, order_table
from sandbox.shopify.products import product_node
from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.zones import iso_z

FOLDER = "/admin/bulk-operation-outputs"
OVER = ("COMPLETED", "FAILED", "CANCELED", "EXPIRED")
_BLOCK = 400  # lines whose order is mixed together


@dataclass
class Operation:
    """One bulk operation."""

    gid: str
    query: str
    created: int  # simulated epoch second
    shortest: float  # wall-clock seconds it runs at least
    began: float = field(default_factory=time.monotonic)
    status: str = "CREATED"
    error: str | None = None
    objects: int = 0
    roots: int = 0
    size: int | None = None
    url: str | None = None
    partial_url: str | None = None


class BulkOperations:
    """Starts, runs and shows the bulk operations of the shop."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._known: dict[str, Operation] = {}
        self.folder = box.home / "bulk-operation-outputs"

    def start(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """bulkOperationRunQuery."""
        running = [one for one in self._known.values() if self._status(one) not in OVER]
        limit = self._box.settings.shopify_bulk_at_once
        if len(running) >= limit:
            # One at a time was the rule before 2026; its refusal has its own code.
            code = "OPERATION_IN_PROGRESS" if limit == 1 else "LIMIT_REACHED"
            gid = running[-1].gid if running else "another app"
            text = f"A bulk query operation for this app and shop is already in progress: {gid}."
            return _payload(None, text, code)
        try:
            plan = planned(str(arguments.get("query") or ""))
            for node in itertools.islice(self._roots(plan), 1):
                list(lines_of(node, plan))  # every selected field exists
        except BulkRefused as refused:
            return _payload(None, str(refused), "INVALID")
        gid = f"gid://shopify/BulkOperation/{7_000_000_000_000 + len(self._known) + 1}"
        seconds = self._box.settings.shopify_bulk_seconds
        made = Operation(gid, str(arguments["query"]), self._box.clock.epoch, seconds)
        self._known[gid] = made
        grouped = bool(arguments.get("groupObjects"))
        threading.Thread(target=self._run, args=(made, plan, grouped), daemon=True).start()
        return _payload(self.shown(gid))

    def cancel(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """bulkOperationCancel."""
        found = self._known.get(str(arguments.get("id")))
        if found is None:
            return _payload(None, "Bulk operation does not exist", "INVALID")
        if self._status(found) not in OVER:
            found.status = "CANCELED"
        return _payload(self.shown(found.gid))

    def shown(self, gid: str) -> dict[str, Any] | None:
        """A bulk operation as the API shows it now."""
        found = self._known.get(gid)
        if found is None:
            return None
        status = self._status(found)
        over = status in ("COMPLETED", "FAILED")
        return {
            "__typename": "BulkOperation", "id": gid, "status": status, "type": "QUERY",
            "errorCode": found.error if over else None, "createdAt": iso_z(found.created),
            "completedAt": iso_z(self._box.clock.epoch) if over else None,
            "objectCount": str(found.objects if over else 0),
            "rootObjectCount": str(found.roots if over else 0),
            "fileSize": str(found.size) if over and found.size else None,
            "url": found.url if over else None,
            "partialDataUrl": found.partial_url if over else None,
            "query": found.query,
        }  # fmt: skip

    def newest(self) -> dict[str, Any] | None:
        """currentBulkOperation."""
        return self.shown(next(reversed(self._known))) if self._known else None

    def _status(self, one: Operation) -> str:
        if one.status in ("COMPLETED", "FAILED"):
            young = time.monotonic() - one.began < one.shortest
            return "RUNNING" if young else one.status
        return one.status

    def _run(self, one: Operation, plan: Plan, grouped: bool) -> None:
        one.status = "RUNNING"
        if asks_for(plan.fields, set(denied_fields(self._box))):
            one.error, one.status = "ACCESS_DENIED", "FAILED"
            return
        outcome = self._box.settings.shopify_bulk_outcome
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"bulk-{one.gid.rsplit('/', 1)[1]}.jsonl"
        kept = 0
        with path.open("w", encoding="utf-8") as out:
            for block in self._blocks(one, plan, grouped):
                lost = len(block) // 2 if outcome != "COMPLETED" else 0
                kept += len(block) - lost
                out.writelines(line + "\n" for line in block[lost:])
        link = f"{self._box.url}{FOLDER}/{path.name}?Expires=1&Signature={one.began:.6f}"
        if one.status == "CANCELED":
            return
        if outcome == "FAILED":
            one.error, one.objects = "INTERNAL_SERVER_ERROR", kept
            one.partial_url = link
            one.status = "FAILED"
            return
        one.url = link if one.objects else None  # no file for nothing
        one.size = path.stat().st_size
        one.status = "COMPLETED"

    def _blocks(self, one: Operation, plan: Plan, grouped: bool) -> Iterator[list[str]]:
        """Lines in blocks; within a block children may come before their parents."""
        mix, block = random.Random(one.gid), []  # noqa: S311
        for node in self._roots(plan):
            if one.status == "CANCELED":
                return
            one.roots += 1
            for line in lines_of(node, plan):
                one.objects += 1
                block.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
            if len(block) >= _BLOCK:
                if not grouped:
                    mix.shuffle(block)
                yield block
                block = []
        if not grouped:
            mix.shuffle(block)
        yield block

    def _roots(self, plan: Plan) -> Iterator[dict[str, Any]]:
        if plan.root == "products":
            yield from (product_node(position) for position in range(len(brand.PRODUCTS)))
            return
        table = order_table(self._box)
        for row in matching(table, plan.arguments.get("query")).nonzero()[0]:
            yield order_node(self._box, int(table.day[row]), int(table.row[row]))

    def file(self, name: str) -> Path | None:
        """The finished file behind a link."""
        path = self.folder / Path(name).name
        return path if path.is_file() else None


def _payload(operation: dict[str, Any] | None, message: str = "", code: str = "") -> dict[str, Any]:
    problem = {"__typename": "BulkOperationUserError", "field": None, "message": message,
               "code": code}  # fmt: skip
    return {"__typename": "BulkOperationRunQueryPayload", "bulkOperation": operation,
            "userErrors": [problem] if message else []}  # fmt: skip
