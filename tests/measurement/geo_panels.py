"""Panels of geos and days for tests, drawn with a seed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.panel import Panel

FIRST = date(2026, 3, 2)


def days(count: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=n) for n in range(count))


def panel(values: object, treated: list[int], start: int) -> Panel:
    """Geos g00, g01, … with the given rows; `treated` are positions."""
    table = np.array(values, dtype=float)
    chosen = np.isin(np.arange(len(table)), treated)
    names = tuple(f"g{n:02d}" for n in range(len(table)))
    return Panel(names, days(table.shape[1]), table, chosen, start)


def counts(
    rng: np.random.Generator, sizes: NDArray[np.float64], length: int, season: float = 0.2
) -> NDArray[np.float64]:
    """Poisson counts (geos, days) that share a weekly pattern and a common random factor a day."""
    week = 1 + season * np.sin(2 * np.pi * np.arange(length) / 7)
    common = np.exp(rng.normal(0, 0.1, length))
    return rng.poisson(sizes[:, None] * (week * common)[None]).astype(float)
