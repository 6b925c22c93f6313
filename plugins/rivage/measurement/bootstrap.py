"""Intervals of data-driven credits: how far they would move had chance sent other journeys.

Journeys are taken as independent: each distinct path's counts are redrawn from Poisson
distributions with the counts seen (Efron's bootstrap with a free total), the model is fitted
again, and quantiles of the channel shares are taken. It tells chance alone, not whether the model
is right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rivage.measurement.chain import Chain, skeleton
from rivage.measurement.markov import removal_effects
from rivage.measurement.paths import Floats, Paths
from rivage.measurement.shapley import EXACT, exact_values, sampled_values

Fit = Callable[[Chain], Floats]
DRAWS = 200


@dataclass(frozen=True)
class Interval:
    """Bounds of credited conversions per channel (c); every draw credits the total seen."""

    lower: Floats
    upper: Floats
    draws: int


def removal(links: Chain) -> Floats:
    """(c) what Markov credit is proportional to."""
    return removal_effects(links, links.converts)[1]


def values_of_game(links: Chain) -> Floats:
    """(c) what Shapley credit is proportional to; sampled with few orders above `EXACT`."""
    if len(links.channels) <= EXACT:
        return exact_values(links)
    return np.asarray(sampled_values(links, 50, 0).mean(axis=0))


def interval(
    paths: Paths,
    fit: Fit = removal,
    *,
    order: int = 1,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Interval:
    """Percentile interval of each channel's credited conversions.

    Args:
        fit: `removal`, `values_of_game`, or any function from a chain to (c) numbers >= 0.
        level: part of draws within the bounds, above 0 and below 1.
        seed: of the draws.

    Raises:
        ValueError: no path converts, `order` below 1, `level` not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, not be {level}")
    total = float(paths.conversions.sum())
    if not total > 0:
        raise ValueError("no path converts: there is no credit to put bounds on")
    generator, bones = np.random.default_rng(seed), skeleton(paths, order)
    shares = []
    while len(shares) < draws:
        conversions = generator.poisson(paths.conversions).astype(np.float64)
        nulls = generator.poisson(paths.nulls).astype(np.float64)
        if conversions.sum() > 0:  # a draw without any conversion has no shares
            found = fit(bones.weighed(conversions, np.zeros(len(paths)), nulls))
            shares.append(found / found.sum())
    lower, upper = np.quantile(np.array(shares), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Interval(total * lower, total * upper, draws)
