"""The same ordinary day after 60 and after 400 days of history: the cost must not grow with it.

    .venv/bin/python bench/history.py [--short 60] [--long 400] [--repeat 3] [--keep FOLDER]

Both homes read the same simulated brand; the day's stages run in turns, short, long, short,
long ..., so that a slow moment of the machine hits both. The figure to look at is the ratio
of the median seconds of processor time: at most 1.15. A pull of many days brings one snapshot of
what is only listed (ads, posts, products ...); it is copied to every day of the history, as
daily runs would have left it. `--keep` leaves the loaded homes in a
folder and takes them up again, which spares the long first load.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from rivage.warehouse.dbt import project_fingerprint
from tests.simulated import environment, sandbox

LAST = date(2026, 9, 30)
STAGES = ("pull", "build", "audit", "publish")


def spent(
    command: list[str], env: dict[str, str], fine: tuple[int, ...] = (0,)
) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak resident megabytes of one child process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in fine:
        raise SystemExit(f"{command} failed")
    wall = time.perf_counter() - started
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


@contextlib.contextmanager
def folder_of(keep: Path | None) -> Iterator[Path]:
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _settle(bucket: Path) -> None:
    """Wait until the brand has written its export: it would take half of the processor."""
    written = -1
    while written < (now := sum(1 for _ in bucket.rglob("*.parquet"))):
        written = now
        time.sleep(10)


def age(home: Path, days: int) -> None:
    """Copy each landed snapshot to the days before it."""
    import duckdb

    from rivage.streams import all_streams
    from rivage.streams.model import Snapshot

    listed = {name for name, one in all_streams().items() if isinstance(one.window, Snapshot)}
    landing = home / "landing"
    for path in sorted(landing.glob("*/*/*/*/*.json")):
        if path.parts[-4] not in listed:
            continue
        body = json.loads(path.read_text())
        last = date.fromisoformat(body["window_start"])
        for back in range(1, days):
            day = last - timedelta(days=back)
            pull = f"{day:%Y%m%d}T060000000000Z-{body['content'][-8:]}"
            folder = path.parents[1] / f"window={day}"
            folder.mkdir(exist_ok=True)
            copied = body | {
                "window_start": str(day), "window_end": str(day), "pull_id": pull,
                "pulled_at": f"{day}T06:00:00+00:00", "content": f"{body['content']}-{back}",
            }  # fmt: skip
            if body["object"]:
                target = folder / f"{pull}.parquet"
                duckdb.execute(
                    f"copy (select * replace ('{pull}' as _pull_id, date '{day}' as _window_start) "
                    f"from read_parquet('{landing / body['object']}')) to '{target}'"
                )
                digest = hashlib.sha256(target.read_bytes()).hexdigest()
                copied |= {"object": str(target.relative_to(landing)), "sha256": digest}
            (folder / f"{pull}.json").write_text(json.dumps(copied))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", type=int, default=60, help="days of history")
    parser.add_argument("--long", type=int, default=400, help="days of history")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--size", default="tiny", help="size of the simulated brand")
    parser.add_argument("--keep", type=Path, help="folder of the loaded homes")
    chosen = parser.parse_args()
    rivage = [sys.executable, "-m", "rivage"]
    start = LAST - timedelta(days=chosen.long + 1)
    world = ("--size", chosen.size, "--start", str(start), "--days", str(chosen.long + 10))
    before = str(LAST - timedelta(days=1))
    with folder_of(chosen.keep) as root, sandbox(root / "sandbox", *world, patience=1_800) as brand:
        _settle(root / "sandbox" / "bucket")
        homes = {days: root / f"after{days}" for days in (chosen.short, chosen.long)}
        for days, home in homes.items():
            env = environment(home, brand)
            if not (home / "landing").exists():
                first = str(LAST - timedelta(days=days))
                # TikTok's account metrics reach back 60 days: that stream fails (exit code 4).
                load = [*rivage, "pull", "--from", first, "--to", before]
                wall, _, memory = spent(load, env, fine=(0, 4))
                print(f"pull of {days} days      {wall:7.1f} s  {memory:5.0f} MB", flush=True)
                age(home, days)
            candidate = home / "candidate.json"
            before_build = candidate.read_bytes() if candidate.exists() else b""
            for stage in STAGES[1:] if chosen.repeat else ():
                if stage != "build" and candidate.read_bytes() == before_build:
                    break  # taken up again, and published long ago
                wall, cpu, memory = spent([*rivage, stage], env)
                print(f"first {stage:8} {days:4} days {wall:6.1f} s  cpu {cpu:6.1f} s  "
                      f"{memory:5.0f} MB", flush=True)  # fmt: skip
        project = project_fingerprint()
        seen: dict[tuple[int, str], list[float]] = {}
        for number in range(chosen.repeat):
            for days, home in homes.items():
                once = root / "once"
                shutil.rmtree(once, ignore_errors=True)
                shutil.copytree(home, once, symlinks=True)
                env = environment(once, brand)
                for stage in STAGES:
                    day = ["--day", str(LAST)] if stage == "pull" else []
                    _, cpu, _ = spent([*rivage, stage, *day], env)
                    seen.setdefault((days, stage), []).append(cpu)
            if project_fingerprint() != project:
                raise SystemExit("the project changed meanwhile: each build was a full refresh")
            print(f"round {number + 1} of {chosen.repeat}", flush=True)
        shutil.rmtree(root / "once", ignore_errors=True)
    if seen:
        report(seen, chosen.short, chosen.long)


def report(seen: dict[tuple[int, str], list[float]], short: int, long: int) -> None:
    """Median processor seconds by stage and history, and their ratio."""
    print(f"{'stage':10} {short:4} days   {long:4} days   ratio")
    totals = [0.0, 0.0]
    for stage in STAGES:
        medians = [statistics.median(seen[days, stage]) for days in (short, long)]
        totals = [total + median for total, median in zip(totals, medians, strict=True)]
        print(
            f"{stage:10} {medians[0]:7.2f} s   {medians[1]:7.2f} s   {medians[1] / medians[0]:.2f}"
        )
    print(f"{'all':10} {totals[0]:7.2f} s   {totals[1]:7.2f} s   {totals[1] / totals[0]:.2f}")


if __name__ == "__main__":
    main()
