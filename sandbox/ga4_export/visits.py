"""Columns of the visits an export file speaks about, ready for SQL."""

from __future__ import annotations

from typing import Any

import numpy as np

from sandbox.world import World, brand
from sandbox.world.customers import address_in_link, logged_in
from sandbox.world.draws import I64, derived
from sandbox.world.orders import LINES
from sandbox.world.origins import (
    credited_codes,
    first_codes,
    has_ttclid,
    landing_codes,
    own_codes,
    ttclid_words,
)

Columns = dict[str, Any]  # name to array, all of one length


def visit_columns(world: World, day: int, rows: I64) -> Columns:
    """Facts of some visits of a property day."""
    web, orders = world.sessions(day), world.orders(day)
    visits, touch = web.journeys, web.journeys.touch
    key = visits.key[rows]
    jar = np.where(visits.own_jar, derived(visits.person, "second jar"), visits.person)
    order_of = np.full(len(web), -1, dtype=np.int64)
    on_web = np.flatnonzero(orders.visit >= 0)
    order_of[orders.visit[on_web]] = on_web
    order = order_of[rows]
    known = order >= 0
    columns: Columns = {
        "key": key,
        "start": touch.start[rows],
        "seconds": web.seconds[rows],
        "depth": web.depth[rows].astype(np.int64),
        "pages": web.pages[rows],
        "engaged": web.engaged[rows],
        "foreground": web.foreground[rows],
        "gateway": web.gateway[rows],
        "reload": web.reload[rows],
        "consent": visits.people.consent[rows].astype(np.int64),
        "cookie": jar[rows] % np.uint64(2_000_000_000) + np.uint64(100_000_000),
        "first_seen": visits.first_seen[rows],
        "number": visits.number[rows],
        "own": own_codes(world.plan, web)[rows],
        "credit": credited_codes(web)[rows],
        "first": first_codes(web)[rows],
        "landing": landing_codes(key, touch.ad[rows], web.product[rows]),
        "has_ttclid": has_ttclid(key, touch.channel[rows]),
        "click_word": ttclid_words(key),
        "person": visits.person[rows],
        "address_in_link": address_in_link(web)[rows],
        "logged_in": logged_in(web)[rows],
        "country": visits.people.country[rows].astype(np.int64),
        "city": web.city[rows].astype(np.int64),
        "device": visits.people.device[rows].astype(np.int64),
        "product": web.product[rows].astype(np.int64),
        "order_number": np.where(known, web.order[rows], 0),
        "total_cents": np.where(known, orders.total[order], 0) if len(orders) else order * 0,
    }
    zero = np.zeros(len(rows), dtype=np.int64)
    for name, values in (("shipping_cents", orders.shipping), ("code", orders.code)):
        empty = -1 if name == "code" else 0
        columns[name] = (
            np.where(known, values[order], empty).astype(np.int64) if len(orders) else zero + empty
        )
    for line in range(LINES):
        for name in ("product", "quantity", "price", "discount"):
            values = getattr(orders, name)
            columns[f"{name}_{line}"] = (
                np.where(known, values[order, line], 0).astype(np.int64) if len(orders) else zero
            )
    return columns


def joined(parts: list[Columns]) -> Columns:
    """Several tables as one."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def shown_visits(world: World, day: int) -> I64:
    """Rows of a day that send any hit: blockers send none."""
    consent = world.sessions(day).journeys.people.consent
    return np.flatnonzero(consent != brand.CONSENT_BLOCKED)
