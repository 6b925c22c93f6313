"""Plans: their power is that of the test that will be run, and they repeat."""

from __future__ import annotations

import numpy as np
import pytest

from rivage.measurement.bad_data import BadData
from rivage.measurement.did import difference_in_differences
from rivage.measurement.planner import plans
from tests.measurement.geo_panels import counts, panel

SIZES = np.linspace(30, 120, 9)
NAMES = [f"g{n:02d}" for n in range(9)]
HISTORY = counts(np.random.default_rng(1), SIZES, 60)


@pytest.mark.parametrize("effect", ["level", "relative"])
def test_the_detectable_lift_is_where_four_tests_in_five_find_it(effect) -> None:  # type: ignore[no-untyped-def]
    (plan,) = plans(
        NAMES, HISTORY, sizes=[3], lengths=[10], pre_days=20, effect=effect, alpha=0.1,
        always=["g01", "g04", "g07"],
    )  # fmt: skip
    assert plan.detectable_lift is not None
    assert plan.rehearsals == 60 - 30 + 1
    treated = [1, 4, 7]

    def found(lift: float, first: int) -> bool:
        window = HISTORY[:, first : first + 30].copy()
        test = np.ix_(treated, range(20, 30))
        total = window[test].sum() * lift
        # The effect the estimator looks for: the same per geo, or by pre-period.
        share = window[treated, :20].sum(axis=1) if effect == "relative" else np.ones(3)
        window[test] += (total * share / share.sum())[:, None] / 10
        answer = difference_in_differences(panel(window, treated, 20), effect=effect, alpha=0.1)
        assert answer.ci_low is not None
        assert answer.ci_high is not None
        return answer.ci_low > 0 if lift > 0 else answer.ci_high < 0

    def power(lift: float) -> float:
        return float(np.mean([
            found(way * lift, first) for way in (1, -1) for first in range(plan.rehearsals)
        ]))  # fmt: skip

    assert power(plan.detectable_lift * 1.001) >= 0.8
    assert power(plan.detectable_lift * 0.97) < 0.8 + 1e-9
    (at,) = plans(
        NAMES, HISTORY, sizes=[3], lengths=[10], pre_days=20, effect=effect, alpha=0.1, lift=0.05,
        always=["g01", "g04", "g07"],
    )  # fmt: skip
    assert at.power == pytest.approx(power(0.05))


def test_plans_are_ranked_by_spend_and_repeat() -> None:
    asked = {"sizes": [2, 3], "lengths": [7, 14], "pre_days": 20, "alpha": 0.1}
    found = plans(NAMES, HISTORY, **asked, cost_per_unit=12.5)
    assert found == plans(NAMES, HISTORY, **asked, cost_per_unit=12.5)
    assert len(found) == 2 * (36 + 84)
    calm = [plan.spend for plan in found if plan.false_alarms <= 0.2]
    assert calm == sorted(calm)
    alarms = [plan.false_alarms > 0.2 for plan in found]
    assert alarms == sorted(alarms)
    for plan in found:
        assert plan.spend is not None
        assert plan.detectable is not None
        assert plan.spend == pytest.approx(12.5 * plan.detectable)


def test_a_longer_test_finds_smaller_effects() -> None:
    found = plans(NAMES, HISTORY, sizes=[3], lengths=[3, 21], pre_days=21, alpha=0.1)
    by_length = {
        days: np.median([p.detectable_lift for p in found if p.test_days == days])
        for days in (3, 21)
    }
    assert by_length[21] < by_length[3]


def test_always_and_never_are_kept() -> None:
    found = plans(NAMES, HISTORY, sizes=[3], lengths=[7], always=["g02"], never=["g00", "g08"])
    assert all("g02" in plan.treated for plan in found)
    assert not any({"g00", "g08"} & set(plan.treated) for plan in found)
    assert len(found) == 15  # two of the six others


def test_many_candidates_are_drawn_by_a_seed() -> None:
    asked = {"sizes": [4], "lengths": [7], "most": 10}
    found = plans(NAMES, HISTORY, **asked)
    assert len({plan.treated for plan in found}) == 10
    assert found == plans(NAMES, HISTORY, **asked)
    assert found != plans(NAMES, HISTORY, **asked, seed=1)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"sizes": [8]}, "two controls must stay"),
        ({"lengths": [25]}, "60 days of history hold 0 stretches"),
        ({"always": ["Paris"]}, "no geo 'Paris'"),
        ({"always": ["g01", "g02", "g03"]}, "No set of 2 geos"),
    ],
)
def test_plans_that_can_not_be_are_refused(changed: dict, told: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(BadData, match=told):
        plans(NAMES, HISTORY, **({"sizes": [2], "lengths": [7]} | changed))
