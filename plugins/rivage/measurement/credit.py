"""From weights of touches, or effects of channels, to credit.

A data-driven model gives one number per channel. To serve single orders (refunds, creators, a
receipt) its number is spread inside each journey; the totals of that are not the channel shares
themselves: a journey's credit stays within the channels it touched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rivage.measurement.paths import Floats, Paths, summed


@dataclass(frozen=True)
class SpreadInside:
    """Weights of touches (m), 1 in sum per path.

    `fallbacks` paths that convert touch no channel with an effect; they are linear.
    """

    weights: Floats
    fallbacks: int


def by_channel(paths: Paths, weights: Floats, amounts: Floats) -> Floats:
    """(c) credit per channel: each path's amount (n) times the weights (m) of its touches."""
    credited = weights * amounts[paths.path_of_step]
    return summed(paths.steps, credited, len(paths.channels))


def by_effect(paths: Paths, effects: Floats) -> SpreadInside:
    """Every touch weighs as its channel's effect (c), say its removal effect.

    A channel touched twice counts twice (as marketing-attribution-models does).

    Raises:
        ValueError: an effect is negative or not finite.
    """
    return _normalised(paths, _checked(paths, effects)[paths.steps])


def by_channel_share(paths: Paths, shares: Floats) -> SpreadInside:
    """Distinct channels weigh as their shares (c), spread evenly over each one's own touches.

    For Shapley values, which are a channel's share whether it was touched once or often.

    Raises:
        ValueError: a share is negative or not finite.
    """
    return _normalised(paths, _checked(paths, shares)[paths.steps] / paths.repeats)


def _normalised(paths: Paths, raw: Floats) -> SpreadInside:
    sums = summed(paths.path_of_step, raw, len(paths))
    empty = sums <= 0
    weights = np.where(empty[paths.path_of_step], 1.0, raw)
    sums = np.where(empty, paths.lengths, sums)
    return SpreadInside(
        weights / sums[paths.path_of_step], int((empty & (paths.conversions > 0)).sum())
    )


def _checked(paths: Paths, effects: Floats) -> Floats:
    if effects.shape != (len(paths.channels),):
        raise ValueError(f"one effect for each of the {len(paths.channels)} channels is needed")
    if not np.isfinite(effects).all() or (effects < 0).any():
        raise ValueError("an effect is negative or not finite")
    return effects
