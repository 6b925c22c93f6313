"""Markov attribution by removal effects, exact: no simulation, hence no error of one.

The removal effect of a channel is the part of all conversions that is lost when nobody who would
come through it goes on. For journeys in this chain that is the probability that a journey which
converts came through the channel; it is no measure of what the channel caused. Anderl et al.
2016, IJRM 33(3) 457-474; the closed form of order 1 follows from the fundamental matrix
(Kemeny and Snell 1960, chapter 3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rivage.measurement.absorption import chances
from rivage.measurement.chain import Chain, chain
from rivage.measurement.paths import Floats, Ints, Paths

START, CONVERSION, LOST = "(start)", "(conversion)", "(null)"
_CLOSED_FORM = 1_500


@dataclass(frozen=True)
class Markov:
    """Effects and credits per channel (c); credits are shares of the effects times the total.

    `value_effects` weigh a conversion by the mean value of journeys that ended in the same state.
    Where a value is negative (more refunded than sold) they are the plain effects.
    """

    order: int
    base_conversion_probability: float
    removal_effects: Floats
    conversions: Floats
    value_effects: Floats
    values: Floats


@dataclass(frozen=True)
class Transitions:
    """All arrows of a chain: `weight` (t) journeys and `probability` (t) from label to label."""

    labels: tuple[str, ...]
    origin: Ints
    target: Ints
    weight: Floats
    probability: Floats


def markov(paths: Paths, order: int = 1) -> Markov:
    """Removal effects and credit.

    Raises:
        ValueError: `order` below 1, or no path converts.
    """
    if not paths.conversions.sum() > 0:
        raise ValueError("no path converts: a removal effect would be a part of nothing")
    return of_chain(chain(paths, order), float(paths.conversions.sum()), float(paths.values.sum()))


def of_chain(links: Chain, conversions: float, value: float) -> Markov:
    """The same from a chain; `conversions` and `value` are the totals to credit."""
    base, effects = removal_effects(links, links.converts)
    value_effects = effects
    if links.value.any() and (links.value >= 0).all():
        _, value_effects = removal_effects(links, links.earns)
    return Markov(
        links.states.shape[1], base, effects, conversions * effects / effects.sum(),
        value_effects, value * value_effects / value_effects.sum(),
    )  # fmt: skip


def removal_effects(links: Chain, gain: Floats) -> tuple[float, Floats]:
    """What a journey brings on average, and the part of it lost without each channel (c).

    Where journeys bring nothing, nothing can be lost: all effects are 0.
    """
    if not gain.any():
        return 0.0, np.zeros(len(links.channels))
    if links.states.shape[1] == 1 and len(links.states) <= _CLOSED_FORM:
        return _closed_form(links, gain)
    without = ~links.holds
    everything = np.ones((len(without), 1), dtype=bool)
    found = chances(links, np.column_stack([everything, without]), gain)
    return float(found[0]), np.clip(1 - found[1:] / found[0], 0.0, 1.0)


def _closed_form(links: Chain, gain: Floats) -> tuple[float, Floats]:
    """Of order 1: N = (I - Q)^-1; a journey ever visits i with (p N)_i / N_ii, then brings (N r)_i.

    The order of states is that of channels: each is one channel.
    """
    visits = np.linalg.inv(np.eye(len(gain)) - links.moves.toarray())
    brings = visits @ gain
    base = float(links.starts @ brings)
    ever = (links.starts @ visits) / np.diag(visits)
    return base, np.clip(ever * brings / base, 0.0, 1.0)


def transitions(links: Chain) -> Transitions:
    """The table of a chain, of start and both ends too; probabilities of an origin make 1."""
    names = np.array([*links.channels, ""], dtype=object)
    size = len(links.states)
    labels = [" > ".join(filter(None, names[state])) for state in links.states]
    begin, every = np.flatnonzero(links.start), np.arange(size)
    origin = np.concatenate([np.full(len(begin), size), links.origin, every, every])
    target = np.concatenate([begin, links.target, np.full(size, size + 1), np.full(size, size + 2)])
    weight = np.concatenate([links.start[begin], links.weight, links.converted, links.lost])
    leaving = np.concatenate([links.leaving, [links.start.sum()]])
    seen = weight > 0
    return Transitions(
        (*labels, START, CONVERSION, LOST), origin[seen], target[seen], weight[seen],
        weight[seen] / leaving[origin[seen]],
    )  # fmt: skip
