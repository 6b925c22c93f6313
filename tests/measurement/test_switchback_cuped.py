"""Switchback and CUPED: the reference vectors to 1e-9, and what must hold for any data."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rivage.measurement.bad_data import BadData
from rivage.measurement.cuped import cuped
from rivage.measurement.switchback import switchback

VECTORS = Path(__file__).parent / "vectors"
SEEDS = st.integers(0, 10**6)


def read(name: str) -> dict[str, np.ndarray]:
    with (VECTORS / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def expected() -> dict[tuple[str, str, str], float]:
    with (VECTORS / "incrementality_expected.csv").open(encoding="utf-8") as file:
        return {
            (row["block"], row["source"].split(" ")[0], row["quantity"]): float(row["value"])
            for row in csv.DictReader(file)
        }


def periods() -> dict[str, np.ndarray]:
    rows = read("input_switchback.csv")
    return {
        "period": rows["period"].astype(int), "day_in_period": rows["day_in_period"].astype(int),
        "on": rows["on"] == 1, "values": rows["orders"],
    }  # fmt: skip


def test_the_switchback_vector_reproduces() -> None:
    wanted = expected()
    found = switchback(**periods(), washout=2)
    of = {
        ("reference", "estimate_after_washout"): found.estimate,
        ("reference", "period_welch_se"): found.welch_se,
        ("reference", "p_two_sided_20000_permutations"): found.p_value,
        ("statsmodels", "estimate"): found.estimate,
        ("statsmodels", "se"): found.hac_se,
    }
    for (source, quantity), value in of.items():
        assert value == pytest.approx(wanted["switchback", source, quantity], abs=1e-9), quantity
    assert found.hac_lag == 7
    assert (found.on_periods, found.off_periods, found.dropped_days) == (12, 12, 48)
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert found.ci_low <= 15 <= found.ci_high  # the planted effect


def test_the_permutations_are_those_of_a_plain_loop() -> None:
    # With the effect taken off, p is a count out of 20,001 that only the same draws give.
    data = periods()
    data["values"] = data["values"] - 15.0 * data["on"]
    found = switchback(**data, washout=2)
    kept = data["day_in_period"] >= 2
    means = np.array([data["values"][kept & (data["period"] == n)].mean() for n in range(24)])
    on = np.array([data["on"][data["period"] == n][0] for n in range(24)])
    rng, reached = np.random.Generator(np.random.PCG64(77)), 0
    for _ in range(20_000):
        drawn = rng.permutation(on)
        reached += abs(means[drawn].mean() - means[~drawn].mean()) >= abs(found.estimate)
    assert found.p_value == pytest.approx((1 + reached) / 20_001, abs=1e-12)


def test_rows_in_any_order_give_the_same_switchback() -> None:
    data = periods()
    order = np.random.default_rng(3).permutation(len(data["on"]))
    shuffled = {name: values[order] for name, values in data.items()}
    assert switchback(**shuffled, washout=2, most=200) == switchback(**data, washout=2, most=200)


def test_a_washout_takes_carry_over_out() -> None:
    # The first two days of a period still show what the one before was: half of 10, a quarter.
    on = np.array([1, 0, 0, 1, 0, 1, 1, 0], dtype=bool)
    before = np.concatenate([[False], on[:-1]])
    carry = np.array([0.5, 0.25, 0, 0, 0])
    values = 100 + 10 * (on[:, None] * (1 - carry) + before[:, None] * carry)
    flat = (np.repeat(np.arange(8), 5), np.tile(np.arange(5), 8), np.repeat(on, 5))
    assert switchback(*flat, values.ravel(), washout=2).estimate == pytest.approx(10, abs=1e-12)
    assert switchback(*flat, values.ravel()).estimate < 9.5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"washout": 7}, "leaves nothing of period 0"),
        ({"on": np.zeros(168, bool)}, "0 periods are on and 24 off"),
        ({"on": np.arange(168) % 2 == 0}, "on on some days and off on others"),
        ({"day_in_period": np.zeros(168, int)}, "a second time"),
        ({"values": np.full(168, np.nan)}, "not a finite number"),
    ],
)
def test_a_switchback_that_is_none_is_refused(change: dict, told: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(BadData, match=told):
        switchback(**(periods() | change))


def users() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = read("input_cuped.csv")
    return rows["pre"], rows["post"], rows["treat"] == 1


def test_the_cuped_vector_reproduces() -> None:
    wanted = expected()
    found = cuped(*users())
    of = {
        ("reference", "theta_pooled"): found.theta,
        ("reference", "raw_diff"): found.raw_difference,
        ("reference", "cuped_diff"): found.difference,
        ("reference", "raw_se"): found.raw_se,
        ("reference", "cuped_se"): found.se,
        ("reference", "variance_ratio"): found.variance_ratio,
        ("reference", "one_minus_rho2"): found.one_minus_rho2,
        ("statsmodels", "diff"): found.ancova_difference,
        ("statsmodels", "se"): found.ancova_se,
    }
    for (source, quantity), value in of.items():
        assert value == pytest.approx(wanted["cuped", source, quantity], abs=1e-9), quantity
    assert found.ci_low <= 3 <= found.ci_high  # the planted effect


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(20, 300), st.floats(-2, 2))
def test_cuped_cuts_the_variance_by_rho_squared(seed: int, units: int, slope: float) -> None:
    rng = np.random.default_rng(seed)
    before = rng.gamma(2, 10, units)
    treated = np.arange(units) % 2 == 0
    found = cuped(before, slope * before + rng.normal(0, 5, units), treated)
    assert found.variance_ratio == pytest.approx(found.one_minus_rho2, abs=1e-9)
    assert (found.ci_low <= 0 <= found.ci_high) == (found.p_value >= 0.05)


def test_cuped_and_ancova_come_together_as_units_grow() -> None:
    rng = np.random.default_rng(2)
    apart = []
    for units in (100, 10_000):
        before, treated = rng.normal(20, 5, units), rng.permutation(units) % 2 == 0
        found = cuped(before, 0.8 * before + 2.0 * treated + rng.normal(0, 3, units), treated)
        apart.append(abs(found.difference - found.ancova_difference) / found.se)
        assert found.se == pytest.approx(found.ancova_se, rel=0.05)
    assert apart[1] < 0.05


def test_cuped_needs_a_covariate_that_varies_and_both_groups() -> None:
    before, after, treated = users()
    with pytest.raises(BadData, match="same value before"):
        cuped(np.ones(len(after)), after, treated)
    with pytest.raises(BadData, match="400 units are treated and 0 are not"):
        cuped(before, after, np.ones(400, bool))
