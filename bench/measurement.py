"""All figures of measurement, one after another: `make bench-measurement`.

Prints the machine, versions, seconds and ratios; fails when a figure is outside its wanted range.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench import markov, rule_models, truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--part", type=float, default=1.0, help="size of all data, 1 for what is promised"
    )
    part = parser.parse_args().part
    print("==> Markov attribution")
    good = [markov.compare(int(1_000_000 * part))]
    print("==> rule models")
    good.append(rule_models.compare(int(60_000_000 * part), int(1_500_000 * part)))
    good.append(rule_models.heavy_user())
    print("==> rule models, 100 million touches")
    good.append(
        rule_models.completes(int(100_000_000 * part), int(2_500_000 * part), most_memory=12.0)
    )
    print("==> nearness to the truth, with and without calibration")
    good.append(truth.compare(range(1, truth.SEEDS + 1))[0])
    if not all(good):
        raise SystemExit("outside the wanted range")


if __name__ == "__main__":
    main()
