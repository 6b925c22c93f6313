"""How many past touches a chain should remember: likelihood against number of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rivage.measurement.chain import chain
from rivage.measurement.markov import transitions
from rivage.measurement.paths import Paths


@dataclass(frozen=True)
class OrderFit:
    """How well a chain of this order tells the paths; of two criteria the lower is better."""

    order: int
    log_likelihood: float
    parameters: int
    aic: float
    bic: float


def order_fits(paths: Paths, orders: Sequence[int] = (1, 2, 3)) -> tuple[OrderFit, ...]:
    """AIC (Akaike 1974) and BIC (Katz 1981, Technometrics 23(3)) of chains of several orders.

    Repeats of a channel are collapsed first: otherwise order 1, which can't see them, would tell
    less than order 2 and likelihoods could not be compared. A parameter is an arrow that was seen,
    less one per origin; the size of the sample in BIC is the number of steps told.

    Raises:
        ValueError: an order below 1, or no journey.
    """
    plain = paths.collapsed()
    return tuple(_fit(plain, order) for order in orders)


def best_order(fits: Sequence[OrderFit]) -> int:
    """The order of the lowest BIC, the smaller one of equals."""
    return min(fits, key=lambda fit: (fit.bic, fit.order)).order


def _fit(paths: Paths, order: int) -> OrderFit:
    arrows = transitions(chain(paths, order))
    told = float(arrows.weight @ np.log(arrows.probability))
    parameters = len(arrows.weight) - len(np.unique(arrows.origin))
    # Every order tells the same sequences; their steps, the end included, are those of order 1.
    steps = float((paths.lengths + 1) @ (paths.conversions + paths.nulls))
    return OrderFit(
        order, told, parameters, 2 * parameters - 2 * told, parameters * np.log(steps) - 2 * told
    )
