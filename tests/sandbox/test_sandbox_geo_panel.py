"""The bench's geo panels hold what the sandbox says is true."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bench.geo_coverage import world
from sandbox.state import Sandbox
from sandbox.truth_effects import experiments_truth
from sandbox.world.experiments import EXPERIMENT


def test_panels_of_the_bench_are_those_of_the_told_truth(box: Sandbox, tmp_path: Path) -> None:
    box.clock.set(datetime(2026, 10, 30, tzinfo=UTC))  # every cancellation has happened
    config = box.world.config
    made = world(config.seed, str(config.size), tmp_path)
    (told,) = experiments_truth(box)
    test = slice(EXPERIMENT.first_day, None)
    assert made.caused.sum() == made.caused[made.planted, test].sum()
    assert made.caused.sum() == told["incremental_orders_during"] > 0
    assert made.orders[made.planted, test].sum() == told["treated_orders_during"]
    assert made.orders[~made.planted, test].sum() == told["control_orders_during"]
    again = world(config.seed, str(config.size), tmp_path)
    assert np.array_equal(again.orders, made.orders)
