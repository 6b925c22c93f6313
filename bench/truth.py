"""Which attribution model is nearest to the truth, with and without calibration by experiments?

    .venv/bin/python bench/truth.py [--seeds 10] [--first 1] [--size small] [--write]

Each seed is a brand of its own over 30 days, with the geo experiment of `sandbox.world.experiments`
in its last 14. All models share out the orders over what analytics tools see (seen_world.py). Then
every model is calibrated as `attr_calibrated_daily` is, by the same functions and the same priors:
the experiment gives a factor to TikTok Paid, `seeds/channel_priors.csv` to all channels.

The error of a model is the sum over channels of |credited - truly caused| orders. Every model is
also shown with the priors alone, so that one sees what the experiment adds. `--write` renews
dbt_project/docs/attribution_accuracy.md. Exit code 1 when in any seed a model without calibration,
the best one chosen with the truth in hand, is nearer to the truth than a calibrated one.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "plugins"))
from bench.seen_credits import credits
from bench.seen_world import CHANNELS, TRUE_CHANNELS, Seen, seen_world
from rivage.measurement.bad_data import BadData
from rivage.measurement.calibration import Prior
from rivage.measurement.channel_factors import Finding, channel_factors, factor_from
from rivage.measurement.experiment import Amounts, Experiment, Known, effect_on
from sandbox.world import WorldConfig, brand
from sandbox.world.experiments import EXPERIMENT
from sandbox.world.places import REGIONS

Floats = NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[1]
SEEDS, DAYS = 10, 30
TESTED = ("TikTok Paid", "TikTok Paid (click id)")
PRIORS = ROOT / "dbt_project" / "seeds" / "channel_priors.csv"
AS_CREDITED, PRIORS_ALONE, CALIBRATED = FORMS = ("as credited", "priors alone", "calibrated")
_TO_TRUE = np.array([np.arange(len(brand.CHANNELS)) == TRUE_CHANNELS[name] for name in CHANNELS])


@dataclass(frozen=True)
class Result:
    """One seed: orders truly caused per channel of the brand, and what models and forms say.

    `orders` are all counted ones. `factors` hold what the experiment says of TikTok Paid's credits
    (factor and its standard deviation), None where it says nothing.
    """

    seed: int
    orders: int
    truth: Floats
    said: dict[tuple[str, str], Floats]
    factors: dict[str, tuple[float, float] | None]

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models."""
        return tuple(self.factors)

    def error(self, model: str, form: str) -> float:
        """Orders given to a channel that did not cause them, and caused ones given to none."""
        return float(np.abs(self.said[model, form] - self.truth).sum())

    def errors(self, form: str) -> list[float]:
        """Of all models of a form."""
        return [self.error(model, form) for model in self.models]

    @property
    def calibrated_win(self) -> bool:
        """Whether every calibrated model is nearer than the best model without calibration."""
        return max(self.errors(CALIBRATED)) < min(self.errors(AS_CREDITED))

    @property
    def best_calibrated_wins(self) -> bool:
        """Whether the best calibrated model is nearer than the best one without calibration."""
        return min(self.errors(CALIBRATED)) < min(self.errors(AS_CREDITED))


def judge(seed: int, size: str) -> Result:
    """One seed, all models and forms."""
    seen = seen_world(seed, size, DAYS)
    said: dict[tuple[str, str], Floats] = {}
    factors: dict[str, tuple[float, float] | None] = {}
    for model, given in credits(seen).items():
        factors[model] = found = factor_of_test(seen, given)
        total = given.sum(axis=0)
        said[model, AS_CREDITED] = total @ _TO_TRUE
        said[model, PRIORS_ALONE] = (total * scales(None)) @ _TO_TRUE
        said[model, CALIBRATED] = (total * scales(found)) @ _TO_TRUE
    return Result(seed, len(seen.ordered), seen.truth, said, factors)


