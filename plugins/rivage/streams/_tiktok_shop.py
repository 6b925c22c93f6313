"""What the streams of the Shop Open API have in common."""

from __future__ import annotations

from rivage.streams.model import Changes, Column, Lookback, Personal

CHANGED = Changes(
    cursor="update_time",
    day="cast(timezone('{zone}', to_timestamp(update_time)) as date)",
    days_per_request=30,
)
"""Found by their last change; times are unix seconds."""

MISSED = Lookback(
    2,
    "The search index trails the records by minutes, and a record may change while its "
    "window is being read.",
)

# Analytics are computed overnight; paid orders, refunds and attribution move for some days.
COMPUTED_LATE = Lookback(
    3,
    "A day is computed the day after, and its attributed figures move while late payments "
    "and cancellations come in.",
)
ANALYTICS_LATENCY = 2

HIDDEN_CREATOR = (
    Personal("creator.user_name", "hash"),
    Personal("creator.nick_name", "drop"),
)


def money(path: str, name: str = "") -> Column:
    """The amount of a `{amount, currency}` object, sent as text."""
    return Column(name or path.rsplit(".", 1)[-1], f"{path}.amount", number=True)


def count(path: str) -> Column:
    """An integer, named like the last part of its path."""
    return Column(path.rsplit(".", 1)[-1], path, type="BIGINT")
