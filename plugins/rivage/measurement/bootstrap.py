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
from rivage.measurement.credit import by_channel, by_channel_share, by_effect
from rivage.measurement.markov import removal_effects
from rivage.measurement.paths import Floats, Paths
from rivage.measurement.shapley import EXACT, exact_values, sampled_values

Fit = Callable[[Chain, Paths], Floats]
DRAWS = 200
_PAIRS = 25


@dataclass(frozen=True)
class Interval:
    """Bounds of credited conversions per channel (c); every draw credits the total seen."""

    lower: Floats
    upper: Floats
    draws: int


def removal(links: Chain, _paths: Paths) -> Floats:
    """(c) what Markov credit is proportional to."""
    return removal_effects(links, links.converts)[1]


def removal_inside(links: Chain, paths: Paths) -> Floats:
    """(c) the same, spread inside each path."""
    inside = by_effect(paths, removal(links, paths))
    return by_channel(paths, inside.weights, paths.conversions)


def game(links: Chain, _paths: Paths) -> Floats:
    """(c) what Shapley credit is proportional to; of few drawn orders above `EXACT` channels."""
    if len(links.channels) <= EXACT:
        return exact_values(links)
    return np.asarray(sampled_values(links, _PAIRS, 0).mean(axis=0))


def game_inside(links: Chain, paths: Paths) -> Floats:
    """(c) the same, spread inside each path."""
    inside = by_channel_share(paths, game(links, paths))
    return by_channel(paths, inside.weights, paths.conversions)


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
        fit: `removal`, `game`, the two `_inside`, or any function from a chain and its paths to
            (c) numbers >= 0; credit is their share of the total.
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
    no_value = np.zeros(len(paths))
    shares: list[Floats] = []
    while len(shares) < draws:
        conversions = generator.poisson(paths.conversions).astype(np.float64)
        nulls = generator.poisson(paths.nulls).astype(np.float64)
        if conversions.sum() > 0:  # a draw without any conversion has no shares
            drawn = paths.weighing(conversions, no_value, nulls)
            found = fit(bones.weighed(conversions, no_value, nulls), drawn)
            shares.append(found / found.sum())
    lower, upper = np.quantile(np.array(shares), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Interval(total * lower, total * upper, draws)
