"""What LIVE sessions, the TopView day and geo experiments truly brought, as of now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.world.caused import FIRST_LIVE, GEO, HALO, source_of
from sandbox.world.draws import Bools
from sandbox.world.experiments import EXPERIMENT
from sandbox.world.orders import Orders
from sandbox.world.places import FRANCE
from sandbox.world.visits import LONGEST_JOURNEY
from sandbox.world.zones import iso_z, local_date


def _days(box: Sandbox, first: int, last: int) -> range:
    return range(max(first, 0), min(last, box.last_day) + 1)


def _counted(box: Sandbox, orders: Orders) -> Bools:
    """Orders placed by now that are neither tests nor cancelled."""
    now = box.clock.epoch
    cancelled = (orders.cancelled > 0) & (orders.cancelled <= now)
    return (orders.created <= now) & ~orders.test & ~cancelled


def _caused_orders(box: Sandbox, source: int, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Counted web orders of the people of one cause, who would not have come without it."""
    for day in _days(box, first, last):
        orders = box.world.orders(day)
        mine = _counted(box, orders) & (orders.visit >= 0) & (source_of(orders.person) == source)
        for row in np.flatnonzero(mine).tolist():
            yield {
                "name": f"#{int(orders.number[row])}",
                "at": int(orders.created[row]),
                "cents": int(orders.total[row]),
            }


def _caused_visits(box: Sandbox, source: int, first: int, last: int) -> int:
    """First visits of the people of one cause."""
    total = 0
    for day in _days(box, first, last):
        visits = box.world.sessions(day).journeys
        begun = (visits.touch.start <= box.clock.epoch) & (visits.offset == 0)
        total += int((begun & (source_of(visits.person) == source)).sum())
    return total


def lives_truth(box: Sandbox) -> list[dict[str, Any]]:
    """LIVE sessions that have begun, with the visits and orders they caused on the web shop.

    `orders` are all by now, `orders_within_48h` those placed in the halo; money in cents.
    """
    found = []
    for nth, live in enumerate(box.world.content.lives):
        if live.start > box.clock.epoch:
            break
        source = FIRST_LIVE + nth
        orders = list(_caused_orders(box, source, live.day, live.day + 2 + LONGEST_JOURNEY))
        soon = [one for one in orders if one["at"] < live.start + HALO]
        found.append(
            {
                "room_id": live.room_id,
                "title": live.title,
                "start": iso_z(live.start),
                "end": iso_z(live.end),
                "visits": _caused_visits(box, source, live.day, live.day + 2),
                "orders": len(orders),
                "revenue_cents": sum(one["cents"] for one in orders),
                "orders_within_48h": len(soon),
                "revenue_within_48h_cents": sum(one["cents"] for one in soon),
                "order_names": [one["name"] for one in orders],
            }
        )
    return found


def experiments_truth(box: Sandbox) -> list[dict[str, Any]]:
    """Each experiment's plan and what it truly brought by now; money in cents.

    `incremental_*` are of people who came only because of it, during it and afterwards;
    `*_during` are of its own days. `treated_orders_during` and `control_orders_during` are all
    counted web orders from the French regions, extra ones included.
    """
    plan = EXPERIMENT
    config = box.world.config
    if plan.first_day > box.last_day:
        return []
    last = plan.last_day + LONGEST_JOURNEY
    orders = list(_caused_orders(box, GEO, plan.first_day, last))
    over = config.day(plan.last_day).isoformat()
    during = [one for one in orders if local_date(one["at"]).isoformat() <= over]
    treated = control = 0
    for day in _days(box, plan.first_day, plan.last_day):
        made = box.world.orders(day)
        french = _counted(box, made) & (made.visit >= 0) & (made.country == FRANCE)
        inside = np.isin(made.region, plan.regions)
        treated += int((french & inside).sum())
        control += int((french & ~inside).sum())
    return [
        {
            "experiment_id": plan.experiment_id,
            "name": plan.name,
            "treated_regions": list(plan.treated),
            "start_date": config.day(plan.first_day).isoformat(),
            "end_date": over,
            "planted_lift_of_paid_first_visits": plan.lift,
            "incremental_visits": _caused_visits(box, GEO, plan.first_day, plan.last_day),
            "incremental_orders": len(orders),
            "incremental_revenue_cents": sum(one["cents"] for one in orders),
            "incremental_orders_during": len(during),
            "incremental_revenue_during_cents": sum(one["cents"] for one in during),
            "treated_orders_during": treated,
            "control_orders_during": control,
        }
    ]
