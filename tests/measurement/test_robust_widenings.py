"""The table of widenings keeps its promise: 3 false alarms in 1000, however few the samples."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from rivage.settings import REPO

SEED = REPO / "dbt_project" / "seeds" / "robust_widenings.csv"
WIDENINGS = {
    int(row["samples"]): float(row["factor"])
    for row in csv.DictReader(SEED.read_text(encoding="utf-8").splitlines())
}


def test_every_number_of_samples_that_a_band_can_have_is_listed() -> None:
    assert sorted(WIDENINGS) == list(range(4, 15))


@pytest.mark.parametrize("samples", [4, 8, 14])
def test_three_of_a_thousand_normal_values_look_unusual(samples: int) -> None:
    drawn = np.random.default_rng(samples).standard_normal((150_000, samples + 1))
    seen, value = drawn[:, :samples], drawn[:, samples]
    middle = np.median(seen, axis=1)
    sigma = 1.4826 * np.median(np.abs(seen - middle[:, None]), axis=1) * WIDENINGS[samples]
    unusual = np.mean(np.abs(value - middle) > 3.5 * sigma)
    # Standard error of the share: sqrt(0.003 / 150 000) = 0.00014.
    assert unusual == pytest.approx(0.003, abs=0.0005)
