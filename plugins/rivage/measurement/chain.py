"""The absorbing Markov chain of touches, of any order, from weighted paths.

A state is `order` consecutive touches; a shorter path is one state of its own length. A path
leads from the start through its states to conversion (weight: its conversions) or to nothing
(its nulls); equal states in a row are one visit. Anderl, Becker, von Wangenheim and Schumann
2016, IJRM 33(3) 457-474.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.paths import Floats, Ints, Paths, summed

NO_CHANNEL = -1
_TABLE = 1 << 23  # codes below it are ranked by a table, others by sorting


@dataclass(frozen=True)
class Chain:
    """States and weights; s states, t distinct moves between them.

    Args:
        channels: (c) names.
        states: (s, order) channels of a state, in order of time, `NO_CHANNEL` after the last.
        origin, target, weight: (t) moves from state to state.
        start, converted, lost, value: (s) journeys that begin in a state, that end in it with and
            without conversion, and what the former brought.
    """

    channels: tuple[str, ...]
    states: Ints
    origin: Ints
    target: Ints
    weight: Floats
    start: Floats
    converted: Floats
    lost: Floats
    value: Floats

    @cached_property
    def leaving(self) -> Floats:
        """(s) weight of everything that leaves a state, at least a tiny number."""
        moved = summed(self.origin, self.weight, len(self.states))
        return np.maximum(moved + self.converted + self.lost, np.finfo(np.float64).tiny)

    @cached_property
    def starts(self) -> Floats:
        """(s) probability to begin in each state."""
        return np.asarray(self.start / self.start.sum())

    @cached_property
    def converts(self) -> Floats:
        """(s) probability that the next thing after a state is the conversion."""
        return self.converted / self.leaving

    @cached_property
    def earns(self) -> Floats:
        """(s) what the next step brings on average: `converts` times a conversion's mean value."""
        return self.value / self.leaving

    @cached_property
    def moves(self) -> Any:
        """(s, s) scipy CSR matrix of probabilities to go from state to state."""
        from scipy.sparse import csr_array

        size = len(self.states)
        chances = self.weight / self.leaving[self.origin]
        return csr_array((chances, (self.origin, self.target)), shape=(size, size))

    @cached_property
    def holds(self) -> NDArray[np.bool_]:
        """(s, c) the state contains the channel."""
        held = np.zeros((len(self.states), len(self.channels) + 1), dtype=bool)
        held[np.arange(len(self.states))[:, None], self.states] = True
        return held[:, :-1]  # NO_CHANNEL marks the last column


@dataclass(frozen=True)
class Skeleton:
    """Which states each path visits; weights come later, so that a resample need not look again.

    Args:
        states: (s, order) as in `Chain`.
        first, final: (n) first and last state of each path.
        origin, target: (t) distinct moves.
        move, path_of_move: which move each step of each path is.
    """

    channels: tuple[str, ...]
    states: Ints
    first: Ints
    final: Ints
    origin: Ints
    target: Ints
    move: Ints
    path_of_move: Ints

    def weighed(self, conversions: Floats, values: Floats, nulls: Floats) -> Chain:
        """The chain of these weights (n)."""
        size, journeys = len(self.states), conversions + nulls
        moved = summed(self.move, journeys[self.path_of_move], len(self.origin))
        return Chain(
            self.channels, self.states, self.origin, self.target, moved,
            summed(self.first, journeys, size),
            summed(self.final, conversions, size),
            summed(self.final, nulls, size),
            summed(self.final, values, size),
        )  # fmt: skip


def chain(paths: Paths, order: int = 1) -> Chain:
    """The chain of paths.

    Raises:
        ValueError: `order` below 1, or no journey at all.
    """
    if not (paths.conversions.sum() + paths.nulls.sum()) > 0:
        raise ValueError("there is no journey: all weights are 0")
    return skeleton(paths, order).weighed(paths.conversions, paths.values, paths.nulls)


def skeleton(paths: Paths, order: int = 1) -> Skeleton:
    """States and moves of paths, by integer codes: no loop over paths or states."""
    if order < 1:
        raise ValueError(f"the order of a chain is 1 or more, not {order}")
    states, state, path = _states(paths, order)
    fresh = np.ones(len(path), dtype=bool)
    fresh[1:] = (state[1:] != state[:-1]) | (path[1:] != path[:-1])
    state, path = state[fresh], path[fresh]
    edge = np.ones(len(path) + 1, dtype=bool)
    edge[1:-1] = path[1:] != path[:-1]
    inner = ~edge[1:-1]
    moves, move = _ranked(
        state[:-1][inner] * len(states) + state[1:][inner], len(states) * len(states)
    )
    return Skeleton(
        paths.channels, states, state[edge[:-1]], state[edge[1:]],
        moves // len(states), moves % len(states), move, path[:-1][inner],
    )  # fmt: skip


def _states(paths: Paths, order: int) -> tuple[Ints, Ints, Ints]:
    """Distinct states (s, order); of every visit, in order of paths, the state and the path."""
    known = np.arange(len(paths.channels))[:, None]
    if order == 1:
        return known, paths.steps, paths.path_of_step
    # A state is known by its first step: the last steps of a path begin none, unless it is short.
    begins, ends = np.ones(len(paths.steps), dtype=bool), paths.offsets[1:]
    for back in range(1, order):
        begins[(ends - back)[paths.lengths > back]] = False
    state, digits = paths.steps[begins], len(paths.channels) + 1
    for ahead in range(1, order):  # one digit a touch; ranked each time, so that codes stay small
        touch = np.zeros(len(paths.steps), dtype=np.int64)
        touch[:-ahead] = paths.steps[ahead:]
        touch[:-ahead] += 1
        for back in range(1, ahead + 1):  # there the path is over, and the next one begins
            touch[(ends - back)[paths.lengths >= back]] = 0
        state *= digits
        state += touch[begins]
        codes, state = _ranked(state, len(known) * digits)
        known = np.column_stack([known[codes // digits], codes % digits - 1])
    return known, state, paths.path_of_step[begins]


def _ranked(codes: Ints, bound: int) -> tuple[Ints, Ints]:
    """Distinct codes, ascending, and the rank of each code; codes are below `bound`."""
    if bound > _TABLE:
        distinct, rank = np.unique(codes, return_inverse=True)
        return distinct, rank
    distinct = np.flatnonzero(np.bincount(codes, minlength=1))
    table = np.zeros(max(bound, 1), dtype=np.int64)
    table[distinct] = np.arange(len(distinct))
    return distinct, table[codes]
