"""Events of one property day as columns: visits laid out on a fixed order of possible hits."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sandbox.ga4_export.visits import Columns, joined, shown_visits, visit_columns
from sandbox.world import World, brand
from sandbox.world.draws import F64, GOLDEN, I64, Bools, mix, uniform
from sandbox.world.leads import (
    NEWSLETTER_EVENT,
    SAMPLE_EVENT,
    newsletter_signups,
    sample_requests,
)
from sandbox.world.origins import LANDINGS
from sandbox.world.refunds import refund_events
from sandbox.world.sessions import BOUGHT, CARTED, CHECKOUT, VIEWED

NAMES = ("first_visit", "session_start", "page_view", "user_engagement", "view_item",
         "add_to_cart", "begin_checkout", "purchase", "refund",
         NEWSLETTER_EVENT, SAMPLE_EVENT)  # fmt: skip
CODE = {name: position for position, name in enumerate(NAMES)}
PATHS = (*LANDINGS, "/collections/corps", "/cart", "/checkout", "/checkout/merci")
EXTRA, CART, CHECKOUT_PAGE, THANKS = range(len(LANDINGS), len(LANDINGS) + 4)
LANDING, PRODUCT = -1, -2  # pages that depend on the visit
LATE_HITS = 0.012  # share of hits that arrive one to three days later
DUPLICATES = 0.005
_FLAKY_START = 0.05  # share of sessions without session_start


class Slot(NamedTuple):
    """One possible hit: its moment as share of the visit, its page, its place in the batch."""

    name: str
    moment: float
    page: int
    batch: int


SLOTS = (
    Slot("first_visit", 0.0, LANDING, 0),
    Slot("session_start", 0.0, LANDING, 1),
    Slot("page_view", 0.0, LANDING, 2),
    Slot("user_engagement", 0.15, LANDING, 3),
    Slot("page_view", 0.2, PRODUCT, 0),
    Slot("view_item", 0.2, PRODUCT, 1),
    Slot("page_view", 0.3, EXTRA, 0),
    Slot("page_view", 0.4, 1, 0),
    Slot("add_to_cart", 0.5, PRODUCT, 0),
    Slot("page_view", 0.55, CART, 0),
    Slot("page_view", 0.65, CHECKOUT_PAGE, 0),
    Slot("begin_checkout", 0.65, CHECKOUT_PAGE, 1),
    Slot("session_start", 0.89, THANKS, 0),  # opened by the payment gateway
    Slot("page_view", 0.9, THANKS, 1),
    Slot("purchase", 0.9, THANKS, 2),
    Slot("page_view", 0.95, THANKS, 0),  # thank-you page loaded again
    Slot("purchase", 0.95, THANKS, 1),
    Slot("user_engagement", 1.0, THANKS, 0),
    Slot(NEWSLETTER_EVENT, 0.35, 0, 0),
    Slot(SAMPLE_EVENT, 0.45, PRODUCT, 0),
)
_GATEWAY_SLOTS = (12, 13, 14, 15, 16)


def _happens(visits: Columns) -> list[Bools]:
    depth, engaged, pages = visits["depth"], visits["engaged"], visits["pages"]
    full = visits["consent"] == brand.CONSENT_FULL
    bought, again = depth == BOUGHT, visits["reload"]
    extra = pages - 1 - sum((depth >= step).astype(np.int64) for step in range(1, 5))
    start = uniform(visits["key"], "flaky start") >= _FLAKY_START
    every = np.ones(len(depth), dtype=bool)
    seen = [
        visits["number"] == 1, start, every, engaged, depth >= VIEWED, depth >= VIEWED, extra >= 1,
        extra >= 2, depth >= CARTED, depth >= CARTED, depth >= CHECKOUT, depth >= CHECKOUT,
        visits["gateway"], bought, bought, again, again, engaged & (depth >= CARTED),
        newsletter_signups(visits["key"], engaged), sample_requests(visits["key"], depth),
    ]  # fmt: skip
    # Denied consent: only page views, without any id.
    return [
        np.asarray(mask & (full | (slot.name == "page_view")))
        for slot, mask in zip(SLOTS, seen, strict=True)
    ]


def _laid_out(visits: Columns, first_row: int) -> Columns:
    """One row per hit."""
    masks = _happens(visits)
    rows = np.concatenate([np.flatnonzero(mask) for mask in masks])
    slot = np.repeat(np.arange(len(SLOTS)), [int(mask.sum()) for mask in masks])
    moment: F64 = np.array([one.moment for one in SLOTS])[slot]
    page: I64 = np.array([one.page for one in SLOTS])[slot]
    page = np.where(page == LANDING, visits["landing"][rows], page)
    page = np.where(page == PRODUCT, 2 + visits["product"][rows], page)
    page = np.where((slot == 17) & (visits["depth"][rows] < BOUGHT), CART, page)
    offset = (visits["seconds"][rows] * 1_000_000 * moment).astype(np.int64)
    micro = visits["start"][rows] * 1_000_000 + offset
    micro += (uniform(visits["key"][rows], "micro") * 999_000).astype(np.int64)
    gateway = visits["gateway"][rows] & np.isin(slot, _GATEWAY_SLOTS)
    # Purchases stay inside their session: the back office clock decides.
    return {
        "visit": rows + first_row,
        "slot": slot,
        "name": np.array([CODE[one.name] for one in SLOTS])[slot],
        "page": page,
        "micro": micro,
        "is_landing": slot <= 3,
        "in_gateway": gateway,
        "batch_index": np.array([one.batch for one in SLOTS])[slot],
        "refund_cents": np.zeros(len(rows), dtype=np.int64),
        "draw": mix(visits["key"][rows] + (slot.astype(np.uint64) + np.uint64(77)) * GOLDEN),
    }


def day_events(world: World, day: int, revision: int) -> tuple[Columns, Columns]:
    """Visits and events of the file of a property day at a revision (0 to 3)."""
    plan = world.plan.day(day)
    begin, end = plan.midnight * 1_000_000, (plan.midnight + plan.seconds) * 1_000_000
    visits, events, count = [], [], 0
    for source in (day - 1, day):
        if not world.covers(source):
            continue
        rows = shown_visits(world, source)
        if source < day:  # visits that run past midnight
            rows = rows[world.sessions(source).end[rows] >= plan.midnight]
        part = visit_columns(world, source, rows)
        visits.append(part)
        events.append(_laid_out(part, count))
        count += len(rows)
    for refunds in refund_events(world, day):
        part = visit_columns(world, refunds.orders.day, refunds.orders.visit[refunds.rows])
        visits.append(part)
        events.append(_refund_hits(part, count, refunds.at, refunds.cents))
        count += len(refunds.rows)
    table = joined(events)
    late = np.ceil(uniform(table["draw"], "late") / LATE_HITS * 3)  # 1 to 3 when late
    late = np.where(late > 3, 0, late)
    keep = (table["micro"] >= begin) & (table["micro"] < end) & (late <= revision)
    order = np.flatnonzero(keep)
    twice = order[uniform(table["draw"][order], "exported twice") < DUPLICATES]
    order = np.concatenate([order, twice])
    order = order[np.lexsort((table["slot"][order], table["visit"][order], table["micro"][order]))]
    return joined(visits), {name: values[order] for name, values in table.items()}


def _refund_hits(visits: Columns, first_row: int, at: I64, cents: I64) -> Columns:
    count = len(at)
    zero: Any = np.zeros(count, dtype=np.int64)
    return {
        "visit": np.arange(count) + first_row,
        "slot": zero + len(SLOTS),
        "name": zero + CODE["refund"],
        "page": zero + THANKS,
        "micro": at * 1_000_000,
        "is_landing": zero.astype(bool),
        "in_gateway": zero.astype(bool),
        "batch_index": zero,
        "refund_cents": cents,
        "draw": mix(visits["key"] + np.uint64(991) * np.full(count, GOLDEN)),
    }
