"""From experiments to factors: how much of what a model credits to a channel was caused by it.

factor = incremental / credited, both over the experiment's scope and days. Several experiments
and a prior combine by inverse variance. An old experiment, or one that covered only part of what
it is used for, is trusted less: its variance grows by 2^(age / half-life) / overlap, as lift tests
are widened when they become priors of marketing mix models. Experiments that disagree by more
than their variances allow widen each other (DerSimonian and Laird, 1986). With the prior in the
sum a channel without an experiment gets the prior, and one with a weak experiment stays near it.

An experiment on a campaign says little about one ad inside it: a factor used below the level it
was tested at is applied, and flagged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rivage.measurement.bad_data import BadData

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HALF_LIFE_DAYS = 180.0
LEVELS = ("account", "channel", "campaign", "ad_group", "ad")
"""From wide to narrow; a factor may go down to the level it was tested at."""


@dataclass(frozen=True)
class Prior:
    """What is believed of a factor before any experiment; say where it comes from.

    The default believes the credits on average and hardly more: 95 % between about 0 and 2.
    """

    mean: float = 1.0
    sd: float = 0.5


@dataclass(frozen=True)
class Factors:
    """One entry per channel (channels,), and one weight per experiment (experiments,).

    `prior_weight` is the share of the factor that comes from the prior; `disagreement` the
    variance between experiments beyond their own.
    """

    factor: Floats
    sd: Floats
    low: Floats
    high: Floats
    prior_weight: Floats
    disagreement: Floats
    experiments: Ints
    weight: Floats


def factor_of(
    incremental: Floats, incremental_sd: Floats, credited: Floats
) -> tuple[Floats, Floats]:
    """Factor and its standard deviation per experiment (experiments,).

    Args:
        incremental: What each experiment found.
        incremental_sd: Its standard error; half the width of a 95 % interval over 1.96.
        credited: What the model credits over the same scope and days; a sum of orders, known.

    Raises:
        BadData: nothing is credited, so that no factor exists.
    """
    if len(credited) and credited.min() <= 0:
        raise BadData(
            "The model credits nothing over the scope and days of the experiment.",
            do="Check scope and days; a channel without credit can't be scaled.",
            row=int(credited.argmin()),
        )
    return incremental / credited, incremental_sd / credited


def combine(
    channel: Ints,
    factor: Floats,
    sd: Floats,
    age_days: Floats,
    overlap: Floats,
    *,
    channels: int,
    prior: Prior | Sequence[Prior] = Prior(),
    half_life_days: float = HALF_LIFE_DAYS,
    alpha: float = 0.05,
) -> Factors:
    """One factor per channel from experiments and a prior.

    Args:
        channel: Position of each experiment's channel (experiments,).
        factor, sd: Of each experiment (experiments,); see `factor_of`.
        age_days: Days since each experiment ended, 0 or more.
        overlap: Share of what the factor is used for that the experiment covered, in (0, 1].
        channels: Number of channels.
        prior: One for all channels, or one each.
        half_life_days: Age at which an experiment's variance has doubled.
        alpha: Error of the interval.

    Raises:
        BadData: a standard deviation that is not above 0, a negative age, an overlap outside
            (0, 1], a prior that is certain.
    """
    _refuse(sd, age_days, overlap)
    priors = [prior] * channels if isinstance(prior, Prior) else list(prior)
    if len(priors) != channels or min((one.sd for one in priors), default=1.0) <= 0:
        raise BadData("Each channel needs one prior whose sd is above 0.")
    variance = sd**2 * 2.0 ** (age_days / half_life_days) / overlap
    between = _between(channel, factor, variance, channels)
    precision = 1 / (variance + between[channel])
    believed = np.array([1 / one.sd**2 for one in priors])
    means = np.array([one.mean for one in priors])
    total = believed + _sum(channel, precision, channels)
    found = (believed * means + _sum(channel, precision * factor, channels)) / total
    spread = np.sqrt(1 / total)
    reach = float(stats.norm.ppf(1 - alpha / 2)) * spread
    return Factors(
        factor=found,
        sd=spread,
        low=found - reach,
        high=found + reach,
        prior_weight=believed / total,
        disagreement=between,
        experiments=np.bincount(channel, minlength=channels).astype(np.int64),
        weight=precision / total[channel],
    )


def calibrate(
    credits: Floats, channel: Ints, level: Ints, tested_level: Ints, factors: Floats
) -> tuple[Floats, Bools]:
    """Scaled credits and whether each goes below the level its channel was tested at (rows,).

    Args:
        credits: One per row (rows,).
        channel: Position of each row's channel (rows,).
        level: Position in LEVELS of what a row describes (rows,).
        tested_level: Position in LEVELS of the narrowest experiment per channel (channels,), -1
            without any: every use of its factor is then flagged.
        factors: One per channel (channels,).
    """
    return credits * factors[channel], level > tested_level[channel]


def _between(channel: Ints, factor: Floats, variance: Floats, channels: int) -> Floats:
    """Variance between the experiments of each channel by the method of moments, never below 0."""
    weight = 1 / variance
    sums = _sum(channel, weight, channels)
    safe = np.where(sums > 0, sums, 1.0)
    mean = _sum(channel, weight * factor, channels) / safe
    excess = _sum(channel, weight * (factor - mean[channel]) ** 2, channels)
    excess = excess - (np.bincount(channel, minlength=channels) - 1)
    room = sums - _sum(channel, weight**2, channels) / safe
    between = np.divide(excess, room, out=np.zeros(channels), where=room > 1e-12 * safe)
    return np.maximum(between, 0.0)


def _sum(channel: Ints, amounts: Floats, channels: int) -> Floats:
    return np.bincount(channel, weights=amounts, minlength=channels).astype(np.float64)


def _refuse(sd: Floats, age_days: Floats, overlap: Floats) -> None:
    for wrong, what in (
        (~(sd > 0), "An experiment's standard deviation is not above 0."),
        (~(age_days >= 0), "An experiment ended in the future."),
        (~((overlap > 0) & (overlap <= 1)), "An experiment's overlap is not in (0, 1]."),
    ):
        if wrong.any():
            raise BadData(what, row=int(wrong.argmax()))
