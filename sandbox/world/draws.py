"""Random numbers without state: a draw is a hash of who, when and what it is for.

A visit of one person can thus be recomputed alone, on any later day, without making the days in
between. Where a whole day is drawn at once, `day_generator` gives a generator for that day.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Ints = NDArray[Any]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = (np.uint64(n) for n in (30, 27, 31, 11))


def mix(x: U64) -> U64:
    """Finaliser of splitmix64: a bijection of 64-bit words that looks random."""
    z = (x ^ (x >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@cache
def word(*parts: int | str) -> np.uint64:
    """One 64-bit word for a tuple of names and numbers."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def derived(keys: U64, topic: str) -> U64:
    """Independent words for the same keys under another topic."""
    return mix(keys ^ word("topic", topic))


def uniform(keys: U64, topic: str) -> F64:
    """Uniform draws in [0, 1), one per key, independent between topics."""
    return (derived(keys, topic) >> _S11).astype(np.float64) * 2.0**-53


def series(base: np.uint64, count: int) -> U64:
    """`count` distinct words that belong to one base word."""
    return mix(base + np.arange(1, count + 1, dtype=np.uint64) * GOLDEN)


def normal(keys: U64, topic: str) -> F64:
    """Standard normal draws (Box-Muller), one per key."""
    radius = np.sqrt(-2.0 * np.log1p(-uniform(keys, topic + ":r")))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(keys, topic + ":a")))


def day_generator(seed: int, day: int, topic: str) -> np.random.Generator:
    """A generator that depends on seed, day index and topic only."""
    return np.random.Generator(np.random.Philox(key=int(word(seed, day, topic))))
