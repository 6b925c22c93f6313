"""The vectors: exact fractions, time decay and end weights that were computed elsewhere."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from rivage.measurement import (
    by_channel,
    equal_split,
    first,
    last,
    linear,
    markov,
    position,
    time_decay,
)
from tests.measurement.drawn import known_paths, rows

EXACT = rows("expected_exact_fractions.csv")
SETS = ("s1_teaching", "s2_loops", "s3_memory")
RULES = {
    "first": lambda paths: first(paths.offsets),
    "last": lambda paths: last(paths.offsets),
    "linear": lambda paths: linear(paths.offsets),
    "position_40_20_40": lambda paths: position(paths.offsets),
    "shapley_inclusion_game": equal_split,
}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_markov_is_the_exact_fraction(name: str, order: int) -> None:
    paths = known_paths(name)
    found = markov(paths, order)
    told = {
        "removal_effect": dict(zip(paths.channels, found.removal_effects, strict=True)),
        "conversions": dict(zip(paths.channels, found.conversions, strict=True)),
        "base_conversion_probability": {"*": found.base_conversion_probability},
    }
    wanted = [
        row for row in EXACT
        if (row["set"], row["model"], row["order"]) == (name, "markov", str(order))
    ]  # fmt: skip
    assert len(wanted) == 1 + 2 * len(paths.channels)
    for row in wanted:
        exact = float(Fraction(row["fraction"]))
        assert told[row["quantity"]][row["channel"]] == pytest.approx(exact, rel=0, abs=1e-12)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("model", RULES)
def test_rules_are_the_exact_fractions(name: str, model: str) -> None:
    paths = known_paths(name)
    credit = by_channel(paths, RULES[model](paths), paths.conversions)
    told = dict(zip(paths.channels, credit, strict=True))
    wanted = [row for row in EXACT if (row["set"], row["model"]) == (name, model)]
    assert wanted
    for row in wanted:
        exact = float(Fraction(row["fraction"]))
        assert told[row["channel"]] == pytest.approx(exact, rel=0, abs=1e-12)


@pytest.mark.parametrize("half_life", [1.0, 7.0, 30.0])
def test_time_decay_is_what_others_compute(half_life: float) -> None:
    touches = rows("input_time_decay.csv")
    starts = [at for at, touch in enumerate(touches) if touch["touch_index"] == "1"]
    offsets = np.array([*starts, len(touches)])
    ages = np.array([float(t["conversion_day"]) - float(t["touch_day"]) for t in touches])
    weights = time_decay(offsets, ages, half_life)
    place = {(t["journey"], t["touch_index"]): at for at, t in enumerate(touches)}
    wanted = [row for row in rows("time_decay.csv") if float(row["half_life_days"]) == half_life]
    assert len(wanted) == 2 * len(touches)
    for row in wanted:
        at = place[row["journey"], row["touch_index"]]
        assert weights[at] == pytest.approx(float(row["weight"]), rel=1e-12)
        value = weights[at] * float(touches[at]["value"])
        assert value == pytest.approx(float(row["value"]), rel=1e-12)


def test_two_touches_share_by_renormalised_ends() -> None:
    seen = 0
    for row in rows("position_weights.csv"):
        if not row["package"].startswith("reference"):
            continue
        a, b = float(row["first_weight"]), float(row["last_weight"])
        ends = (a, 1 - a - b, b)
        if row["set"] == "s2_loops":
            paths = known_paths("s2_loops")
            credit = by_channel(paths, position(paths.offsets, ends), paths.conversions)
            told = credit[paths.channels.index(row["channel"])]
        else:
            weights = position(np.array([0, 2]), ends)
            told = 10 * weights["AB".index(row["channel"])]
        assert told == pytest.approx(float(row["conversions"]), rel=0, abs=1e-12)
        seen += 1
    assert seen == 16
