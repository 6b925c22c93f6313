"""How many rows a window should have brought, from what the same stream brought before. Pure.

A day is held against the same weekday of up to eight weeks before it, a list against the one
before it: posts of a challenge that is over get fewer every day. How far it may lie off follows
from how far the past ones lay off themselves, so a report of always the same ads is held tighter
than a day's comments; what was there before is never unusual.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from rivage.landing.recent import Recent, Seen
from rivage.streams.model import Snapshot

JUDGED_DAYS = 14
"""Windows of the newest two weeks are judged: until then a bad one is told again."""
WEEKS = 8
ENOUGH_WEEKS, ENOUGH_LISTS = 3, 5
LEAST_SLACK = math.log(1.6)
"""Up to a factor of 1.6 nothing is said: half a page lost is one of 2."""
SPREADS = 6
"""How many times the usual distance a window may lie off."""
SMALL = 10
"""Windows that usually bring fewer rows say nothing by their number."""
NORMAL = 1.4826
"""A median distance times this is the standard deviation of normal values."""
LIKE_COUNTS = 1 / 3
"""Rows that spread at least this much of what independent events do are taken for such: few
windows may agree by luck, events don't. A report of always the same ads spreads far less."""


@dataclass(frozen=True)
class Odd:
    """One window that brought far fewer or far more rows than usual."""

    account_id: str
    day: date
    rows: int
    low: float
    high: float

    @property
    def is_few(self) -> bool:
        return self.rows < self.low

    @property
    def distance(self) -> float:
        """How far outside, as a logarithm: comparable between streams and sides."""
        return _apart(self.rows, self.low if self.is_few else self.high)


def odd_windows(recent: Recent) -> list[Odd]:
    """Windows of the newest two weeks whose rows lie outside what the earlier ones brought."""
    told = [seen for seen in recent.windows if seen.rows]
    if not told:
        return []
    windows = [seen for seen in recent.windows if seen.day <= told[-1].day]
    since = windows[-1].day - timedelta(days=JUDGED_DAYS)
    by_list = isinstance(recent.stream.window, Snapshot)
    found = []
    for number, seen in enumerate(windows):
        if seen.day <= since:
            continue
        usual = _usual(windows[:number], seen, by_list)
        if usual is None:
            continue
        low, high = usual
        odd = Odd(recent.account_id, seen.day, seen.rows, low, high)
        if odd.is_few or (seen.rows > high and not seen.is_open):
            found.append(odd)
    return found


def _usual(earlier: Sequence[Seen], seen: Seen, by_list: bool) -> tuple[float, float] | None:
    """Fewest and most rows to expect of a window; None when the past is too short or small."""
    settled = [one for one in earlier if not one.is_open]
    alike = settled if by_list else [o for o in settled if o.day.weekday() == seen.day.weekday()]
    alike = alike[-WEEKS:]
    if len(alike) < (ENOUGH_LISTS if by_list else ENOUGH_WEEKS):
        return None
    expected = alike[-1].rows if by_list else median(one.rows for one in alike)
    if expected < SMALL:
        return None
    spread, by_chance = _spread(settled[-7 * WEEKS :], by_list), 1 / math.sqrt(expected)
    if spread > LIKE_COUNTS * by_chance:
        spread = max(spread, by_chance)
    slack = math.exp(max(LEAST_SLACK, SPREADS * spread))
    seen_before = [one.rows for one in alike]
    return min(expected / slack, *seen_before), max(expected * slack, *seen_before)


def _spread(windows: Sequence[Seen], by_list: bool) -> float:
    """Usual distance of a list from the one before it, or of a day from the middle of its
    weekday, as a logarithm."""
    if by_list:
        return NORMAL * median(_apart(a.rows, b.rows) for a, b in pairwise(windows))
    groups: dict[int, list[int]] = {}
    for one in windows:
        groups.setdefault(one.day.weekday(), []).append(one.rows)
    off = [
        _apart(median(group), rows) for group in groups.values() if len(group) > 1 for rows in group
    ]
    # A middle of three or four has moved towards each of them: a third more makes up for it.
    return 1.33 * NORMAL * median(off) if off else 0.0


def _apart(one: float, other: float) -> float:
    return abs(math.log((one + 1) / (other + 1)))
