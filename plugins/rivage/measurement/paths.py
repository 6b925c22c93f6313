"""Weighted paths of touches as arrays: what every attribution model reads.

A path is the channels one journey touched, in order. Equal journeys are one path with weights:
how many of them converted, what those brought, how many did not convert. Paths are kept in one
canonical order, so that no result depends, not even in its last digit, on the order of input rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import methodcaller

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_WORD_BITS = 62


@dataclass(frozen=True)
class Paths:
    """Distinct paths; build it with `merged` or `from_text`.

    Args:
        channels: names, sorted; c of them.
        offsets: (n + 1) path i is `steps[offsets[i]:offsets[i + 1]]`, at least one step.
        steps: (m) indices into `channels`.
        conversions, nulls: (n) converting and non-converting journeys, counts >= 0.
        values: (n) what the converting ones brought, in one currency.
    """

    channels: tuple[str, ...]
    offsets: Ints
    steps: Ints
    conversions: Floats
    values: Floats
    nulls: Floats

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def lengths(self) -> Ints:
        """(n) touches per path."""
        return np.diff(self.offsets)

    @cached_property
    def path_of_step(self) -> Ints:
        """(m) the path each step belongs to."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @cached_property
    def repeats(self) -> Ints:
        """(m) how often the step's channel stands in its path."""
        _, where, often = np.unique(self._members, return_inverse=True, return_counts=True)
        return np.asarray(often[where], dtype=np.int64)

    @cached_property
    def distinct(self) -> Ints:
        """(n) different channels per path."""
        found = np.unique(self._members) // max(len(self.channels), 1)
        return np.bincount(found, minlength=len(self))

    @cached_property
    def _members(self) -> Ints:
        return self.path_of_step * len(self.channels) + self.steps

    def weighing(self, conversions: Floats, values: Floats, nulls: Floats) -> Paths:
        """The same paths with other weights (n): what a resample draws."""
        return replace(self, conversions=conversions, values=values, nulls=nulls)

    def collapsed(self) -> Paths:
        """Repeats of one channel right after each other become one touch."""
        kept = np.ones(len(self.steps), dtype=bool)
        kept[1:] = (self.steps[1:] != self.steps[:-1]) | (np.diff(self.path_of_step) > 0)
        lengths = np.bincount(self.path_of_step[kept], minlength=len(self))
        return merged(
            self.channels, offsets_of(lengths), self.steps[kept],
            self.conversions, self.values, self.nulls,
        )  # fmt: skip


def merged(
    channels: Sequence[str],
    offsets: ArrayLike,
    steps: ArrayLike,
    conversions: ArrayLike,
    values: ArrayLike | None = None,
    nulls: ArrayLike | None = None,
) -> Paths:
    """Paths in canonical order, equal ones added up.

    Args:
        channels: names that `steps` points into; unused ones are dropped.
        offsets, steps: paths one after another, as in `Paths`.
        conversions, values, nulls: (n) weights; values and nulls are 0 when left out.

    Raises:
        ValueError: shapes that do not fit, an empty path, a name that stands twice, a step
            outside `channels`, a count that is negative, a weight that is not finite.
    """
    bounds, codes = np.asarray(offsets, dtype=np.int64), np.asarray(steps, dtype=np.int64)
    count = len(bounds) - 1
    weights = [
        np.zeros(count) if given is None else np.asarray(given, dtype=np.float64)
        for given in (conversions, values, nulls)
    ]
    _refuse(channels, bounds, codes, weights)
    used = sorted(channels[code] for code in np.flatnonzero(np.bincount(codes)).tolist())
    if used != list(channels):
        recoded = {name: code for code, name in enumerate(used)}
        codes = np.array([recoded.get(name, -1) for name in channels], dtype=np.int64)[codes]
    order, starts = _canonical(bounds, codes, len(used), weights)
    sums = [np.add.reduceat(w[order], starts) if count else w for w in weights]
    first = order[starts]
    lengths = np.diff(bounds)[first]
    picked = np.repeat(bounds[first] - offsets_of(lengths)[:-1], lengths)
    picked += np.arange(len(picked))
    # As small numbers all codes stay near the processor while they are picked in another order.
    small = codes.astype(np.min_scalar_type(len(used)))[picked]
    return Paths(tuple(used), offsets_of(lengths), small.astype(np.int64), *sums)


