"""What the data-driven models say of each channel of one set of journeys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rivage.measurement.bootstrap import Interval, game_inside, interval, removal_inside
from rivage.measurement.credit import by_channel, by_channel_share, by_effect
from rivage.measurement.markov import markov
from rivage.measurement.paths import Floats, Paths
from rivage.measurement.shapley import EXACT, shapley

MARKOV_DRAWS, GAME_DRAWS = 200, 40


@dataclass(frozen=True)
class ChannelFit:
    """One channel. Shares are of all credit, with every path's credit spread inside the path;
    intervals are percentile bootstraps at 95 %.

    Args:
        journeys: that touched the channel, with or without an order.
        conversions: orders with the channel in their path.
        markov_effect: removal effect of the chain of order 1.
        shapley_effect: Shapley value of the chain game, a probability to convert.
        shapley_error: its standard error, None where it is exact.
    """

    channel: str
    journeys: float
    conversions: float
    markov_effect: float
    markov_share: float
    markov_share_low: float
    markov_share_high: float
    shapley_effect: float
    shapley_error: float | None
    shapley_share: float
    shapley_share_low: float
    shapley_share_high: float


def channel_fit(paths: Paths) -> list[ChannelFit]:
    """One row per channel, in order of their names; none where no journey converts.

    The interval of the Shapley value is drawn for as many channels as are solved exactly, else
    its sampling error would be taken for chance in the journeys.
    """
    total = float(paths.conversions.sum())
    if total <= 0:
        return []
    chain, game = markov(paths), shapley(paths)
    by_chain = interval(paths, removal_inside, draws=MARKOV_DRAWS)
    by_game = (
        interval(paths, game_inside, draws=GAME_DRAWS)
        if len(paths.channels) <= EXACT
        else Interval(*(np.full(len(paths.channels), np.nan),) * 2, 0)
    )
    of_chain, of_game = by_effect(paths, chain.removal_effects), by_channel_share(paths, game.phi)
    touched = np.unique(np.stack([paths.path_of_step, paths.steps]), axis=1)

    def with_channel(weights: Floats) -> Floats:
        return np.bincount(touched[1], weights[touched[0]], len(paths.channels)).astype(np.float64)

    errors = [None] * len(paths.channels) if game.standard_error is None else game.standard_error
    columns = (
        with_channel(paths.conversions + paths.nulls), with_channel(paths.conversions),
        chain.removal_effects, by_channel(paths, of_chain.weights, paths.conversions) / total,
        by_chain.lower / total,
        by_chain.upper / total, game.phi, errors,
        by_channel(paths, of_game.weights, paths.conversions) / total, by_game.lower / total,
        by_game.upper / total,
    )  # fmt: skip
    return [
        ChannelFit(channel, *(None if x is None or np.isnan(x) else float(x) for x in row))  # type: ignore[arg-type]
        for channel, *row in zip(paths.channels, *columns, strict=True)
    ]
