"""How many orders each customer has, and which of them an order is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.state import Sandbox
from sandbox.world.draws import I64, U64, Bools
from sandbox.world.world import World


@dataclass(frozen=True)
class History:
    """One row per order of some days, sorted by person, then time."""

    person: U64
    created: I64
    test: Bools

    def of(self, person: np.uint64) -> slice:
        """Rows of one person."""
        low = int(np.searchsorted(self.person, person, side="left"))
        return slice(low, int(np.searchsorted(self.person, person, side="right")))


@lru_cache(maxsize=4)
def _history(world: World, last_day: int) -> History:
    days = [world.orders(day) for day in range(last_day + 1)]
    person = np.concatenate([one.person for one in days])
    created = np.concatenate([one.created for one in days])
    test = np.concatenate([one.test for one in days])
    order = np.lexsort((created, person))
    return History(person[order], created[order], test[order])


def number_of_orders(box: Sandbox, person: np.uint64) -> int:
    """Orders of a customer until now, test orders too."""
    known = _history(box.world, box.last_day)
    return int((known.created[known.of(person)] <= box.clock.epoch).sum())


def order_index(box: Sandbox, person: np.uint64, created: int) -> int:
    """Position of an order among its customer's orders, from 1, test orders left out."""
    known = _history(box.world, box.last_day)
    rows = known.of(person)
    return int(((known.created[rows] <= created) & ~known.test[rows]).sum())
