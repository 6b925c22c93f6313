"""What each creator truly brought, for tests that compare."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.shop_orders import NORMAL
from sandbox.world.zones import local_date


def creators_truth(box: Sandbox, first: date, last: date) -> list[dict[str, Any]]:
    """Per creator and property day, as of now: orders not cancelled, and their money in cents.

    `promo_code_*` are web orders with the creator's code, as placed, tests left out; `affiliate_*`
    are TikTok Shop orders without samples and replacements, goods only.
    """
    now, config = box.clock.epoch, box.world.config
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_FIGURES, 0))

    def add(creator: int, at: int, ways: str, cents: int) -> None:
        row = found[(brand.CREATOR_KEYS[creator].upper(), local_date(at).isoformat())]
        row[f"{ways}_orders"] += 1
        row[f"{ways}_cents"] += cents

    for day in range(max(config.index(first), 0), min(config.index(last), box.last_day) + 1):
        web = box.world.orders(day)
        mine = (web.code >= 0) & (web.code < len(brand.CREATORS)) & ~web.test
        mine &= (web.created <= now) & ~((web.cancelled > 0) & (web.cancelled <= now))
        for row in np.flatnonzero(mine).tolist():
            add(int(web.code[row]), int(web.created[row]), "promo_code", int(web.total[row]))
        shop = box.world.shop_orders(day)
        sold = (shop.creator >= 0) & (shop.kind == NORMAL)
        sold &= (shop.created <= now) & ~((shop.cancelled > 0) & (shop.cancelled <= now))
        for row in np.flatnonzero(sold).tolist():
            cents = int(shop.subtotal[row])
            add(int(shop.creator[row]), int(shop.created[row]), "affiliate", cents)
    return [
        {"creator_key": creator, "report_date": day, **figures}
        for (creator, day), figures in sorted(found.items())
    ]


_FIGURES = ("promo_code_orders", "promo_code_cents", "affiliate_orders", "affiliate_cents")
