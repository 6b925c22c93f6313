"""Difference in differences of geos, with a permutation test and the interval that inverts it.

Two effects can be asked for:

- `level`: the treatment adds the same amount per day to every treated geo. The estimate is the
  change of the treated geos' mean less that of the control geos' mean, equal to the coefficient
  of a regression on geo and day effects (TWFE), and every geo weighs the same.
- `relative`: the treatment adds an amount in proportion to the geo's own pre-period, and without
  it every geo would have grown by the same factor. The estimate is treated sales less treated
  pre-period sales times the control geos' growth; geos weigh by their pre-period.

Geos of unlike size grow by unlike amounts and have unlike noise, so their `level` changes are not
exchangeable: a large treated geo then looks significant, or drowns, for its size alone. `relative`
compares growth and lets a geo's noise fall with its size (variance inverse to the pre-period, as
with counts). Estimand of both: what the treatment added in the treated geos during the test.
Inference is over which geos were treated, geos being the units (Bertrand, Duflo and Mullainathan,
2004); with a random choice among all same-size sets the test of no effect is exact.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.bad_data import BadData
from rivage.measurement.lift import Lift, lift_of
from rivage.measurement.panel import Panel
from rivage.measurement.set_test import MOST_SETS, SEED, SetTest, set_test

Floats = NDArray[np.float64]
Effect = Literal["level", "relative"]

UNLIKE = 3.0
"""From this ratio of the largest to the smallest geo on, `level` notes that sizes differ."""


def difference_in_differences(
    panel: Panel,
    *,
    effect: Effect = "level",
    alpha: float = 0.05,
    most: int = MOST_SETS,
    seed: int = SEED,
) -> Lift:
    """Effect of the treatment by difference in differences.

    Args:
        panel: Balanced geos by days.
        effect: What the treatment adds, see the module.
        alpha: Error of the interval.
        most: All same-size sets of geos are compared when there are at most so many, else the
            true one and this many drawn by `seed`.

    Raises:
        BadData: `relative` with a negative pre-period, or none at all among treated or controls.
    """
    amounts, weights = changes(panel, effect)
    test = set_test(amounts, weights, panel.treated, alpha=alpha, most=most, seed=seed)
    unit = _unit(panel, effect)
    return lift_of(
        panel,
        "did" if effect == "level" else "did_relative",
        counterfactual(panel, effect),
        p_value=test.p_value,
        smallest_p=test.smallest_p,
        alpha=alpha,
        att_bounds=(test.low * unit, test.high * unit),
        notes=_notes(panel, effect, test),
    )


def bootstrap(
    panel: Panel,
    *,
    effect: Effect = "level",
    alpha: float = 0.05,
    draws: int = 2_000,
    seed: int = SEED,
) -> tuple[float, float] | None:
    """Percentile interval of `att` from geos drawn with replacement on each side: a check.

    None with fewer than two treated geos. With few geos it is too narrow; the interval that
    inverts the test is the one to use.
    """
    amounts, weights = changes(panel, effect)
    rng = np.random.Generator(np.random.PCG64(seed))
    sums = []
    for side in (panel.treated, ~panel.treated):
        rows = np.flatnonzero(side)
        if len(rows) < 2:
            return None
        drawn = rows[rng.integers(0, len(rows), (draws, len(rows)))]
        sums.append(amounts[drawn].sum(axis=1) / np.maximum(weights[drawn].sum(axis=1), 1e-300))
    low, high = np.quantile(sums[0] - sums[1], [alpha / 2, 1 - alpha / 2]) * _unit(panel, effect)
    return float(low), float(high)


def changes(panel: Panel, effect: Effect) -> tuple[Floats, Floats]:
    """One amount and one weight per geo (geos,): what the test compares.

    `level`: change of the mean per day, and 1. `relative`: sum of the test, and of the pre-period.
    """
    if effect == "level":
        change = panel.post.mean(axis=1) - panel.pre.mean(axis=1)
        return change, np.ones(len(panel.geos))
    before = panel.pre.sum(axis=1)
    if before.min() < 0:
        geo = panel.geos[int(before.argmin())]
        raise BadData(
            f"The pre-period of {geo!r} adds up to less than 0; growth can't be told from it.",
            do="Use effect 'level', or an outcome that is not negative.",
        )
    for side, name in ((panel.treated, "treated"), (~panel.treated, "control")):
        if not before[side].sum() > 0:
            raise BadData(
                f"The {name} geos sold nothing in the pre-period; there is no growth to compare.",
                do="Use effect 'level', or a longer pre-period.",
            )
    return panel.post.sum(axis=1), before


def _unit(panel: Panel, effect: Effect) -> float:
    """What an effect of 1 per weight is per treated geo and day."""
    if effect == "level":
        return 1.0
    return float(panel.pre[panel.treated].sum()) / int(panel.treated.sum()) / panel.test_days


def counterfactual(panel: Panel, effect: Effect) -> Floats:
    """Sum of the treated geos per day had they moved like the control geos (days,)."""
    treated, controls = panel.values[panel.treated], panel.values[~panel.treated]
    if effect == "level":
        moved = controls.mean(axis=0) - controls[:, : panel.start].mean()
        return np.asarray(len(treated) * (treated[:, : panel.start].mean() + moved))
    share = treated[:, : panel.start].sum() / controls[:, : panel.start].sum()
    return np.asarray(share * controls.sum(axis=0))


def _notes(panel: Panel, effect: Effect, test: SetTest) -> tuple[str, ...]:
    found = []
    if effect == "level" and panel.size_ratio >= UNLIKE:
        times = (
            f"{panel.size_ratio:.0f} times" if np.isfinite(panel.size_ratio) else "far more than"
        )
        found.append(
            f"The largest geo sells {times} the smallest; an equal effect per geo is unlikely and "
            "the test compares unlike geos. Effect 'relative' compares growth instead."
        )
    if test.smallest_p > test.alpha:
        found.append(
            f"Only {test.sets} sets of geos can be compared, so p is never below "
            f"{test.smallest_p:.3g} and nothing bounds the effect at alpha {test.alpha:g}."
        )
    if not test.exact:
        found.append(f"p is from {test.sets - 1:,} sets drawn at random.")
    return tuple(found)
