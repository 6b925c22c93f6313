"""Is the planted geo experiment recovered: does the interval hold the truth as often as it says?

    .venv/bin/python bench/geo_coverage.py [--seeds 200] [--first 1] [--size small] [--every]

Each seed is a brand of its own with the experiment of `sandbox.world.experiments` in it: four of
13 regions get more TikTok delivery for 14 days after 16 days without. Its panel holds counted web
orders (no tests, no cancelled ones) by region and day. The truth is the number of those orders in
the test that would not have come without it. The same worlds without these people are A/A tests:
once in the planted regions and days, once before the experiment in regions drawn at random.

Printed per estimator: share of seeds whose 95 % interval holds the truth, share that find the
effect, error and width in orders, share of A/A tests below 0.05 and the Kolmogorov-Smirnov p of
their uniformity. Exit code 1 when the estimator used for experiments (difference in differences
of growth) covers less than 93 % or more than 97 %, or its A/A tests are not uniform.

Panels are kept in the temporary folder under the hash of the sandbox's code.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from rivage.measurement.augmented import augmented_synthetic_control
from rivage.measurement.did import difference_in_differences
from rivage.measurement.lift import Lift
from rivage.measurement.panel import Panel
from rivage.measurement.synthetic_control import synthetic_control
from sandbox.world import World, WorldConfig
from sandbox.world.caused import GEO, source_of
from sandbox.world.experiments import EXPERIMENT
from sandbox.world.places import FRANCE, REGIONS

ROOT = Path(__file__).resolve().parents[1]
USED = "did of growth"
LOWEST, HIGHEST = 0.93, 0.97
LEAST_KS = 0.01
Estimator = Callable[[Panel], Lift]
Orders = NDArray[np.int64]

ESTIMATORS: dict[str, Estimator] = {
    USED: lambda panel: difference_in_differences(panel, effect="relative"),
    "did of levels": difference_in_differences,
}
MORE: dict[str, Estimator] = {
    "synthetic control": synthetic_control,
    "augmented": augmented_synthetic_control,
}


@dataclass(frozen=True)
class Brand:
    """One seed: counted web orders by region and day, and those the experiment caused."""

    seed: int
    orders: Orders  # (regions, days up to the experiment's last)
    caused: Orders

    def panel(self, orders: Orders, treated: NDArray[np.bool_], start: int) -> Panel:
        """The panel an analyst has."""
        first = WorldConfig().start
        days = tuple(first + timedelta(days=n) for n in range(orders.shape[1]))
        return Panel(tuple(r.code for r in REGIONS), days, orders.astype(float), treated, start)

    @property
    def planted(self) -> NDArray[np.bool_]:
        """The treated regions."""
        return np.isin(np.arange(len(REGIONS)), EXPERIMENT.regions)


@dataclass(frozen=True)
class Score:
    """What one estimator did over all seeds; see the module."""

    name: str
    seeds: int
    coverage: float
    power: float
    bias: float
    error: float
    width: float
    false_alarms: float
    uniform_p: float
    false_alarms_before: float
    uniform_p_before: float

    @property
    def holds(self) -> bool:
        """Whether coverage and A/A tests are as promised."""
        return LOWEST <= self.coverage <= HIGHEST and (
            min(self.uniform_p, self.uniform_p_before) >= LEAST_KS
        )


def world(seed: int, size: str, folder: Path) -> Brand:
    """Panel of one seed, made or read again."""
    kept = folder / f"{size}-{seed}.npz"
    if kept.exists():
        with np.load(kept) as file:
            return Brand(seed, file["orders"], file["caused"])
    made = World(WorldConfig(seed=seed, size=size))
    days = EXPERIMENT.last_day + 1
    orders = np.zeros((len(REGIONS), days), dtype=np.int64)
    caused = np.zeros_like(orders)
    for day in range(days):
        rows = made.orders(day)
        counted = (rows.visit >= 0) & ~rows.test & (rows.cancelled == 0) & (rows.country == FRANCE)
        extra = counted & (source_of(rows.person) == GEO)
        orders[:, day] = np.bincount(rows.region[counted], minlength=len(REGIONS))
        caused[:, day] = np.bincount(rows.region[extra], minlength=len(REGIONS))
    part = kept.with_suffix(".part.npz")
    np.savez(part, orders=orders, caused=caused)
    part.replace(kept)
    return Brand(seed, orders, caused)


def cache_folder() -> Path:
    """Where panels are kept: another one whenever the sandbox's world changes."""
    code = hashlib.sha256()
    for file in sorted((ROOT / "sandbox" / "world").glob("*.py")):
        code.update(file.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"rivage-geo-coverage-{code.hexdigest()[:12]}"
    folder.mkdir(exist_ok=True)
    return folder


def score(name: str, estimator: Estimator, worlds: list[Brand]) -> Score:
    """Run one estimator on all worlds."""
    start, rng = EXPERIMENT.first_day, np.random.default_rng(11)
    inside, found, errors, widths = [], [], [], []
    same, before = [], []
    for one in worlds:
        answer = estimator(one.panel(one.orders, one.planted, start))
        truth = float(one.caused.sum())
        low, high = answer.incremental_low, answer.incremental_high
        low, high = -np.inf if low is None else low, np.inf if high is None else high
        inside.append(low <= truth <= high)
        found.append(answer.p_value <= answer.alpha)
        errors.append(answer.incremental - truth)
        widths.append(high - low)
        untreated = estimator(one.panel(one.orders - one.caused, one.planted, start))
        same.append(_smoothed(untreated, rng))
        drawn = rng.permutation(one.planted)
        earlier = estimator(one.panel(one.orders[:, :start], drawn, start // 2))
        before.append(_smoothed(earlier, rng))
    return Score(
        name=name,
        seeds=len(worlds),
        coverage=float(np.mean(inside)),
        power=float(np.mean(found)),
        bias=float(np.mean(errors)),
        error=float(np.sqrt(np.mean(np.square(errors)))),
        width=float(np.median(widths)),
        false_alarms=float(np.mean(np.array(same) <= 0.05)),
        uniform_p=float(stats.kstest(same, "uniform").pvalue),
        false_alarms_before=float(np.mean(np.array(before) <= 0.05)),
        uniform_p_before=float(stats.kstest(before, "uniform").pvalue),
    )


def _smoothed(answer: Lift, rng: np.random.Generator) -> float:
    """p is a multiple of its smallest value; spread over that step it can be uniform."""
    return answer.p_value - float(rng.uniform()) * answer.smallest_p


def run(
    seeds: range = range(1, 201), size: str = "small", estimators: dict[str, Estimator] = ESTIMATORS
) -> list[Score]:
    """Scores of all estimators over the seeds."""
    folder = cache_folder()
    worlds = []
    for seed in seeds:
        worlds.append(world(seed, size, folder))
        if len(worlds) % 50 == 0:
            print(f"  {len(worlds)} worlds", file=sys.stderr, flush=True)
    return [score(name, estimator, worlds) for name, estimator in estimators.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--size", default="small")
    parser.add_argument("--every", action="store_true", help="also synthetic control (slower)")
    chosen = parser.parse_args()
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    scores = run(seeds, chosen.size, ESTIMATORS | (MORE if chosen.every else {}))
    print(f"{chosen.seeds} seeds of size {chosen.size}, 95 % intervals of incremental orders")
    print(
        "estimator            covers  power    bias   error   width |   A/A   KS p | before   KS p"
    )
    for one in scores:
        print(
            f"{one.name:20} {one.coverage:6.1%} {one.power:6.1%} {one.bias:7.1f} {one.error:7.1f} "
            f"{one.width:7.1f} | {one.false_alarms:5.1%} {one.uniform_p:6.3f} | "
            f"{one.false_alarms_before:6.1%} {one.uniform_p_before:6.3f}"
        )
    if not scores[0].holds:
        raise SystemExit(f"{scores[0].name} does not hold what it promises")


if __name__ == "__main__":
    main()
