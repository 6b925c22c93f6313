"""Which geos to treat, for how long: power of the very test that will be run, from history.

A stretch of the history as long as a plan's pre-period and test is a rehearsal without treatment.
On it the permutation test of did.py has, for each candidate set of geos, an interval of the
effects it can't tell from none; an added effect is found if and only if it lies outside
(set_test.py). So the power of a candidate at an effect is the share of rehearsals whose interval
leaves it out, without drawing a single number, and the smallest effect found in at least 80 % of
them is the minimum detectable effect. Increases and decreases are rehearsed alike: a candidate
that drifted upwards by chance would otherwise seem to need little, and be picked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb, inf, isfinite

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.bad_data import BadData
from rivage.measurement.did import Effect
from rivage.measurement.set_test import SEED, interval_ends, same_size_sets

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_CANDIDATES = 1_000
MOST_SETS = 1_000
LEAST_REHEARSALS = 5
MOST_REHEARSALS = 60  # evenly spaced: neighbouring stretches say nearly the same


@dataclass(frozen=True)
class Plan:
    """One way to run a test; effects are as often increases as decreases.

    `detectable_lift` is relative to what would have been, `detectable` the same in units over
    the whole test and all treated geos, `spend` what causing them costs (None without a cost per
    unit). None for all three: no effect is found often enough. `power` is that at the lift asked
    for; `false_alarms` the share of rehearsals in which the test saw an effect of nothing.
    """

    treated: tuple[str, ...]
    test_days: int
    detectable_lift: float | None
    detectable: float | None
    spend: float | None
    power: float
    false_alarms: float
    share: float
    rehearsals: int
    smallest_p: float


def plans(
    geos: Sequence[str],
    values: Floats,
    *,
    sizes: Sequence[int],
    lengths: Sequence[int],
    pre_days: int | None = None,
    lift: float = 0.10,
    cost_per_unit: float | None = None,
    always: Sequence[str] = (),
    never: Sequence[str] = (),
    effect: Effect = "relative",
    alpha: float = 0.05,
    power: float = 0.80,
    most: int = MOST_CANDIDATES,
    seed: int = SEED,
) -> list[Plan]:
    """Plans ranked by what they cost, or by the detectable lift; best first, ties by name.

    A candidate with false alarms in more than 2 alpha of its rehearsals moves unlike the other
    geos and comes after all that don't.

    Args:
        geos: Names (geos,).
        values: History without treatment (geos, days).
        sizes: Numbers of treated geos to try.
        lengths: Test lengths in days to try.
        pre_days: Days before the test that will be used; twice the test by default.
        lift: Relative effect whose power is reported.
        cost_per_unit: Money one incremental unit is expected to cost.
        always, never: Geos every candidate holds, or none may hold.
        effect: Which difference in differences will be run.
        alpha, power: Errors of the test.
        most: Candidates per size; more than that are drawn by `seed`.

    Raises:
        BadData: unknown geos, a size that leaves fewer than two controls, too short a history.
    """
    position = {geo: n for n, geo in enumerate(geos)}
    for geo in (*always, *never):
        if geo not in position:
            raise BadData(f"There is no geo {geo!r}.", do=f"Geos are {', '.join(geos)}.")
    asked = _Asked(lift, cost_per_unit, alpha, power)
    found: list[Plan] = []
    for size in sorted(set(sizes)):
        if not 1 <= size <= len(geos) - 2:
            raise BadData(
                f"{size} of {len(geos)} geos can't be treated; two controls must stay.",
                do="Ask for fewer treated geos.",
            )
        fixed = sorted({position[geo] for geo in always})
        free = [n for n in range(len(geos)) if n not in fixed and geos[n] not in set(never)]
        candidates = _candidates(fixed, free, size, most, seed)
        compared = same_size_sets(np.arange(len(geos)) < size, most=MOST_SETS)
        for length in sorted(set(lengths)):
            before = pre_days or 2 * length
            windows = _rehearsals(values, before, length, effect)
            for candidate in candidates:
                sets = _own_first(*compared, np.array(candidate))
                found.append(_plan(geos, sets, windows, length, asked))
    return sorted(found, key=lambda plan: _rank(plan, alpha))


@dataclass(frozen=True)
class _Asked:
    """What every plan is held to."""

    lift: float
    cost_per_unit: float | None
    alpha: float
    power: float


@dataclass(frozen=True)
class _Rehearsals:
    """Per stretch and geo: amounts and weights of the test, and the sums of its test days."""

    amounts: Floats
    weights: Floats
    test_sums: Floats
    effect: Effect


def _rehearsals(values: Floats, before: int, length: int, effect: Effect) -> _Rehearsals:
    count = values.shape[1] - before - length + 1
    if count < LEAST_REHEARSALS:
        raise BadData(
            f"{values.shape[1]} days of history hold {max(count, 0)} stretches of {before} days "
            f"before and {length} days of test; at least {LEAST_REHEARSALS} are needed.",
            do="Give a longer history, or plan a shorter test or pre-period.",
        )
    sums = np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1)], axis=1)
    first = np.unique(np.linspace(0, count - 1, min(count, MOST_REHEARSALS)).astype(np.int64))
    pre = (sums[:, first + before] - sums[:, first]).T
    post = (sums[:, first + before + length] - sums[:, first + before]).T
    if effect == "level":
        return _Rehearsals(post / length - pre / before, np.ones_like(pre), post, effect)
    if pre.min() < 0 or (pre > 0).sum(axis=1).min() < len(values):
        raise BadData(
            "A geo sold nothing, or less, in a whole pre-period; growth can't be told from it.",
            do="Leave small geos out, join them, or plan with a longer pre-period.",
        )
    return _Rehearsals(post, pre, post, effect)


def _candidates(
    fixed: list[int], free: list[int], size: int, most: int, seed: int
) -> list[list[int]]:
    open_places = size - len(fixed)
    if open_places < 0 or open_places > len(free):
        raise BadData(
            f"No set of {size} geos holds all that must be in and none that must be out.",
            do="Change the size, or what is always or never treated.",
        )
    if comb(len(free), open_places) <= most:
        chosen = [list(one) for one in combinations(free, open_places)]
    else:
        rng = np.random.Generator(np.random.PCG64(seed))
        drawn = (
            tuple(sorted(rng.permutation(free)[:open_places].tolist())) for _ in range(20 * most)
        )
        chosen = [list(one) for one in islice(dict.fromkeys(drawn), most)]
    return [sorted([*fixed, *one]) for one in chosen]


def _own_first(sets: Ints, exact: bool, own: Ints) -> Ints:
    """The sets a candidate is compared with, itself first; drawn ones serve every candidate."""
    others = sets[(sets != own).any(axis=1)] if exact else sets[1:]
    return np.concatenate([own[None], others])


def _plan(
    geos: Sequence[str], sets: Ints, windows: _Rehearsals, length: int, asked: _Asked
) -> Plan:
    actual = np.zeros(len(geos), dtype=np.bool_)
    actual[sets[0]] = True
    ends = interval_ends(windows.amounts, windows.weights, actual, sets)
    least = int(np.floor(asked.alpha * len(sets) + 1e-9))
    low = np.sort(ends[..., 0], axis=-1)[:, least]
    high = np.sort(ends[..., 1], axis=-1)[:, -least - 1]
    base = windows.test_sums[:, actual].sum(axis=1)
    # An effect t on data without one moves the interval by t: it is found beyond -low, or high.
    unit = windows.weights[:, actual].sum(axis=1) * (1 if windows.effect == "relative" else length)
    beyond = np.stack([-low, high]) * unit
    needed = np.divide(beyond, base, out=np.full(beyond.shape, inf), where=base > 0).ravel()
    enough = np.sort(needed)[int(np.ceil(asked.power * len(needed) - 1e-9)) - 1]
    detectable = max(float(enough), 0.0) if isfinite(enough) else None
    units = None if detectable is None else detectable * float(base.mean())
    total = float(windows.test_sums.sum())
    return Plan(
        treated=tuple(geos[n] for n in sets[0].tolist()),
        test_days=length,
        detectable_lift=detectable,
        detectable=units,
        spend=None if units is None or asked.cost_per_unit is None else units * asked.cost_per_unit,
        power=float(np.mean(needed < asked.lift)),
        false_alarms=float(np.mean((low > 0) | (high < 0))),
        share=float(base.sum()) / total if total else 0.0,
        rehearsals=len(base),
        smallest_p=1 / len(sets),
    )


def _rank(plan: Plan, alpha: float) -> tuple[bool, float, float, int, tuple[str, ...]]:
    """Candidates that seem to have effects without a treatment come last, however cheap."""
    first = plan.spend if plan.spend is not None else inf
    second = plan.detectable_lift if plan.detectable_lift is not None else inf
    return plan.false_alarms > 2 * alpha, first, second, plan.test_days, plan.treated
