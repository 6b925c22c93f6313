"""Four processes, one rate budget: how much of the allowed rate they use, and refusals.

    .venv/bin/python bench/rate_budget.py [--processes 4] [--seconds 20]

The sandbox counts calls of the last second, as the platform does, and refuses the eleventh
(40100). All processes share one limiter file, as parallel tasks of one developer app do; each
pulls single days of reports until the time is over. Wanted: at least 90 % of the allowed
rate, at most 1 % refusals.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.simulated import environment, sandbox

ALLOWED = 10
LEAST_USED, MOST_REFUSED = 0.90, 0.01


def pull_days(number: int, env: dict[str, str], start: float, seconds: float) -> None:
    """Read one day's campaign report after another, without landing it."""
    os.environ.update(env)
    from rivage.connectors import connect
    from rivage.settings import Settings
    from rivage.streams import stream
    from rivage.windows import Window

    connector = connect("tiktok_ads", Settings())
    account = connector.accounts()[0]
    report = stream("tiktok_ads__campaign_daily")
    time.sleep(max(0.0, start - time.time()))
    nth = number
    while time.time() < start + seconds:
        day = date(2026, 9, 2) + timedelta(days=nth % 25)
        for _ in connector.pages(report, account, Window(day, day)):
            pass
        nth += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        sandbox(Path(folder) / "sandbox", hurried=False) as brand,
    ):
        brand.control("PUT", "settings", {"tiktok_qps": ALLOWED})
        env = environment(Path(folder) / "home", brand)
        start = time.time() + 8.0  # until all have imported what they need
        context = multiprocessing.get_context("spawn")
        children = [
            context.Process(target=pull_days, args=(n, env, start, chosen.seconds))
            for n in range(chosen.processes)
        ]
        for child in children:
            child.start()
        time.sleep(max(0.0, start + 1.0 - time.time()))
        before, began = brand.control("GET", "rates"), time.time()
        time.sleep(chosen.seconds - 2.0)
        after, ended = brand.control("GET", "rates"), time.time()
        for child in children:
            child.join()
        if any(child.exitcode for child in children):
            raise SystemExit("a process failed")
        made = after["calls"] - before["calls"]
        refused = after["refused"] - before["refused"]
        used = (made - refused) / (ended - began) / ALLOWED
        share = refused / made
        print(
            f"{chosen.processes} processes: {made} calls in {ended - began:.1f} s, "
            f"{used:.1%} of the allowed {ALLOWED} a second, {share:.2%} refused"
        )
        if used < LEAST_USED or share > MOST_REFUSED:
            raise SystemExit("outside the wanted range")


if __name__ == "__main__":
    main()
