"""Journeys of events as weighted paths: what the data-driven models read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rivage.journeys.event_files import MICROS, Events, run
from rivage.measurement.paths import Paths, merged, offsets_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def event_paths(connection: DuckDBPyConnection, events: Events) -> Paths:
    """Paths of orders and of touches that led to none, after `count_windows`.

    Every touch of every window is listed here, those of users with many orders too: unlike the
    rules, a chain can't be fitted on counts alone.
    """
    for name in ("crowded_pairs", "journeys", "null_journeys"):
        run(connection, name)
    table = connection.execute(
        "select len(steps) as length, conversions, micros::double as micros, lost from journeys"
    ).fetchnumpy()
    steps = connection.execute("select unnest(steps) as step from journeys").fetchnumpy()["step"]
    weights = (np.asarray(table[name], dtype=float) for name in ("conversions", "micros", "lost"))
    conversions, micros, lost = weights
    return merged(
        events.channels, offsets_of(table["length"]), steps, conversions, micros / MICROS, lost
    )
