"""One more ordinary day: seconds and memory of `rivage run`, beside what its libraries cost.

    .venv/bin/python bench/day.py [--days 30] [--repeat 3]

The floor is a process that only imports what the run needs (dbt, Great Expectations,
DuckDB) and does nothing: no pipeline on these libraries can be faster. The ratio of the
two is the figure to compare between versions; seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.simulated import environment, sandbox

LAST = date(2026, 9, 30)
FLOOR = "import duckdb, dbt.cli.main, great_expectations, requests, rivage.cli"


def timed(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Wall seconds and peak resident megabytes of one child process."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - started, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30, help="days loaded before")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--size", default="tiny", help="size of the simulated brand")
    chosen = parser.parse_args()
    rivage = [sys.executable, "-m", "rivage", "run"]
    first = LAST - timedelta(days=chosen.days)
    with tempfile.TemporaryDirectory() as folder, sandbox(
        Path(folder) / "sandbox", "--size", chosen.size,
        "--start", str(first), "--days", str(chosen.days + 5),
    ) as brand:  # fmt: skip
        base = Path(folder) / "base"
        env = environment(base, brand)
        before = str(LAST - timedelta(days=1))
        load = timed([*rivage, "--from", str(first), "--to", before], env)
        print(f"first load of {chosen.days} days   {load[0]:6.1f} s  {load[1]:6.0f} MB")
        for number in range(chosen.repeat):
            home = Path(folder) / f"home{number}"
            shutil.copytree(base, home, symlinks=True)
            floor = timed([sys.executable, "-c", FLOOR], env)
            day = timed([*rivage, "--day", str(LAST)], environment(home, brand))
            print(
                f"one more day           {day[0]:6.1f} s  {day[1]:6.0f} MB   "
                f"floor {floor[0]:5.1f} s {floor[1]:5.0f} MB   ratio {day[0] / floor[0]:4.1f}"
            )


if __name__ == "__main__":
    main()
