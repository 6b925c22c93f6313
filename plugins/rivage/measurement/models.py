"""Every model over the same paths, as credit per channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rivage.measurement import bootstrap, rules
from rivage.measurement.credit import by_channel, by_channel_share, by_effect
from rivage.measurement.markov import markov
from rivage.measurement.paths import Floats, Paths
from rivage.measurement.shapley import shapley

RULES = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "equal_split")
DATA_DRIVEN = ("markov", "markov_per_order", "shapley", "shapley_per_order")
MODELS = RULES + DATA_DRIVEN
NEED_TIMES = ("time_decay",)
DIRECT = ("direct", "(direct)")
ENDS = (0.4, 0.2, 0.4)


@dataclass(frozen=True)
class Credit:
    """One model's credit per channel (c); None where the model has no such number.

    `order` is that of the chain. Bounds are of `conversions`.
    """

    model: str
    conversions: Floats
    values: Floats
    order: int | None = None
    removal_effects: Floats | None = None
    bounds: bootstrap.Interval | None = None
    notes: tuple[str, ...] = field(default=())


def rule_credits(
    paths: Paths,
    models: Iterable[str] = RULES,
    ends: tuple[float, float, float] = ENDS,
    direct: Sequence[str] = DIRECT,
) -> list[Credit]:
    """Credit of rules that need no times, in the order asked for; `NEED_TIMES` are left out.

    Args:
        ends: shares of `position`, see `rules.position`.
        direct: names of channels that `last_non_direct` passes over; case does not count.
    """
    names = {name.casefold() for name in direct}
    is_direct = np.array([name.casefold() in names for name in paths.channels], dtype=bool)
    weights: dict[str, Callable[[], Floats]] = {
        "first": lambda: rules.first(paths.offsets),
        "last": lambda: rules.last(paths.offsets),
        "last_non_direct": lambda: rules.last_non_direct(paths.offsets, is_direct[paths.steps]),
        "linear": lambda: rules.linear(paths.offsets),
        "position": lambda: rules.position(paths.offsets, ends),
        "equal_split": lambda: rules.equal_split(paths),
    }
    return [_of(model, paths, weights[model]()) for model in models if model in weights]


def data_driven_credits(
    paths: Paths, models: Iterable[str] = DATA_DRIVEN, orders: Sequence[int] = (1,)
) -> list[Credit]:
    """Credit of Markov at each order, and of the Shapley values of the chain of order 1.

    Raises:
        ValueError: no path converts, or an order below 1.
    """
    asked, found = set(models), []
    for order in orders if asked & {"markov", "markov_per_order"} else ():
        fitted = markov(paths, order)
        effects = fitted.removal_effects
        shares = Credit("markov", fitted.conversions, fitted.values, order, effects)
        inside = by_effect(paths, effects)
        spread = _of("markov_per_order", paths, inside.weights, _told(inside.fallbacks))
        found += [shares, replace(spread, order=order, removal_effects=effects)]
    if asked & {"shapley", "shapley_per_order"}:
        game = shapley(paths)
        sampled: tuple[str, ...] = ()
        if game.standard_error is not None and game.draws is not None:
            error = float((game.standard_error / game.phi.sum()).max() * paths.conversions.sum())
            sampled = (
                f"shapley: {len(paths.channels)} channels are too many for all sets; "
                f"{game.draws} orders were drawn, standard error at most {error:.3g} conversions.",
            )
        found.append(Credit("shapley", game.conversions, game.values, 1, notes=sampled))
        within = by_channel_share(paths, game.phi)
        spread = _of("shapley_per_order", paths, within.weights, _told(within.fallbacks))
        found.append(replace(spread, order=1))
    return [credit for credit in found if credit.model in asked]


def with_bounds(credit: Credit, paths: Paths, *, seed: int = 0) -> Credit:
    """The credit with a 95 % interval where its model is data-driven."""
    fits = {
        "markov": bootstrap.removal,
        "markov_per_order": bootstrap.removal_inside,
        "shapley": bootstrap.game,
        "shapley_per_order": bootstrap.game_inside,
    }
    if credit.model not in fits:
        return credit
    bounds = bootstrap.interval(paths, fits[credit.model], order=credit.order or 1, seed=seed)
    return replace(credit, bounds=bounds)


def _of(model: str, paths: Paths, weights: Floats, notes: tuple[str, ...] = ()) -> Credit:
    return Credit(
        model,
        by_channel(paths, weights, paths.conversions),
        by_channel(paths, weights, paths.values),
        notes=notes,
    )


def _told(fallbacks: int) -> tuple[str, ...]:
    if not fallbacks:
        return ()
    return (f"{fallbacks} paths touch no channel with an effect; inside them credit is linear.",)
