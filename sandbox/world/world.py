"""The world behind one door. Days are made when asked for and kept in bounded caches."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from sandbox.world.claims import Claims, claims
from sandbox.world.comments import Comments
from sandbox.world.config import WorldConfig
from sandbox.world.delivery import Delivery, delivery
from sandbox.world.journeys import journeys
from sandbox.world.orders import FIRST_NUMBER, Orders, orders
from sandbox.world.plan import Plan
from sandbox.world.profile import Profile
from sandbox.world.sessions import Sessions, sessions
from sandbox.world.shop_orders import ShopOrders, shop_orders

T = TypeVar("T")
# Sessions are the heavy part: kept days hold about this many rows together.
KEPT_SESSION_ROWS = 600_000
# More than a year: whoever lists all orders walks all days, and must not make each day anew.
_KEPT_DAYS = 1_000


class World:
    """One seed, one world. Thread-safe: one day is made at a time."""

    def __init__(self, config: WorldConfig) -> None:
        self.config = config
        self.plan = Plan(config)
        self.accounts = self.plan.accounts
        self.content = self.plan.content
        self.comments = Comments(self.content, config.seed)
        self.profile = Profile(self.content, config.seed, config.start)
        self._lock = threading.RLock()
        self._sessions: OrderedDict[int, Sessions] = OrderedDict()
        # Small per day whatever the audience, except orders (about 200 bytes each).
        self._orders: OrderedDict[int, Orders] = OrderedDict()
        self._delivery: OrderedDict[int, Delivery] = OrderedDict()
        self._claims: OrderedDict[int, Claims] = OrderedDict()
        self._shop_orders: OrderedDict[int, ShopOrders] = OrderedDict()
        self._order_numbers: dict[int, int] = {0: FIRST_NUMBER}
        daily = max(config.new_people_per_day * 1.6, 1.0)
        self._kept_sessions = int(np.clip(KEPT_SESSION_ROWS / daily, 3, 130))

    def _kept(self, cache: OrderedDict[int, T], day: int, most: int, make: Callable[[], T]) -> T:
        with self._lock:
            if day not in cache:
                cache[day] = make()
                while len(cache) > most:
                    cache.popitem(last=False)
            else:
                cache.move_to_end(day)
            return cache[day]

    def covers(self, day: int) -> bool:
        """Whether the world has that day."""
        return 0 <= day < self.config.days

    def sessions(self, day: int) -> Sessions:
        """Visits of a property day, with order numbers filled in."""
        with self._lock:
            if day not in self._sessions:
                self._build(day)
            self._sessions.move_to_end(day)
            return self._sessions[day]

    def orders(self, day: int) -> Orders:
        """Orders of a property day."""
        with self._lock:
            if day not in self._orders:
                self._build(day)
            self._orders.move_to_end(day)
            return self._orders[day]

    def delivery(self, day: int) -> Delivery:
        """What the ads delivered on a property day."""
        return self._kept(
            self._delivery, day, 400, lambda: delivery(self.plan, self.sessions(day).journeys)
        )

    def claims(self, day: int) -> Claims:
        """What the platform claims for the visits and orders of a property day."""
        return self._kept(
            self._claims,
            day,
            _KEPT_DAYS,
            lambda: claims(self.plan, self.sessions(day), self.orders(day)),
        )

    def shop_orders(self, day: int) -> ShopOrders:
        """TikTok Shop orders of a shop day."""
        return self._kept(
            self._shop_orders,
            day,
            _KEPT_DAYS,
            lambda: shop_orders(self.config, self.content, day, self.shop_orders),
        )

    def _first_number(self, day: int) -> int:
        """Numbers are consecutive, so the days before have to be counted once."""
        known = max(known for known in self._order_numbers if known <= day)
        for earlier in range(known, day):
            self._build(earlier)
        return self._order_numbers[day]

    def _build(self, day: int) -> None:
        if not self.covers(day):
            raise ValueError(f"day {day} is outside the world")
        first = self._first_number(day)
        web = sessions(journeys(self.plan, day))
        made = orders(self.plan, day, web, first)
        on_web = made.visit >= 0
        web.order[made.visit[on_web]] = made.number[on_web]
        self._order_numbers[day + 1] = first + len(made)
        self._sessions[day], self._orders[day] = web, made
        while len(self._sessions) > self._kept_sessions:
            self._sessions.popitem(last=False)
        while len(self._orders) > _KEPT_DAYS:
            self._orders.popitem(last=False)
