"""What happens inside each visit: depth, pages, time, engagement. Arrays match `Journeys` rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.world import brand
from sandbox.world.draws import I64, Bools, uniform
from sandbox.world.journeys import Journeys
from sandbox.world.visits import pick

NONE, VIEWED, CARTED, CHECKOUT, BOUGHT = range(5)


@dataclass(frozen=True)
class Sessions:
    """One row per visit."""

    journeys: Journeys
    depth: NDArray[np.int8]  # NONE … BOUGHT
    pages: I64  # page views
    engaged: Bools
    seconds: I64  # from first to last event
    foreground: I64  # engagement seconds
    product: NDArray[np.int8]
    city: NDArray[np.int8]  # position in `places.PLACES`
    gateway: Bools  # the payment gateway opens a new session before the purchase event
    reload: Bools  # the thank-you page is loaded twice
    order: I64  # order number of the visit, 0 without
    processed_at: I64  # epoch second from which the analytics API counts the visit

    def __len__(self) -> int:
        return len(self.depth)

    @property
    def end(self) -> I64:
        """Epoch second of the last event."""
        return self.journeys.touch.start + self.seconds

    @property
    def purchase_at(self) -> I64:
        """Epoch second of the purchase, meaningful where depth is BOUGHT."""
        return self.journeys.touch.start + (self.seconds * 9) // 10


def sessions(visits: Journeys) -> Sessions:
    """Fill the visits of a day. Order numbers are written by whoever makes the orders."""
    key, touch = visits.key, visits.touch
    returning = visits.offset > 0
    rate = brand.BUY_RATE[touch.channel] * np.where(returning, brand.RETURN_BONUS, 1.0)
    draw = uniform(key, "depth")
    depth = (
        (draw < np.minimum(0.22 + 5.0 * rate, 0.8)).astype(np.int8)
        + (draw < 3.6 * rate)
        + (draw < 1.9 * rate)
        + touch.buys
    )
    engaged = np.asarray((depth >= VIEWED) | (uniform(key, "engaged") < 0.34))
    extra = np.minimum(-np.log1p(-uniform(key, "pages")) * 1.1, 2.0).astype(np.int64)
    pages = (
        1
        + np.where(engaged, extra, 0)
        + (depth >= VIEWED)
        + (depth >= CARTED)
        + (depth >= CHECKOUT)
        + (depth == BOUGHT)
    )
    length = -np.log1p(-uniform(key, "length"))
    # Depth is an 8-bit number: 70 times 2 would not fit.
    pace = 50 + 70 * depth.astype(np.int64)
    seconds = np.where(engaged, 12 + length * pace, 1 + length * 3).astype(np.int64)
    seconds = np.minimum(seconds, 2_600)
    seconds = np.where(depth == BOUGHT, np.maximum(seconds, 150), seconds)
    late = uniform(key, "late visit")
    bought = depth == BOUGHT
    return Sessions(
        journeys=visits,
        depth=depth.astype(np.int8),
        pages=pages,
        engaged=engaged,
        seconds=seconds,
        foreground=np.where(engaged, (seconds * 0.7).astype(np.int64), 0),
        product=pick(brand.PRODUCT_WEIGHTS, uniform(key, "product")),
        city=visits.people.place,
        gateway=np.asarray(bought & (uniform(key, "gateway") < 0.10)),
        reload=np.asarray(bought & (uniform(key, "reload") < 0.03)),
        order=np.zeros(len(key), dtype=np.int64),
        # Four hours of processing; a few visits are counted only on the second day.
        processed_at=touch.start
        + seconds
        + np.where(late < 0.03, 24 * 3600 + late / 0.03 * 19 * 3600, 4 * 3600).astype(np.int64),
    )
