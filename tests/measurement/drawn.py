"""Journeys that hypothesis draws, and the known answers that lie in vectors/."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from rivage.measurement import Paths, from_text

VECTORS = Path(__file__).parent / "vectors"
CHANNELS = "ABCDE"
Journey = tuple[str, int, float, int]


def rows(name: str) -> list[dict[str, Any]]:
    with (VECTORS / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def known_paths(name: str) -> Paths:
    """One of the path files."""
    table = rows(f"input_{name}.csv")
    numbers = ("total_conversions", "total_conversion_value", "total_null")
    weights = ([float(row[column]) for row in table] for column in numbers)
    return from_text([row["path"] for row in table], *weights)


def paths_of(journeys: list[Journey]) -> Paths:
    """Paths of rows as drawn: text, conversions, value, nulls."""
    texts, *weights = zip(*journeys, strict=True)
    return from_text(texts, *weights)


def _text(steps: list[str]) -> str:
    return " > ".join(steps)


texts = st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=7).map(_text)
counts = st.integers(0, 9)
values = st.integers(0, 10_000).map(lambda cents: cents / 100)


@st.composite
def journey_rows(draw: Any, *, most: int = 12) -> list[Journey]:
    """At least one journey converts; value only where something converted."""
    drawn = draw(st.lists(st.tuples(texts, counts, values, counts), min_size=1, max_size=most))
    drawn.append((draw(texts), draw(st.integers(1, 9)), draw(values), draw(counts)))
    return [(text, won, value if won else 0.0, lost) for text, won, value, lost in drawn]


def offsets_of_lengths() -> st.SearchStrategy[np.ndarray]:
    """Offsets of one to eight journeys of one to six touches."""
    lengths = st.lists(st.integers(1, 6), min_size=1, max_size=8)
    return lengths.map(lambda sizes: np.concatenate([[0], np.cumsum(sizes)]))
