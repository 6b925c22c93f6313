"""Streams that stopped: not pulled, pulled without news, or with a day left out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from rivage.audit.landing_volume import SMALL
from rivage.landing.coverage import HOLE_SEARCH_DAYS
from rivage.landing.recent import Recent
from rivage.streams.model import Snapshot

LATE = timedelta(hours=36)
"""A day's run plus half a day: a stream pulled so much earlier than others is left behind."""
ENOUGH_WINDOWS = 14
"""Windows a stream must have brought before its silence says anything."""
BY_CHANCE = 0.002
"""A silence as long as this probable, by how often the stream was silent before, is none."""


@dataclass(frozen=True)
class Still:
    """An account whose newest `windows` windows brought nothing new."""

    account_id: str
    since: date
    windows: int
    longest: int
    """The longest such time before."""


def stands_still(recent: Recent) -> Still | None:
    """Whether the newest windows are empty, or a list the same, for far longer than ever before."""
    windows = recent.windows
    if isinstance(recent.stream.window, Snapshot):
        if _ran_dry(recent):
            return None
        pairs = pairwise(windows)
        quiet = [before.content == after.content for before, after in pairs]
        days = [seen.day for seen in windows[1:]]
        least = 2  # one list like the one before is no news yet
    else:
        quiet, days, least = [not seen.rows for seen in windows], [s.day for s in windows], 1
    runs = [(is_quiet, len(list(group))) for is_quiet, group in groupby(quiet)]
    if len(quiet) <= ENOUGH_WINDOWS or not runs[-1][0]:
        return None
    now = runs[-1][1]
    longest = max((length for is_quiet, length in runs[:-1] if is_quiet), default=0)
    before = quiet[:-now]
    if len(before) < ENOUGH_WINDOWS or now < least or now <= 2 * longest:
        return None
    if (sum(before) / len(before)) ** now > BY_CHANCE:
        return None
    return Still(recent.account_id, days[-now], now, longest)


def _ran_dry(recent: Recent) -> bool:
    """Whether a list is empty and held little before: posts of a challenge that is over."""
    counts = [seen.rows for seen in recent.windows]
    last = next((rows for rows in reversed(counts) if rows), 0)
    return not counts or (not counts[-1] and last < SMALL)


def not_pulled(everything: Sequence[Recent]) -> list[tuple[Recent, datetime, timedelta]]:
    """Streams and accounts whose newest pull is far older than the newest of all, with its
    instant and how much older it is."""
    last = {
        (one.stream.name, one.account_id): max(seen.pulled_at for seen in one.windows)
        for one in everything
        if one.windows
    }
    newest = max(last.values(), default=None)
    found = []
    for one in everything:
        at = last.get((one.stream.name, one.account_id))
        if at and newest and newest - at > LATE:
            found.append((one, at, newest - at))
    return found


def holes(recent: Recent) -> list[date]:
    """Days between the first and the last landed one that nothing landed for; of the last
    quarter, as far back as an ordinary run looks for them."""
    if isinstance(recent.stream.window, Snapshot) or not recent.days:
        return []
    last = max(recent.days)
    first = max(min(recent.days), last - timedelta(days=HOLE_SEARCH_DAYS))
    every = (first + timedelta(days=n) for n in range((last - first).days))
    return [day for day in every if day not in recent.days]