def factor_of_test(seen: Seen, given: Floats) -> tuple[float, float] | None:
    """What the experiment says of a model's credits (orders, channels) to TikTok Paid."""
    experiment, known = planted()
    paid = given[:, [CHANNELS.index(name) for name in TESTED]].sum(axis=1)
    try:
        orders = effect_on(experiment, known, by_place(seen, np.ones(len(paid))))
        credited = effect_on(experiment, known, by_place(seen, paid))
    except BadData:
        return None
    return factor_from(orders, credited)


def scales(found: tuple[float, float] | None) -> Floats:
    """One factor per channel for the month, as int_experiments__factors makes them."""
    experiment, known = planted()
    tests = [
        Finding(name, *found, experiment.start, experiment.end, "channel")
        for name in TESTED
        if found
    ]
    factors = channel_factors(CHANNELS, priors(), tests, known.first, known.last)
    return np.array([one.factor or 0.0 for one in factors])


def planted() -> tuple[Experiment, Known]:
    """The sandbox's experiment as the team's list has it."""
    config = WorldConfig()
    codes = tuple(region.code for region in REGIONS)
    known = Known(config.start, config.day(DAYS - 1), codes)
    return Experiment(
        EXPERIMENT.experiment_id, "geo_split", config.day(EXPERIMENT.first_day),
        config.day(EXPERIMENT.last_day), config.start, EXPERIMENT.treated,
        tuple(code for code in codes if code not in EXPERIMENT.treated),
    ), known  # fmt: skip


def by_place(seen: Seen, amounts: Floats) -> Amounts:
    """Amounts of orders by region and day."""
    config, inside = WorldConfig(), seen.region >= 0
    cell = seen.region[inside] * seen.days + seen.order_day[inside]
    table = np.bincount(cell, weights=amounts[inside], minlength=len(REGIONS) * seen.days)
    return {
        (region.code, config.day(day)): float(table[at * seen.days + day])
        for at, region in enumerate(REGIONS)
        for day in range(seen.days)
    }


def priors() -> dict[str, Prior | None]:
    """The priors of the seed file."""
    with PRIORS.open(encoding="utf-8", newline="") as file:
        return {
            row["channel"]: Prior(float(row["mean"]), float(row["sd"])) if row["mean"] else None
            for row in csv.DictReader(file)
        }


def ranked(results: Sequence[Result]) -> list[tuple[float, float, str, str]]:
    """Mean error in orders and as a share of the truly caused ones, model, form; best first."""
    found = []
    for model, form in results[0].said:
        errors = np.array([one.error(model, form) for one in results])
        caused = np.array([one.truth.sum() for one in results])
        found.append((float(errors.mean()), float((errors / caused).mean()), model, form))
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--size", default="small")
    parser.add_argument("--write", action="store_true", help="renew the page of the docs")
    chosen = parser.parse_args()
    good, results = compare(range(chosen.first, chosen.first + chosen.seeds), chosen.size)
    if chosen.write:
        from bench.truth_page import write

        write(results, chosen.size)
    if not good:
        raise SystemExit("a model without calibration is nearer to the truth")


def compare(seeds: range, size: str = "small") -> tuple[bool, list[Result]]:
    """Print the ranking; whether the best calibrated model wins in every seed, and the results."""
    results = [judge(seed, size) for seed in seeds]
    print(f"{len(results)} seeds of size {size}; error in orders and per truly caused order")
    for error, share, model, form in ranked(results):
        print(f"{model:16} {form:13} {error:8.0f} {share:7.1%}")
    for one in results:
        spread = " | ".join(
            f"{form} {min(one.errors(form)):.0f}-{max(one.errors(form)):.0f}" for form in FORMS
        )
        print(f"seed {one.seed}: {one.truth.sum():.0f} caused of {one.orders}; {spread}")
    best = sum(one.best_calibrated_wins for one in results)
    every = sum(one.calibrated_win for one in results)
    print(f"nearer than any model without calibration: the best calibrated model in {best} of "
          f"{len(results)} seeds, every one in {every}")  # fmt: skip
    return best == len(results), results


if __name__ == "__main__":
    main()
