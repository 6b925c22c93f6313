"""Visits of the web shop as Matomo cuts them (contract: web.md 3.2, 3.3).

The same people as the other analytics tool sees, under other rules: no consent is needed, a
campaign click and midnight each open a new visit, the payment gateway does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sandbox.world import World, brand
from sandbox.world.draws import I64, Bools, uniform
from sandbox.world.leads import newsletter_signups, sample_requests
from sandbox.world.origins import LANDINGS
from sandbox.world.sessions import BOUGHT, CARTED, CHECKOUT, VIEWED, Sessions
from sandbox.world.zones import local_date

PAGES = (*LANDINGS, "/collections/corps", "/cart", "/checkout", "/checkout/merci")
_EXTRA, _CART, _CHECKOUT_PAGE, THANKS = range(len(LANDINGS), len(LANDINGS) + 4)
LANDING, PRODUCT = -1, -2  # pages that depend on the visit
_SECOND_CLICK = 0.02  # share of visits that are joined by a click on a newsletter
_BLOCKED_HERE_TOO = 0.6  # share of ad blockers' users that a first-party tracker misses as well
PARTS = 3  # most visits one stay is cut into


class Slot(NamedTuple):
    """One possible action: its moment in thousandths of the stay, its type, its page."""

    moment: int
    kind: str
    page: int


SLOTS = (
    Slot(0, "action", LANDING),
    Slot(200, "action", PRODUCT),
    Slot(300, "action", _EXTRA),
    Slot(400, "action", 1),
    Slot(450, "action", 0),  # the newsletter, clicked in a second tab
    Slot(500, "event", PRODUCT),
    Slot(550, "action", _CART),
    Slot(650, "action", _CHECKOUT_PAGE),
    Slot(660, "ecommerceAbandonedCart", _CHECKOUT_PAGE),
    Slot(900, "action", THANKS),
    Slot(900, "ecommerceOrder", THANKS),
    Slot(950, "action", THANKS),
    Slot(350, "event", 0),
    Slot(470, "event", PRODUCT),
)
SECOND_CLICK = 4
SIGN_UP, SAMPLE = 12, 13  # leads
_MOMENTS = np.array([slot.moment for slot in SLOTS], dtype=np.int64)[:, None]


@dataclass(frozen=True)
class Stays:
    """Actions of the stays that begin on one property day: [slot, visit of the world]."""

    day: int
    web: Sessions
    happens: Bools
    at: I64  # epoch second
    part: I64  # which of the stay's visits the action belongs to


@dataclass(frozen=True)
class Listed:
    """Visits of a list, one row each, newest last action first."""

    stays: list[Stays]
    source: I64  # position in `stays`
    row: I64
    part: I64
    first: I64  # epoch second of the first action
    last: I64  # of the last action so far

    def __len__(self) -> int:
        return len(self.row)


def seen(web: Sessions) -> Bools:
    """Whether the tracker sees a visit at all."""
    people = web.journeys.people
    blocked = people.consent == brand.CONSENT_BLOCKED
    return np.asarray(~blocked | (uniform(web.journeys.person, "own host") >= _BLOCKED_HERE_TOO))


def stays(world: World, day: int, split_at_midnight: bool) -> Stays:
    """The stays of a property day."""
    web, plan = world.sessions(day), world.plan.day(day)
    depth, pages = web.depth, web.pages
    touch, key = web.journeys.touch, web.journeys.key
    extra = pages - 1 - sum((depth >= step).astype(np.int64) for step in range(1, 5))
    second = (
        (depth >= VIEWED)
        & (touch.source != brand.SRC_EMAIL)
        & (uniform(key, "second click") < _SECOND_CLICK)
    )
    known = seen(web)
    masks: list[NDArray[Any]] = [
        np.ones(len(web), dtype=bool), depth >= VIEWED, extra >= 1, extra >= 2, second,
        depth >= CARTED, depth >= CARTED, depth >= CHECKOUT, (depth >= CARTED) & (depth < BOUGHT),
        depth == BOUGHT, depth == BOUGHT, web.reload,
        newsletter_signups(key, web.engaged), sample_requests(key, depth),
    ]  # fmt: skip
    happens = np.stack([mask & known for mask in masks])
    at = touch.start + web.seconds * _MOMENTS // 1_000
    part = (second & (SLOTS[SECOND_CLICK].moment <= _MOMENTS)).astype(np.int64)
    if split_at_midnight:
        part = part + (at >= plan.midnight + plan.seconds)
    return Stays(day, web, happens, at, part)


def visit_ids(listed: Listed) -> I64:
    """Number of each visit: it never changes while the visit grows."""
    days = np.array([one.day for one in listed.stays], dtype=np.int64)[listed.source]
    return (days + 17) * 10_000_000 + listed.row * PARTS + listed.part


def listing(world: World, begin: int, end: int, now: int, split_at_midnight: bool) -> Listed:
    """Visits whose last action so far lies in [begin, end), epoch seconds."""
    days = range(_day_of(world, begin) - 1, _day_of(world, min(end - 1, now)) + 1)
    return _listing(world, tuple(filter(world.covers, days)), begin, end, now, split_at_midnight)


def _day_of(world: World, instant: int) -> int:
    return world.config.index(local_date(instant))


@lru_cache(maxsize=4)
def _listing(
    world: World, days: tuple[int, ...], begin: int, end: int, now: int, split: bool
) -> Listed:
    found = [stays(world, day, split) for day in days]
    columns: list[tuple[I64, ...]] = []
    for source, one in enumerate(found):
        so_far = one.happens & (one.at <= now)
        for part in range(PARTS):
            mine = so_far & (one.part == part)
            last = np.where(mine, one.at, 0).max(axis=0, initial=0)
            first = np.where(mine, one.at, np.iinfo(np.int64).max).min(axis=0, initial=2**62)
            rows = np.flatnonzero((last >= begin) & (last < end))
            same = np.zeros(len(rows), dtype=np.int64)
            columns.append((same + source, rows, same + part, first[rows], last[rows]))
    if not columns:
        none = np.zeros(0, dtype=np.int64)
        return Listed(found, none, none, none, none, none)
    source_, row, part_, first_, last_ = (np.concatenate(c) for c in zip(*columns, strict=True))
    order = np.lexsort((-row, -source_, -last_))
    return Listed(found, *(column[order] for column in (source_, row, part_, first_, last_)))
