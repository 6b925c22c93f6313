"""Rule models: how the touches of one journey share its conversion.

Every function takes `offsets` (n + 1), the touches of journey i being offsets[i] to
offsets[i + 1] in order of time, at least one each, and returns one weight per touch (m), >= 0
and 1 in sum per journey. `credit.by_channel` adds them up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rivage.measurement.paths import Floats, Ints, Paths, summed

NO_TOUCH = -1
W_ROLES, W_REST = (0.3, 0.3, 0.3), 0.1
FULL_PATH_ROLES, FULL_PATH_REST = (0.225, 0.225, 0.225, 0.225), 0.1
_CLOSE_TO_ONE = 1e-9


def first(offsets: Ints) -> Floats:
    """All to the first touch."""
    return _all_to(offsets[:-1], offsets)


def last(offsets: Ints) -> Floats:
    """All to the last touch."""
    return _all_to(offsets[1:] - 1, offsets)


def last_non_direct(offsets: Ints, direct: NDArray[np.bool_]) -> Floats:
    """All to the last touch that is not direct; to the last where all are.

    Args:
        direct: (m) the touch is a direct visit.
    """
    places = np.where(direct, NO_TOUCH, np.arange(len(direct)))
    newest = np.maximum.reduceat(places, offsets[:-1]) if len(places) else places
    return _all_to(np.where(newest == NO_TOUCH, offsets[1:] - 1, newest), offsets)


def linear(offsets: Ints) -> Floats:
    """The same to every touch (not to every distinct channel)."""
    lengths = np.diff(offsets)
    return np.repeat(1.0 / lengths, lengths)


def position(offsets: Ints, ends: tuple[float, float, float] = (0.4, 0.2, 0.4)) -> Floats:
    """`ends` = (a, m, b): a to the first touch, b to the last, m spread over those between.

    Of two touches the ends are renormalised, a / (a + b) and b / (a + b), half each where a and
    b are both 0. Other packages add half the middle to each, which is the same when a = b.

    Raises:
        ValueError: a share below 0, or the three do not make 1.
    """
    a, middle, b = checked_shares(ends)
    lengths = np.diff(offsets)
    between = np.where(lengths > 2, middle / np.maximum(lengths - 2, 1), 1.0)
    weights = np.repeat(between, lengths)
    head, tail = offsets[:-1], offsets[1:] - 1
    two, more = lengths == 2, lengths > 2
    of_first = a / (a + b) if a + b > 0 else 0.5
    weights[head[two]], weights[tail[two]] = of_first, 1.0 - of_first
    weights[head[more]], weights[tail[more]] = a, b
    return weights


def time_decay(offsets: Ints, ages: Floats, half_life: float) -> Floats:
    """A touch weighs half of one that is `half_life` nearer to the conversion.

    Args:
        ages: (m) time from touch to conversion, in the unit of `half_life`.

    Raises:
        ValueError: `half_life` is not above 0, or an age is below 0 or not finite.
    """
    if not half_life > 0:
        raise ValueError(f"the half-life must be above 0, not {half_life}")
    if not np.isfinite(ages).all() or (ages < 0).any():
        raise ValueError("an age is negative or not finite: the touch is after the conversion")
    if not len(ages):
        return np.zeros(0)
    lengths = np.diff(offsets)
    # From the newest touch: old journeys would underflow, and shares stay the same.
    since = ages - np.repeat(np.minimum.reduceat(ages, offsets[:-1]), lengths)
    decayed = np.exp2(-since / half_life)
    return np.asarray(decayed / np.repeat(np.add.reduceat(decayed, offsets[:-1]), lengths))


def milestones(
    offsets: Ints, roles: Ints, shares: Sequence[float] = W_ROLES, rest: float = W_REST
) -> Floats:
    """W-shaped by default: milestones of the funnel get fixed shares, other touches the rest.

    W: first touch, the one before the first view of a product, the one before the first basket
    or checkout. The full path (`FULL_PATH_ROLES`, `FULL_PATH_REST`) adds the one before purchase.

    Args:
        roles: (n, r) per journey the number of the touch (0 is its first) in each role,
            `NO_TOUCH` where nobody has it. One touch may have several roles and gets all.
        shares: (r) of the roles.
        rest: spread evenly over touches without a role. Whatever finds no touch is shared by
            the others in proportion; a journey with no role at all is linear.

    Raises:
        ValueError: shares that do not make 1, or a role outside its journey.
    """
    checked_shares((*shares, rest))
    lengths = np.diff(offsets)
    if roles.shape != (len(lengths), len(shares)):
        raise ValueError(f"roles must be ({len(lengths)}, {len(shares)}), not {roles.shape}")
    if ((roles < NO_TOUCH) | (roles >= lengths[:, None])).any():
        raise ValueError("a role points outside its journey")
    weights, plain = np.zeros(int(offsets[-1])), np.ones(int(offsets[-1]), dtype=bool)
    for column, share in zip(roles.T, shares, strict=True):
        held = column != NO_TOUCH
        np.add.at(weights, (offsets[:-1] + column)[held], share)
        plain[(offsets[:-1] + column)[held]] = False
    journey = np.repeat(np.arange(len(lengths)), lengths)
    others = np.bincount(journey[plain], minlength=len(lengths))
    weights[plain] = (rest / np.maximum(others, 1))[journey[plain]]
    sums = summed(journey, weights, len(lengths))
    empty = sums == 0
    weights[empty[journey]] = 1.0
    sums[empty] = lengths[empty]
    return np.asarray(weights / sums[journey])


def equal_split(paths: Paths) -> Floats:
    """The same to every distinct channel of a journey, spread evenly over its own touches.

    What many packages sell as "Shapley value": of the game in which a set of channels earns the
    journeys that touch no other channel, this is the Shapley value (Zhao, Mahboobi and Bagheri
    2018, arXiv:1804.05327). Journeys that did not convert play no part in it.
    """
    return np.asarray(1.0 / (paths.distinct[paths.path_of_step] * paths.repeats))


def checked_shares(shares: Sequence[float]) -> tuple[float, ...]:
    """The shares as they are.

    Raises:
        ValueError: one is below 0 or not finite, or they do not make 1.
    """
    if not all(np.isfinite(share) and share >= 0 for share in shares):
        raise ValueError(f"a share is below 0 or not finite: {shares}")
    if abs(sum(shares) - 1) > _CLOSE_TO_ONE:
        raise ValueError(f"the shares {shares} make {sum(shares):g}, not 1")
    return tuple(shares)


def _all_to(places: Ints, offsets: Ints) -> Floats:
    weights = np.zeros(int(offsets[-1]))
    weights[places] = 1.0
    return weights
