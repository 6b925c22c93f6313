"""Factors per channel for a stretch of days: what tests say of its credits, and else a prior.

A test gives channels a factor: the orders it brought over the orders a model credited to these
channels because of it, both found by the same estimator over the same places and days. What would
have been credited anyway is thereby taken off, so the factor is that of orders at the margin: of a
test that spends more, of what the extra spend brings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy import stats

from rivage.measurement.bad_data import BadData
from rivage.measurement.calibration import LEVELS, Prior, calibrate, combine, factor_of
from rivage.measurement.experiment import Effect

DEFAULT = "(default)"
"""The prior of channels without one of their own."""
UNPROVEN = "D"
"""Evidence of this grade changes no factor."""


@dataclass(frozen=True)
class Finding:
    """What one experiment says of one channel; `level` of LEVELS, `overlap` in (0, 1]."""

    channel: str
    factor: float
    sd: float
    start: date
    end: date
    level: str
    overlap: float = 1.0


@dataclass(frozen=True)
class ChannelFactor:
    """One channel; without a prior there is no factor and its credits count for nothing caused."""

    channel: str
    factor: float | None
    factor_low: float | None
    factor_high: float | None
    prior_weight: float | None
    tests: int
    tested_level: str | None
    is_below_test: bool


def factor_from(orders: Effect, credited: Effect) -> tuple[float, float] | None:
    """Factor and standard deviation from the effects on orders and on credited orders.

    The errors are taken as independent; they share orders and so rise and fall together, which
    makes the deviation somewhat too wide. None where either is unbounded, or credited orders may
    not have risen at all: a ratio to nothing has no error that could be told.
    """
    change, base = orders.incremental, credited.incremental
    if base.value is not None and base.value < 0:
        change, base = change.times(-1), base.times(-1)
    if (
        change.value is None or change.low is None or change.high is None
        or base.value is None or base.low is None or base.high is None or base.low <= 0
    ):  # fmt: skip
        return None
    reach = 2 * float(stats.norm.ppf(0.975))
    own_sd, of_credited = (change.high - change.low) / reach, (base.high - base.low) / reach
    factor, sd = factor_of(np.array([change.value]), np.array([own_sd]), np.array([base.value]))
    return float(factor[0]), float(np.hypot(sd[0], factor[0] * of_credited / base.value))


def channel_factors(
    channels: Sequence[str],
    priors: Mapping[str, Prior | None],
    tests: Sequence[Finding],
    first: date,
    last: date,
    *,
    level: str = "channel",
) -> list[ChannelFactor]:
    """One factor per channel, for use on the days first to last.

    Trust fades with the days between a test and these days, in either direction.

    Args:
        channels: Names, each once.
        priors: By channel, and DEFAULT; None for a channel that nothing can have caused.
        tests: Of any channels; those of channels without a prior are left out.
        level: What the credits describe that are to be scaled.

    Raises:
        BadData: no DEFAULT, a level that is none, see `calibration.combine`.
    """
    if DEFAULT not in priors or priors[DEFAULT] is None:
        raise BadData(f"There is no prior {DEFAULT}.")
    believed = {name: priors.get(name, priors[DEFAULT]) for name in channels}
    scaled = {name: prior for name, prior in believed.items() if prior is not None}
    place = {name: at for at, name in enumerate(scaled)}
    used = [test for test in tests if test.channel in place]
    channel = np.array([place[test.channel] for test in used], dtype=np.int64)
    deepest = np.full(len(place), -1, dtype=np.int64)
    np.maximum.at(deepest, channel, np.array([_rank(t.level) for t in used], dtype=np.int64))
    found = combine(
        channel,
        np.array([test.factor for test in used]),
        np.array([test.sd for test in used]),
        np.array([_apart(test, first, last) for test in used], dtype=np.float64),
        np.array([test.overlap for test in used]),
        channels=len(place),
        prior=list(scaled.values()),
    )
    whole = np.arange(len(place))
    ranks = np.full(len(place), _rank(level))
    _, below = calibrate(found.factor, whole, ranks, deepest, found.factor)
    return [
        ChannelFactor(name, None, None, None, None, 0, None, is_below_test=True)
        if (at := place.get(name)) is None
        else ChannelFactor(
            name, float(found.factor[at]), float(found.low[at]), float(found.high[at]),
            float(found.prior_weight[at]), int(found.experiments[at]),
            LEVELS[deepest[at]] if deepest[at] >= 0 else None, is_below_test=bool(below[at]),
        )
        for name in channels
    ]  # fmt: skip


def _apart(test: Finding, first: date, last: date) -> int:
    """Days between the test and the days of use, 0 where they meet."""
    return max((first - test.end).days, (test.start - last).days, 0)


def _rank(level: str) -> int:
    if level not in LEVELS:
        raise BadData(f"{level!r} is no level.", do=f"Take one of {', '.join(LEVELS)}.")
    return LEVELS.index(level)
