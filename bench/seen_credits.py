"""Credits per order and channel of every attribution model, over what analytics tools see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.seen_world import CHANNELS, CLICK_ID, Seen
from rivage.measurement import rules
from rivage.measurement.credit import by_channel_share, by_effect
from rivage.measurement.markov import markov
from rivage.measurement.paths import Paths, merged, offsets_of
from rivage.measurement.shapley import shapley

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY = 86_400
WINDOW, PLATFORM_WINDOW, HALF_LIFE = 30 * DAY, 7 * DAY, 7 * DAY
DIRECT, PAID = CHANNELS.index("Direct"), CHANNELS.index("TikTok Paid")


@dataclass(frozen=True)
class Pairs:
    """Touches that count for an order: of order `orders[i]`, `touch[offsets[i]:offsets[i + 1]]`."""

    orders: Ints
    offsets: Ints
    touch: Ints

    @property
    def order_of_touch(self) -> Ints:
        """Position in `orders` of each pair."""
        return np.repeat(np.arange(len(self.orders)), np.diff(self.offsets))


def credits(seen: Seen) -> dict[str, Floats]:
    """By model the orders credited, (orders, channels); rows of unseen orders are 0."""
    pairs = pairs_of(seen)
    steps = seen.channel[pairs.touch]
    own = Paths(
        CHANNELS, pairs.offsets, steps, np.ones(len(pairs.orders)), np.zeros(len(pairs.orders)),
        np.zeros(len(pairs.orders)),
    )  # fmt: skip
    fit = _training(seen, pairs)
    ages = (seen.ordered[pairs.orders][pairs.order_of_touch] - seen.touched[pairs.touch]) / 1.0
    saw = _first_with(seen.saw_product[pairs.touch], pairs)
    cart = _first_with(seen.filled_cart[pairs.touch], pairs)
    start, end = np.zeros_like(saw), np.diff(pairs.offsets) - 1
    offsets = pairs.offsets
    weights = {
        "last_touch": rules.last(offsets),
        "first_touch": rules.first(offsets),
        "last_non_direct": rules.last_non_direct(offsets, steps == DIRECT),
        "linear": rules.linear(offsets),
        "position": rules.position(offsets),
        "time_decay": rules.time_decay(offsets, ages, HALF_LIFE),
        "w_shaped": rules.milestones(offsets, np.stack([start, saw, cart], axis=1)),
        "full_path": rules.milestones(
            offsets, np.stack([start, saw, cart, end], axis=1), rules.FULL_PATH_ROLES,
            rules.FULL_PATH_REST,
        ),
        "platform_tiktok": _platform(steps, ages, pairs),
        "equal_split": rules.equal_split(own),
        "markov": by_effect(own, markov(fit).removal_effects).weights,
        "shapley": by_channel_share(own, np.maximum(shapley(fit).phi, 0)).weights,
    }  # fmt: skip
    cell = pairs.orders[pairs.order_of_touch] * len(CHANNELS) + steps
    size = len(seen.ordered) * len(CHANNELS)
    return {
        model: np.bincount(cell, weights=weight, minlength=size).reshape(-1, len(CHANNELS))
        for model, weight in weights.items()
    }


def pairs_of(seen: Seen) -> Pairs:
    """Touches of each order's user up to the order, at most WINDOW old."""
    # User and instant in one sortable number: an instant needs 32 bits.
    touched = seen.touch_user * 2**32 + seen.touched
    rows = np.flatnonzero(seen.order_user >= 0)
    user = seen.order_user[rows] * 2**32
    begin = np.searchsorted(touched, user + seen.ordered[rows] - WINDOW)
    end = np.searchsorted(touched, user + seen.ordered[rows], side="right")
    lengths = end - begin
    rows, begin, lengths = rows[lengths > 0], begin[lengths > 0], lengths[lengths > 0]
    offsets = offsets_of(lengths)
    inside = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    return Pairs(rows, offsets, np.repeat(begin, lengths) + inside)


def _training(seen: Seen, pairs: Pairs) -> Paths:
    """Journeys with an order, and those of users without any."""
    lost = ~np.isin(seen.touch_user, seen.order_user)
    users, lengths = np.unique(seen.touch_user[lost], return_counts=True)
    found, none = len(pairs.orders), len(users)
    return merged(
        CHANNELS,
        offsets_of(np.concatenate([np.diff(pairs.offsets), lengths])),
        np.concatenate([seen.channel[pairs.touch], seen.channel[lost]]),
        np.repeat([1.0, 0.0], [found, none]),
        nulls=np.repeat([0.0, 1.0], [found, none]),
    )


def _first_with(holds: NDArray[np.bool_], pairs: Pairs) -> Ints:
    """Number within its order of the first touch that holds, NO_TOUCH where none does."""
    lengths = np.diff(pairs.offsets)
    number = np.arange(len(holds)) - np.repeat(pairs.offsets[:-1], lengths)
    never = len(holds)
    first = np.minimum.reduceat(np.where(holds, number, never), pairs.offsets[:-1])
    return np.where(first == never, rules.NO_TOUCH, first)


def _platform(steps: Ints, ages: Floats, pairs: Pairs) -> Floats:
    """TikTok's own web rule on visits: the last TikTok click of 168 hours gets all."""
    clicked = ((steps == PAID) | (steps == CLICK_ID)) & (ages <= PLATFORM_WINDOW)
    place = np.where(clicked, np.arange(len(steps)), -1)
    newest = np.maximum.reduceat(place, pairs.offsets[:-1])
    weights = np.zeros(len(steps))
    weights[newest[newest >= 0]] = 1.0
    return weights