def from_text(
    paths: Iterable[str],
    conversions: ArrayLike,
    values: ArrayLike | None = None,
    nulls: ArrayLike | None = None,
    *,
    separator: str = ">",
) -> Paths:
    """Paths written as `A > B > A`; spaces around a name do not count.

    Raises:
        ValueError: as `merged`; also a path with an empty step, with its position from 0.
    """
    texts = list(paths)
    words = list(map(str.strip, separator.join(texts).split(separator))) if texts else []
    lengths = np.fromiter(map(methodcaller("count", separator), texts), np.int64, len(texts)) + 1
    known = {name: code for code, name in enumerate(dict.fromkeys(words))}
    steps = np.fromiter(map(known.__getitem__, words), np.int64, len(words))
    if "" in known:
        at = int(np.searchsorted(np.cumsum(lengths), np.argmax(steps == known[""]), "right"))
        raise ValueError(f"path {at} has an empty step: {texts[at]!r}")
    return merged(list(known), offsets_of(lengths), steps, conversions, values, nulls)


def summed(at: Ints, amounts: Floats, size: int) -> Floats:
    """(size) amounts (k) added up by the index (k) they stand at."""
    return np.asarray(np.bincount(at, amounts, minlength=size), dtype=np.float64)


def offsets_of(lengths: ArrayLike) -> Ints:
    """(n + 1) where each of n pieces of these lengths begins, and the end of the last."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _refuse(channels: Sequence[str], offsets: Ints, steps: Ints, weights: Sequence[Floats]) -> None:
    count = len(offsets) - 1
    if count < 0 or offsets[0] != 0 or offsets[-1] != len(steps):
        raise ValueError("offsets must begin with 0 and end with the number of steps")
    if (np.diff(offsets) < 1).any():
        raise ValueError(f"path {int(np.argmax(np.diff(offsets) < 1))} has no step")
    if len(set(channels)) != len(channels):
        raise ValueError("a channel's name stands twice")
    if len(steps) and (steps.min() < 0 or steps.max() >= len(channels)):
        raise ValueError(f"a step points outside the {len(channels)} channels")
    for name, weight in zip(("conversions", "values", "nulls"), weights, strict=True):
        if weight.shape != (count,):
            raise ValueError(f"{name} must hold one number for each of the {count} paths")
        wrong = ~np.isfinite(weight) | ((weight < 0) & (name != "values"))
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ValueError(f"{name} of path {at} is {weight[at]}: not a count of 0 or more")


def _canonical(
    offsets: Ints, steps: Ints, channels: int, weights: Sequence[Floats]
) -> tuple[Ints, Ints]:
    """Row order (n) by length, steps, weights; and where in it each distinct path begins."""
    words, where = _packed(offsets, steps, channels)
    sizes = np.diff(where)
    order, starts, done = [], [], 0
    for size in np.unique(sizes):
        rows = np.flatnonzero(sizes == size)
        keys = words[where[rows] + np.arange(size)[:, None]]
        ranked = np.argsort(keys[0]) if size == 1 else np.lexsort(keys[::-1])
        fresh = np.zeros(len(rows), dtype=bool)
        fresh[0] = True
        for key in keys:
            fresh[1:] |= np.diff(key[ranked]) != 0
        _rank_equal_ones(ranked, fresh, [weight[rows] for weight in weights])
        order.append(rows[ranked])
        starts.append(done + np.flatnonzero(fresh))
        done += len(rows)
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *order]), np.concatenate([none, *starts])


def _rank_equal_ones(ranked: Ints, fresh: NDArray[np.bool_], weights: Sequence[Floats]) -> None:
    """Put equal paths in order of their weights, in place.

    Their sums must add the same numbers in the same order, whatever the order of the rows.
    """
    equal = ~fresh | np.append(~fresh[1:], False)
    places, group = ranked[equal], np.cumsum(fresh)[equal]
    ranked[equal] = places[np.lexsort([*(weight[places] for weight in weights[::-1]), group])]


def _packed(offsets: Ints, steps: Ints, channels: int) -> tuple[Ints, Ints]:
    """Paths as numbers: path i is `words[where[i]:where[i + 1]]`, the first counting most.

    A step is a digit from 1 on and the last word of a path is full, so that among paths of
    equally many words a shorter one is the smaller.
    """
    bits = max(1, int(channels).bit_length())
    per_word = _WORD_BITS // bits
    lengths = np.diff(offsets)
    sizes = -(-lengths // per_word)
    where = offsets_of(sizes)
    # In place: a million paths have millions of steps, and fresh memory costs more than the sums.
    from_end = np.repeat(offsets[1:] - 1, lengths)
    from_end -= np.arange(len(steps))
    digits = steps + 1
    digits <<= (np.arange(lengths.max(initial=0)) % per_word * bits)[from_end]
    words_after = np.repeat(where[1:], sizes) - np.arange(where[-1])
    starts = np.repeat(offsets[1:], sizes) - per_word * words_after
    starts = np.maximum(starts, np.repeat(offsets[:-1], sizes))
    return np.add.reduceat(digits, starts) if len(steps) else steps, where
