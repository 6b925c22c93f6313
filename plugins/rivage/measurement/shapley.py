"""Shapley values of the chain game: a set of channels earns what the chain converts with it alone.

v(S) is the probability to convert when every state that holds a channel outside S loses its
visitors. The game knows journeys that did not convert, is monotone, and v(all) is the conversion
rate. Up to `EXACT` channels all sets are solved; above, random orders of channels are drawn in
antithetic pairs (an order and its reverse), and each draw hands out exactly v(all)
(Castro, Gomez and Tejada 2009, Computers & Operations Research 36(5)).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np

from rivage.measurement.absorption import chances
from rivage.measurement.chain import Chain, chain
from rivage.measurement.paths import Floats, Paths

EXACT = 12
PAIRS = 500


@dataclass(frozen=True)
class Shapley:
    """Per channel (c).

    Args:
        phi: values; they make the base conversion probability.
        conversions, values: shares of phi times the totals.
        standard_error: of phi, None when it is exact.
        draws: random orders drawn, None when it is exact.
    """

    phi: Floats
    conversions: Floats
    values: Floats
    standard_error: Floats | None = None
    draws: int | None = None


def shapley(
    paths: Paths, order: int = 1, *, exact_to: int = EXACT, pairs: int = PAIRS, seed: int = 0
) -> Shapley:
    """The chain game of paths.

    Args:
        order: of the chain.
        exact_to: most channels for which all sets are solved (2^c of them).
        pairs: pairs of orders drawn above that.
        seed: of the draws.

    Raises:
        ValueError: no path converts, `order` below 1, or fewer than 2 pairs to draw.
    """
    if not paths.conversions.sum() > 0:
        raise ValueError("no path converts: there is nothing to share")
    links = chain(paths, order)
    if len(paths.channels) <= exact_to:
        phi, error, draws = exact_values(links), None, None
    else:
        sampled = sampled_values(links, pairs, seed)
        phi, error, draws = sampled.mean(axis=0), _error(sampled), 2 * pairs
    share = phi / phi.sum()
    total, value = float(paths.conversions.sum()), float(paths.values.sum())
    return Shapley(phi, share * total, share * value, error, draws)


def exact_values(links: Chain) -> Floats:
    """(c) from all 2^c sets: phi_x sums |S|! (c - |S| - 1)! / c! (v(S + x) - v(S))."""
    count = len(links.channels)
    sets = np.arange(1 << count)
    members = (sets[:, None] >> np.arange(count)) & 1 == 1
    worth = _worth(links, members)
    sizes = members.sum(axis=1)
    weight = np.array(
        [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    )
    phi = np.empty(count)
    for channel in range(count):
        without = sets[~members[:, channel]]
        gained = worth[without | (1 << channel)] - worth[without]
        phi[channel] = weight[sizes[without]] @ gained
    return np.maximum(phi, 0.0)  # the game is monotone: below 0 there is rounding only


def sampled_values(links: Chain, pairs: int, seed: int) -> Floats:
    """(pairs, c) what each pair of antithetic orders hands out; every row sums to v(all).

    Raises:
        ValueError: fewer than 2 pairs: no error could be told.
    """
    if pairs < 2:
        raise ValueError(f"at least 2 pairs of orders must be drawn, not {pairs}")
    count = len(links.channels)
    generator = np.random.default_rng(seed)
    forward = generator.permuted(np.tile(np.arange(count), (pairs, 1)), axis=1)
    handed = np.zeros((pairs, count))
    for orders in (forward, forward[:, ::-1]):
        place = np.argsort(orders, axis=1)
        grown = place[:, None, :] < np.arange(count + 1)[None, :, None]
        worth = _worth(links, grown.reshape(-1, count)).reshape(pairs, count + 1)
        handed += np.take_along_axis(np.diff(worth, axis=1), place, axis=1) / 2
    return handed


def _worth(links: Chain, members: np.ndarray) -> Floats:
    """v of each set (k, c)."""
    sets, where = np.unique(members, axis=0, return_inverse=True)
    outside = links.holds.astype(np.float32) @ (~sets).T.astype(np.float32)
    return chances(links, outside == 0, links.converts)[where.ravel()]


def _error(sampled: Floats) -> Floats:
    return np.asarray(sampled.std(axis=0, ddof=1) / np.sqrt(len(sampled)))
