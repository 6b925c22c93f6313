"""Conversions the ad platform claims, booked on the ad interaction, known at the conversion.

The platform credits the last paid click within 7 days, else a view within 1 day. It cannot know
the true cause; the truth is kept with the orders. A thank-you page that is loaded twice fires
Purchase twice, and the platform counts both: `double_*` is that surplus, part of the other counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sandbox.world import brand
from sandbox.world.draws import I64, uniform
from sandbox.world.orders import Orders
from sandbox.world.plan import Plan
from sandbox.world.sessions import BOUGHT, CARTED, CHECKOUT, VIEWED, Sessions

CLICK, VIEW, ENGAGED_VIEW = range(3)
LONGEST_LAG = 8  # days between interaction and conversion, rounded up
COUNTS = ("page_views", "carts", "checkouts", "purchases", "value", "double_purchases",
          "double_value")  # fmt: skip
VIEW_SHARE, ENGAGED_SHARE = 0.10, 0.03  # of orders without a click


@dataclass(frozen=True)
class Claims:
    """One row per (ad, interaction hour, conversion hour, kind); hours since the epoch."""

    ad: I64
    interaction_hour: I64
    conversion_hour: I64
    kind: I64
    counts: I64  # [rows, COUNTS]; value in cents


def _views(plan: Plan, day: int, orders: Orders, rows: I64) -> tuple[I64, I64]:
    """Ad and second of the view claimed for orders without a click, at most a day earlier."""
    key = orders.key[rows]
    seconds = orders.created[rows] - (uniform(key, "view age") * 86_000).astype(np.int64)
    ads = np.zeros(len(rows), dtype=np.int64)
    before = seconds < plan.day(day).midnight
    for lag in (0, 1):
        for advertiser in (0, 1):
            mine = (before == (lag == 1)) & (
                (orders.country[rows] == brand.REUNION) == (advertiser == 1)
            )
            edges = plan.day(day - lag).ad_choice[advertiser, False]
            ads[mine] = np.searchsorted(edges, uniform(key[mine], "view ad"), side="right")
    # An ad that truly caused the order by being seen is the likeliest one to be credited.
    true_ad = orders.cause_ad[rows]
    use = (true_ad >= 0) & (uniform(key, "right ad") < 0.6) & ~before
    return np.where(use, true_ad, ads), seconds


def claims(plan: Plan, web: Sessions, orders: Orders) -> Claims:
    """Everything claimed for the visits and orders of one day."""
    visits = web.journeys
    rows = np.flatnonzero((web.depth >= VIEWED) & (visits.click_ad >= 0))
    total = np.zeros(len(web), dtype=np.int64)
    on_web = orders.visit >= 0
    total[orders.visit[on_web]] = orders.total[on_web]
    depth, again, paid = web.depth[rows], web.reload[rows].astype(np.int64), total[rows]
    bought = depth == BOUGHT
    counts = np.stack(
        [depth >= VIEWED, depth >= CARTED, depth >= CHECKOUT, bought * (1 + again),
         paid * (1 + again), bought * again, paid * again], axis=1
    ).astype(np.int64)  # fmt: skip
    ad = visits.click_ad[rows].astype(np.int64)
    interaction = visits.click_at[rows]
    conversion = np.where(depth == BOUGHT, web.purchase_at[rows], web.end[rows])
    kind = np.full(len(rows), CLICK, dtype=np.int64)

    no_click = np.flatnonzero(on_web)
    no_click = no_click[visits.click_ad[orders.visit[no_click]] < 0]
    chance = uniform(orders.key[no_click], "view claim")
    # A view that truly worked is claimed more often than chance.
    seen = (orders.cause_ad[no_click] >= 0) & (chance < 0.6)
    chosen = no_click[seen | (chance < VIEW_SHARE + ENGAGED_SHARE)]
    view_ad, view_at = _views(plan, web.journeys.day, orders, chosen)
    engaged = uniform(orders.key[chosen], "view kind") < ENGAGED_SHARE / (
        VIEW_SHARE + ENGAGED_SHARE
    )
    again, paid = web.reload[orders.visit[chosen]].astype(np.int64), orders.total[chosen]
    one = np.ones(len(chosen), dtype=np.int64)
    view_counts = np.stack(
        [one, one, one, 1 + again, paid * (1 + again), again, paid * again], axis=1
    )
    return _grouped(
        np.concatenate([ad, view_ad]),
        np.concatenate([interaction, view_at]) // 3_600,
        np.concatenate([conversion, orders.created[chosen]]) // 3_600,
        np.concatenate([kind, np.where(engaged, ENGAGED_VIEW, VIEW)]),
        np.concatenate([counts, view_counts]),
    )


def _grouped(ad: I64, interaction: I64, conversion: I64, kind: I64, counts: I64) -> Claims:
    base = int(interaction.min()) if len(interaction) else 0
    span = 24 * (LONGEST_LAG + 3)
    packed = ((ad * span + interaction - base) * span + conversion - base) * 3 + kind
    keys, group = np.unique(packed, return_inverse=True)
    sums = np.zeros((len(keys), counts.shape[1]), dtype=np.int64)
    np.add.at(sums, group, counts)
    rest, kinds = np.divmod(keys, 3)
    rest, conversions = np.divmod(rest, span)
    ads, interactions = np.divmod(rest, span)
    return Claims(ads, interactions + base, conversions + base, kinds, sums)


def joined(parts: list[Claims]) -> Claims:
    """Several days in one table."""
    if not parts:
        empty: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        return Claims(empty, empty, empty, empty, np.zeros((0, len(COUNTS)), dtype=np.int64))
    return Claims(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("ad", "interaction_hour", "conversion_hour", "kind", "counts")
        )
    )
