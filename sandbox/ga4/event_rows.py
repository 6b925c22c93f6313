"""Splits sessions into one row per event name, for reports that ask for `eventName`."""

from __future__ import annotations

import numpy as np

from sandbox.ga4.facts import Facts, stacked
from sandbox.world.draws import I64
from sandbox.world.leads import NEWSLETTER_EVENT, SAMPLE_EVENT

# event name: the sums that belong to that event; `events` is set to their count
EVENTS = {
    "first_visit": ("new",),
    "session_start": ("sessions",),
    "page_view": ("pages",),
    "user_engagement": ("engaged", "foreground"),
    "view_item": ("views",),
    "add_to_cart": ("carts",),
    "begin_checkout": ("checkouts",),
    "purchase": ("purchases", "revenue", "shipping", "tax", "items", "item_revenue"),
    "refund": ("refund",),
    NEWSLETTER_EVENT: ("newsletters",),
    SAMPLE_EVENT: ("samples",),
}
NAMES = list(EVENTS)


def by_event(facts: Facts) -> tuple[Facts, I64]:
    """The rows of each event name and the name's code per row."""
    parts, codes = [], []
    for code, columns in enumerate(EVENTS.values()):
        part = facts.take(facts.sums[columns[0]] > 0)
        count = part.sums[columns[0]].copy()
        session = part.sums["sessions"].copy()
        for name, values in part.sums.items():
            if name not in columns:
                values[:] = 0.0
        part.sums["sessions"][:] = session
        part.sums["events"][:] = 1.0 if columns[0] == "refund" else count
        parts.append(part)
        codes.append(np.full(len(part), code))
    return stacked(parts), np.concatenate(codes)
