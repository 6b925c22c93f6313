"""Walking a numbered list whose total may change while it is being read.

A record that is added or removed during the walk shifts all later pages. Then the
walk starts once more from its first page; records yielded twice are equal in key and
staging keeps one. A list that keeps changing is read to its end with a warning: the
stream's lookback reads the same days again.

Raises ResponseTruncated when fewer records came than were announced. Standard
library only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rivage.connectors.base import Page
from rivage.errors import ResponseTruncated

log = logging.getLogger("rivage.connectors")


class _ListChanged(Exception):
    """The announced total differs from the one of the first page."""


@dataclass
class Totals:
    """Announced against received records of one walk."""

    strict: bool
    announced: int | None = None
    received: int = 0

    def add(self, announced: int, records: int) -> None:
        """Note one page, before it is yielded."""
        if self.announced is not None and announced != self.announced:
            if self.strict:
                raise _ListChanged
            log.warning(
                "list_keeps_changing before=%d now=%d received=%d",
                self.announced,
                announced,
                self.received,
            )
        self.announced = announced
        self.received += records

    def close(self) -> None:
        """Compare at the end of the walk."""
        if self.received < (self.announced or 0):
            raise ResponseTruncated(
                f"The API announced {self.announced} records and sent {self.received}."
            )


def walk_steadily(walk: Callable[[Totals], Iterator[Page]]) -> Iterator[Page]:
    """All pages of `walk`, which reports each one to the Totals it is given."""
    totals = Totals(strict=True)
    try:
        yield from walk(totals)
    except _ListChanged:
        log.warning(
            "list_changed before=%s received=%d action=restart", totals.announced, totals.received
        )
    else:
        totals.close()
        return
    totals = Totals(strict=False)
    yield from walk(totals)
    totals.close()
