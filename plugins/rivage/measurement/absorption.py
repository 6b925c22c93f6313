"""Chances to convert when states are taken out of a chain, solved exactly.

For a mask M of kept states the chances h solve h = M (r + Q h): whoever would enter a state that
is taken out is lost. Few states are solved directly, all masks in one batch. Of many states the
equation itself is repeated from 0, all masks as columns of one sparse product: it rises to the
solution by ever smaller steps, and how fast they shrink tells what is missing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.chain import Chain
from rivage.measurement.paths import Floats

Masks = NDArray[np.bool_]
_FEW_STATES = 64
_BATCH = 1 << 22  # numbers in memory at once
_MOST_ROUNDS = 5_000
_MISSING = 1e-16
_RATIOS = 8


def chances(chain: Chain, kept: Masks, gain: Floats) -> Floats:
    """What a journey brings on average when only some states are kept.

    Args:
        kept: (s, k) one column per question.
        gain: (s) `chain.converts` for the probability to convert, `chain.earns` for the value.

    Returns:
        (k) answers.
    """
    states, questions = kept.shape
    direct = states <= _FEW_STATES
    per_batch = max(1, _BATCH // (states**2 if direct else states))
    solve = _direct if direct else _repeated
    parts = [
        chain.starts @ solve(chain.moves, kept[:, at : at + per_batch], gain)
        for at in range(0, questions, per_batch)
    ]
    return np.concatenate([np.zeros(0), *parts])


def _direct(moves: Any, kept: Masks, gain: Floats) -> Floats:
    masks = kept.T.astype(np.float64)
    systems = np.eye(len(gain)) - masks[:, :, None] * moves.toarray()[None] * masks[:, None, :]
    return np.asarray(np.linalg.solve(systems, (masks * gain)[:, :, None])[:, :, 0].T)


def _repeated(moves: Any, kept: Masks, gain: Floats) -> Floats:
    masks = kept.astype(np.float64)
    gained = masks * gain[:, None]
    found, step, ratios = gained, np.inf, [1.0] * _RATIOS
    for _ in range(_MOST_ROUNDS):
        better = gained + masks * (moves @ found)
        before, step = step, float(np.abs(better - found).max(initial=0.0))
        size, found = float(np.abs(better).max(initial=0.0)), better
        # The slowest of some rounds: journeys that alternate make every other step small.
        ratios = [*ratios[1:], step / before if np.isfinite(before) else 1.0]
        if step <= _MISSING * size * max(1 - max(ratios), 0.0):  # also when nothing moves
            return np.asarray(found)
    return np.column_stack([_factored(moves, kept[:, at], gain) for at in range(kept.shape[1])])


def _factored(moves: Any, kept: NDArray[np.bool_], gain: Floats) -> Floats:
    """One mask by a sparse factorisation: for chains that walk in circles for very long."""
    from scipy.sparse import csc_array, diags_array, eye_array
    from scipy.sparse.linalg import splu

    mask = diags_array(kept.astype(np.float64))
    system = csc_array(eye_array(len(gain)) - mask @ moves @ mask)
    return np.asarray(splu(system).solve(np.where(kept, gain, 0.0)))
