"""Credit of all rule models over events: counted in SQL, shared out in a few lines of numpy.

Of the rules by place only the length of a journey and the role of a touch matter, so SQL adds up
whole numbers per channel, length and role, and no weight of a touch is ever written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rivage.journeys.event_files import Events, run
from rivage.measurement.paths import Floats
from rivage.measurement.rules import checked_shares

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "equal_split")
_MICROS = 1e6


@dataclass(frozen=True)
class Totals:
    """Orders and revenue per channel (c) of one model."""

    orders: Floats
    revenue: Floats


def count_windows(connection: DuckDBPyConnection) -> tuple[int, int]:
    """Find the touches of every order; orders with a touch and their revenue in millionths."""
    for name in ("touch_pairs", "crowded_instants", "crowded_windows", "windows", "order_ends"):
        run(connection, name)
    row = connection.execute("select count(*), coalesce(sum(micros), 0) from order_ends").fetchone()
    return (row[0], int(row[1])) if row else (0, 0)


def rule_totals(
    connection: DuckDBPyConnection,
    events: Events,
    models: tuple[str, ...] = MODELS,
    ends: tuple[float, float, float] = (0.4, 0.2, 0.4),
) -> dict[str, Totals]:
    """Credit of `models` after `count_windows`; unobserved orders are not in it."""
    found: dict[str, Floats] = {}
    size = len(events.channels)
    if set(models) - {"time_decay", "equal_split"}:
        found = _by_place(_by_role(connection, size), ends)
    if "equal_split" in models:
        found["equal_split"] = _per_channel(run(connection, "member_sums").fetchnumpy(), size)
    if "time_decay" in models:
        run(connection, "order_fades")
        found["time_decay"] = _per_channel(run(connection, "fade_sums").fetchnumpy(), size)
    return {model: Totals(found[model][0], found[model][1] / _MICROS) for model in models}


def _by_role(connection: DuckDBPyConnection, size: int) -> dict[str, Floats]:
    """Per role times and money (2, c, length of journey)."""
    table = run(connection, "rule_sums").fetchnumpy()
    lengths = int(table["length"].max(initial=0)) + 1
    cell = table["channel"].astype(np.int64) * lengths + table["length"]
    return {
        role: np.array(
            [
                np.bincount(cell[kept], table[name][kept].astype(float), minlength=size * lengths)
                for name in ("times", "micros")
            ]
        ).reshape(2, size, lengths)
        for role in ("touch", "first", "last", "last_non_direct")
        for kept in [table["standing"] == role]
    }


def _per_channel(table: dict[str, Any], size: int) -> Floats:
    """Orders and money (2, c), a party of several channels shared evenly among them."""
    party = table.get("size", 1)
    return np.array(
        [
            np.bincount(table["channel"], table[name] / party, minlength=size)
            for name in ("times", "micros")
        ]
    )


def _by_place(sums: dict[str, Floats], ends: tuple[float, float, float]) -> dict[str, Floats]:
    """Rules that ask for a touch's place alone, as in `measurement.rules`; (2, c) each."""
    a, middle, b = checked_shares(ends)
    touch, first, last = sums["touch"], sums["first"], sums["last"]
    lengths = np.arange(touch.shape[2])
    of_first = a / (a + b) if a + b > 0 else 0.5
    head = np.where(lengths > 2, a, np.where(lengths == 2, of_first, 1.0))
    tail = np.where(lengths > 2, b, np.where(lengths == 2, 1 - of_first, 0.0))
    between = np.where(lengths > 2, middle / np.maximum(lengths - 2, 1), 0.0)
    return {
        "first": first.sum(axis=2),
        "last": last.sum(axis=2),
        "last_non_direct": sums["last_non_direct"].sum(axis=2),
        "linear": touch @ (1 / np.maximum(lengths, 1)),
        "position": first @ head + last @ tail + (touch - first - last) @ between,
    }
