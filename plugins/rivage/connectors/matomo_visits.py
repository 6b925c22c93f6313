"""Reads one day of the visitor log, page by page, without a gap.

The list is ordered by last action, newest first, and has no total: a visit that acts
again moves while the list is being read, and equal times have no fixed order. So each
page begins a few rows before the end of the one before; when the last row of that page
is not among them, the list has moved and the day is read once more from its start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rivage.connectors.answers import Answer
from rivage.errors import RequestTimedOut, SchemaBroke, ServerFailed

log = logging.getLogger("rivage.connectors")
Visit = dict[str, Any]
Ask = Callable[[int, int], tuple[Answer, list[Visit]]]
"""Called with offset and limit; gives the answer and its visits."""

OVERLAP = 10
"""Rows asked for twice at the border of two pages."""
SERVER_DEFAULTS = (10, 100)
"""A first page of exactly this length may be the server's own cap, not the day's end."""
SMALLEST = 50
"""Visits per request below which a failing server is not helped by asking for fewer."""
RESTARTS = 2


class _ListMoved(Exception):
    """The last visit of the page before is not where it was."""


@dataclass(frozen=True)
class Piece:
    """One page: the visits not seen on the page before."""

    answer: Answer
    visits: list[Visit]


def key_of(visit: Visit) -> str:
    """Visit number as text, whether the installation sends numbers or texts.

    Raises:
        SchemaBroke: the visit has none.
    """
    number = visit.get("idVisit")
    if number is None or isinstance(number, bool) or not str(number).isdecimal():
        raise SchemaBroke("A visit came without a readable idVisit.")
    return f"{visit.get('idSite')}-{number}"


def read_day(ask: Ask, limit: int) -> Iterator[Piece]:
    """Every visit of the day at least once, restarted when the list moves.

    A list that keeps moving is read to its end with a warning: the visits that move are
    active ones, which the look-back reads again anyway.
    """
    for attempt in range(RESTARTS + 1):
        try:
            yield from _walk(ask, limit, strict=attempt < RESTARTS)
        except _ListMoved:
            log.warning("visits_moved attempt=%d action=restart", attempt + 1)
            continue
        return


def _walk(ask: Ask, limit: int, *, strict: bool) -> Iterator[Piece]:
    limit = max(limit, 2 * OVERLAP)
    offset, before, last = 0, frozenset[str](), ""
    while True:
        try:
            answer, visits = ask(offset, limit)
        except (RequestTimedOut, ServerFailed) as failure:
            # A large page is what exhausts the server's memory and time.
            if limit // 2 < SMALLEST or type(failure) not in (RequestTimedOut, ServerFailed):
                raise
            limit //= 2
            log.warning("page_halved limit=%d", limit)
            continue
        keys = [key_of(visit) for visit in visits]
        if last and last not in keys:
            if strict:
                raise _ListMoved
            log.warning("visits_keep_moving offset=%d", offset)
        yield Piece(answer, [v for v, k in zip(visits, keys, strict=True) if k not in before])
        cut_by_server = offset == 0 and len(visits) in SERVER_DEFAULTS
        if not visits or (len(visits) < limit and not cut_by_server):
            return
        overlap = min(OVERLAP, len(visits) // 2)
        before, last, offset = frozenset(keys), keys[-1], offset + len(visits) - overlap
        if cut_by_server:
            limit = len(visits)
