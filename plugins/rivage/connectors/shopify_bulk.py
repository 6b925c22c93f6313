"""One bulk operation: started, waited for, downloaded, and counted before anything is used.

Source: bulkOperationRunQuery, bulkOperation(id:), the JSON lines behind its url.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.http import HttpSession
from rivage.connectors.redaction import redact, remember
from rivage.connectors.shopify_lines import BulkUseless, Lines
from rivage.connectors.shopify_nested import Query
from rivage.connectors.shopify_query import BULK_STATE, RUN_BULK, Selection, bulk_query
from rivage.errors import BadRequest, ResponseTruncated, RivageError, ServerFailed

log = logging.getLogger("rivage.connectors")
FIRST_POLL, LONGEST_POLL = 0.5, 15.0
PATIENCE = 3_600.0
"""Seconds. A month of a large shop is ready within minutes; the API itself gives up after ten
days."""
PIECE = 4 << 20
"""Bytes of the file that are asked for at once."""
RUNNING = ("CREATED", "RUNNING", "CANCELING")


class BulkReads:
    """Runs bulk operations through `query` and fetches their files through `session`.

    Args:
        scratch: folder for what does not fit into memory; it is encrypted there.
    """

    def __init__(
        self,
        query: Query,
        session: HttpSession,
        scratch: Path,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._query = query
        self._session = session
        self._scratch = scratch
        self._sleep = sleep
        self._clock = clock

    @contextmanager
    def orders(self, order: Selection, search: str) -> Iterator[Lines]:
        """All orders of a search, complete and counted, until the block ends.

        Raises:
            BulkUseless: refused, failed, too slow, or lines are missing. A partial file is
                never used: nothing says which orders it lacks.
        """
        started = self._clock()
        operation = self._finished(self._start(bulk_query(order, search)))
        size = operation.get("fileSize")
        with closing(Lines(order, self._scratch, int(size) if size else None)) as lines:
            if operation.get("url"):
                try:
                    self._download(str(operation["url"]), size, lines)
                except (BadRequest, ServerFailed) as error:
                    told = error.what.rstrip(".")
                    raise BulkUseless(f"its file could not be read, {told}") from None
            lines.verify(operation)
            log.info(
                "bulk_read operation=%s lines=%d seconds=%.1f",
                operation.get("id"), lines.count, self._clock() - started,
            )  # fmt: skip
            yield lines

    def _start(self, text: str) -> str:
        answer = self._query(RUN_BULK, {"query": text})
        payload = answer.json["data"].get("bulkOperationRunQuery") or {}
        errors = payload.get("userErrors") or []
        operation = payload.get("bulkOperation") or {}
        if errors or not operation.get("id"):
            told = "; ".join(f"{e.get('code') or ''} {e.get('message')}".strip() for e in errors)
            raise BulkUseless(f"the shop did not start it: {redact(told) or 'no reason given'}")
        return str(operation["id"])

    def _finished(self, gid: str) -> dict[str, Any]:
        """The state of the operation once it has COMPLETED."""
        wait, deadline = FIRST_POLL, self._clock() + PATIENCE
        while True:
            state = self._query(BULK_STATE, {"id": gid}).json["data"].get("bulkOperation") or {}
            status = str(state.get("status"))
            if status == "COMPLETED":
                return state
            if status not in RUNNING:
                reason = f"{status} {state.get('errorCode') or ''}".strip()
                partial = ", with a partial file" if state.get("partialDataUrl") else ""
                raise BulkUseless(f"it ended as {reason}{partial}")
            if self._clock() > deadline:
                raise BulkUseless(f"it was still {status} after {PATIENCE:g} s")
            self._sleep(wait)
            wait = min(wait * 1.5, LONGEST_POLL)

    def _download(self, url: str, size: Any, lines: Lines) -> None:
        """Piece by piece, so that neither a cut connection nor a large file starts over."""
        remember(url.partition("?")[2])  # the signature opens the file to anybody
        total = int(size) if size else None
        at = 0
        while total is None or at < total:
            last = at + PIECE - 1 if total is None else min(at + PIECE, total) - 1
            answer = self._session.send(
                "GET",
                url,
                headers={"Range": f"bytes={at}-{last}", "Accept-Encoding": "identity"},
                classify=_piece(at, last, total),
                plain=True,
            )
            lines.feed(answer.body)
            at += len(answer.body)
            total = _total(answer) if total is None else total
        lines.end()


def _total(answer: Answer) -> int:
    text = answer.headers.get("Content-Range", "").rpartition("/")[2]
    return int(text) if text.isdigit() else len(answer.body)


def _piece(first: int, last: int, total: int | None) -> Callable[[Answer], RivageError | None]:
    """A server that ignores ranges sends the whole file, which is as good on the first ask."""

    def classify(answer: Answer) -> RivageError | None:
        if answer.status >= 300:
            return None
        whole = answer.status == 200 and first == 0 and len(answer.body) == (total or -1)
        length = len(answer.body)
        told = answer.headers.get("Content-Range", "").startswith(f"bytes {first}-")
        full = length == last - first + 1 or (total is None and 0 < length <= last - first + 1)
        if whole or (answer.status == 206 and told and full):
            return None
        return ResponseTruncated("The bulk operation's file came with another length than asked.")

    return classify
