"""How much the models disagree about a channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rivage.measurement.paths import Floats


def disagreement(credits: ArrayLike) -> Floats:
    """Mean absolute deviation of a channel's share across models, relative to its mean share.

    0: all models give the channel the same share. 0.5: they are off their own mean by half of it
    on average. The most it can be is 2 (1 - 1/k), where one of k models gives all there is. Models
    that are alike by construction pull it down, so compare channels under one set of models,
    not sets of models.

    Args:
        credits: (k, c) one row per model, one column per channel, in any unit; a row is divided
            by its sum.

    Returns:
        (c) scores; NaN for a channel that no model credits.

    Raises:
        ValueError: not a table, or a model whose credits do not sum to more than 0.
    """
    table = np.asarray(credits, dtype=np.float64)
    if table.ndim != 2 or not len(table):
        raise ValueError("credits must be a table of models by channels")
    sums = table.sum(axis=1, keepdims=True)
    if not (sums > 0).all():
        raise ValueError("a model credits nothing in sum: it has no shares to compare")
    shares = table / sums
    mean = shares.mean(axis=0)
    spread = np.abs(shares - mean).mean(axis=0)
    return np.asarray(np.where(mean > 0, spread / np.where(mean > 0, mean, 1.0), np.nan))
