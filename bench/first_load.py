"""A first load of 30 days and of two years, stream by stream: memory must not grow with it.

    .venv/bin/python bench/first_load.py [--short 30] [--long 730] [--stream NAME ...]
                                         [--size tiny] [--keep FOLDER]

Each figure is the peak of a `rivage pull` of its own, over one brand that runs in another
process. The figure to look at is the ratio: at most 1.2. `--keep` leaves the brand's folder,
whose export files take minutes to write, and takes it up again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from rivage.streams import all_streams
from tests.simulated import Sandbox, environment, sandbox

LAST = date(2026, 9, 30)
MOST = 1.2


@dataclass(frozen=True)
class Load:
    """One pull: rows and days landed, peak resident megabytes, wall seconds."""

    rows: int
    days: int
    megabytes: float
    seconds: float


def load(brand: Sandbox, home: Path, stream: str, days: int) -> Load:
    """Pull one stream over the last `days` into an empty home."""
    shutil.rmtree(home, ignore_errors=True)
    first = LAST - timedelta(days=days - 1)
    command = [
        sys.executable, "-m", "rivage", "pull", "--stream", stream, "--from", str(first),
        "--to", str(LAST), "--json",
    ]  # fmt: skip
    env = environment(home, brand)
    started = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, env=env, stdout=told)
        # Not a thread's or this process's own memory: what the kernel counted for the child.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        told.seek(0)
        text = told.read()
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"the pull of {stream} failed:\n{text.decode()}")
    reports = json.loads(text)["reports"]
    return Load(
        sum(r["rows"] for r in reports), sum(r["days"] for r in reports),
        used.ru_maxrss / 1024, wall,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", type=int, default=30, help="days")
    parser.add_argument("--long", type=int, default=730, help="days")
    parser.add_argument("--stream", action="append", help="only this one; can be repeated")
    parser.add_argument("--size", default="tiny", help="size of the simulated brand")
    parser.add_argument("--keep", type=Path, help="folder of the simulated brand")
    chosen = parser.parse_args()
    start = LAST - timedelta(days=chosen.long + 10)
    world = ("--size", chosen.size, "--start", str(start), "--days", str(chosen.long + 20))
    grown = []
    with ExitStack() as stack:
        root = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        brand = stack.enter_context(sandbox(root / "sandbox", *world, patience=3_600))
        home = root / "home"
        print(f"{'stream':40} {'rows':>9} {'days':>5} {'MB':>5} {'MB':>5} {'ratio':>6} {'s':>7}")
        print(f"{'':40} {chosen.long:>7} d {'':>5} {chosen.short:>3} d {chosen.long:>3} d")
        for stream in chosen.stream or all_streams():
            short, long = (load(brand, home, stream, d) for d in (chosen.short, chosen.long))
            ratio = long.megabytes / short.megabytes
            print(
                f"{stream:40} {long.rows:>9,} {long.days:>5} {short.megabytes:>5.0f} "
                f"{long.megabytes:>5.0f} {ratio:>6.2f} {long.seconds:>7.1f}",
                flush=True,
            )
            if ratio > MOST:
                grown.append(stream)
        shutil.rmtree(home, ignore_errors=True)
    if grown:
        raise SystemExit(f"memory grows with the days: {', '.join(grown)}")


if __name__ == "__main__":
    main()
