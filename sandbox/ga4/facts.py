"""The rows a report is grouped from: one per session the API has counted by now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.customers import address_in_link
from sandbox.world.draws import F64, I64, derived, uniform
from sandbox.world.leads import newsletter_signups, sample_requests
from sandbox.world.orders import Orders
from sandbox.world.origins import (
    credited_codes,
    first_codes,
    has_ttclid,
    landing_codes,
    own_codes,
    pack,
    ttclid_words,
)
from sandbox.world.refunds import refund_events
from sandbox.world.sessions import CARTED, CHECKOUT, VIEWED, Sessions

UNKNOWN = -1
_BLANK_SOURCE = 0.03  # of the sessions without consent
COUNTED = (
    "sessions", "engaged", "foreground", "seconds", "pages", "new", "carts", "checkouts", "views",
    "purchases", "revenue", "refund", "shipping", "tax", "items", "item_revenue", "events",
    "newsletters", "samples",
)  # fmt: skip


@dataclass
class Facts:
    """Columns of equal length. Money in cents."""

    day: I64
    hour: I64
    credit: I64  # origin codes, UNKNOWN where even that is not known
    own: I64
    first: I64
    landing: I64
    click_word: NDArray[np.uint64]  # 0 without click id
    reader: NDArray[np.uint64]  # person whose e-mail the landing URL carries, 0 without
    country: I64
    city: I64
    device: I64
    number: I64
    user: NDArray[np.uint64]
    order: I64
    product: I64
    sums: dict[str, F64]

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Any) -> Facts:
        """The same for some rows."""
        names = [name for name in self.__dataclass_fields__ if name != "sums"]
        return Facts(**{name: getattr(self, name)[rows] for name in names},
                     sums={name: values[rows] for name, values in self.sums.items()})  # fmt: skip


def stacked(parts: list[Facts]) -> Facts:
    """Several tables as one."""
    names = [name for name in Facts.__dataclass_fields__ if name != "sums"]
    return Facts(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names},
        sums={name: np.concatenate([part.sums[name] for part in parts]) for name in COUNTED},
    )


def day_facts(box: Sandbox, day: int) -> list[Facts]:
    """What the API knows about one property day: sessions, gateway sessions, refunds."""
    web, orders = box.world.sessions(day), box.world.orders(day)
    visits = web.journeys
    shown = (visits.people.consent != brand.CONSENT_BLOCKED) & (web.processed_at <= box.clock.epoch)
    rows = np.flatnonzero(shown)
    facts = _visit_facts(box, web, orders, rows)
    back = web.gateway[rows] & (visits.people.consent[rows] == brand.CONSENT_FULL)
    parts = [facts]
    if back.any():
        parts.append(_gateway_facts(facts, back))
    for refunds in refund_events(box.world, day):
        counted = refunds.at + 4 * 3_600 <= box.clock.epoch
        parts.append(_refund_facts(box, day, refunds.orders, refunds.rows[counted],
                                   refunds.cents[counted]))  # fmt: skip
    return parts


def _visit_facts(box: Sandbox, web: Sessions, orders: Orders, rows: I64) -> Facts:
    visits, touch = web.journeys, web.journeys.touch
    total = {name: np.zeros(len(web)) for name in ("revenue", "shipping", "items", "lines")}
    on_web = orders.visit >= 0
    at = orders.visit[on_web]
    total["revenue"][at] = orders.total[on_web]
    total["shipping"][at] = orders.shipping[on_web]
    total["items"][at] = orders.quantity[on_web].sum(axis=1)
    total["lines"][at] = orders.subtotal[on_web]
    # Denied consent: sessions are modelled, purchases were never seen.
    known = visits.people.consent[rows] == brand.CONSENT_FULL
    bought = (web.order[rows] > 0) & known
    depth = np.where(known, web.depth[rows], 0)
    jar = visits.own_jar[rows]
    user = np.where(jar, derived(visits.person[rows], "second jar"), visits.person[rows])
    sums = {
        "sessions": np.ones(len(rows)),
        "engaged": web.engaged[rows],
        "foreground": web.foreground[rows],
        "seconds": web.seconds[rows],
        "pages": web.pages[rows],
        "new": visits.number[rows] == 1,
        "views": depth >= VIEWED,
        "carts": depth >= CARTED,
        "checkouts": depth >= CHECKOUT,
        "purchases": bought,
        "revenue": bought * total["revenue"][rows],
        "refund": np.zeros(len(rows)),
        "shipping": bought * total["shipping"][rows],
        "tax": bought * np.rint(total["revenue"][rows] / 6),
        "items": bought * total["items"][rows],
        "item_revenue": bought * total["lines"][rows],
        "newsletters": known & newsletter_signups(visits.key[rows], web.engaged[rows]),
        "samples": sample_requests(visits.key[rows], depth),
    }
    number = visits.number[rows] == 1
    sums["events"] = sums["pages"] + 1 + number + web.engaged[rows] + depth
    sums["events"] = sums["events"] + sums["newsletters"] + sums["samples"]
    plan, key = box.world.plan, visits.key[rows]
    # Modelled sessions sometimes come without any source: the empty string.
    blank = ~known & (uniform(key, "blank source") < _BLANK_SOURCE)
    person = visits.person[rows]
    words = ttclid_words(key)
    return Facts(
        day=np.full(len(rows), visits.day),
        hour=(touch.start[rows] - plan.day(visits.day).midnight) // 3_600 % 24,
        credit=np.where(blank, UNKNOWN, credited_codes(web)[rows]),
        own=own_codes(plan, web)[rows],
        first=first_codes(web)[rows],
        landing=landing_codes(key, touch.ad[rows], web.product[rows]),
        click_word=np.where(has_ttclid(key, touch.channel[rows]), words, np.uint64(0)),
        reader=np.where(address_in_link(web)[rows], person, np.uint64(0)),
        country=visits.people.country[rows].astype(np.int64),
        city=web.city[rows].astype(np.int64),
        device=visits.people.device[rows].astype(np.int64),
        number=visits.number[rows],
        user=np.where(known, user, key),
        order=np.where(bought, web.order[rows], 0),
        product=web.product[rows].astype(np.int64),
        sums={name: np.asarray(values, dtype=np.float64) for name, values in sums.items()},
    )


def _gateway_facts(facts: Facts, back: Any) -> Facts:
    """Move the purchase to the session the payment gateway opened."""
    moved = facts.take(back)
    code = int(pack(*(np.array([n]) for n in (brand.SRC_GATEWAY, -1, 0, -1)))[0])
    keep = {"purchases", "revenue", "shipping", "tax", "items", "item_revenue"}
    for name in COUNTED:
        if name in keep:
            facts.sums[name][back] = 0.0
        else:
            moved.sums[name][:] = {"sessions": 1.0, "pages": 1.0, "engaged": 1.0,
                                   "events": 3.0}.get(name, 0.0)  # fmt: skip
    facts.order[back] = 0
    moved.credit[:] = moved.own[:] = code
    moved.number += 1
    moved.landing[:], moved.click_word[:], moved.reader[:] = 0, 0, 0
    return moved


def _refund_facts(box: Sandbox, day: int, orders: Orders, rows: I64, cents: I64) -> Facts:
    web = box.world.sessions(orders.day)
    facts = _visit_facts(box, web, orders, orders.visit[rows])
    for values in facts.sums.values():
        values[:] = 0.0
    facts.sums["refund"][:] = cents
    facts.sums["events"][:] = 1.0
    facts.day[:] = day
    facts.order[:] = orders.number[rows]
    return facts


def facts(box: Sandbox, first: int, last: int) -> Facts | None:
    """Everything counted on property days first to last; None when nothing is."""
    parts: list[Facts] = []
    for day in range(max(first, 0), min(last, box.last_day) + 1):
        parts += day_facts(box, day)
    parts = [part for part in parts if len(part)]
    if not parts:
        return None
    table = stacked(parts)
    percent = box.settings.ga4_sampling_percent
    if percent < 100:
        table = table.take(uniform(table.user, "sample") < percent / 100)
        for name in COUNTED:
            table.sums[name] *= 100 / percent
    return table
