"""Sixty ordinary days of simulated brands: the gate must stay quiet.

    nice -n 10 .venv/bin/python bench/clean_runs.py [--seeds 5] [--keep FOLDER] [--write]

Each brand loads its first weeks in one run, goes on by weeks, and through its last week day by
day; every step pulls, builds, audits and publishes. No audit may hold a critical finding, and
warnings may open (be there without having been there a step before) once a week on average. The
one rule that looks at nothing but the newest day is asked about each of the days at the end.
What a brand has done is kept in the folder as `<seed>.json`: a bench that was stopped goes on
where it was, on the same code. `--write` renews the table in dbt_project/docs/gate_faults.md.
Five brands take about an hour of one core.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.gate_page import renew
from bench.planted_faults import newest_audit, stage
from rivage.atomic import write_text
from rivage.audit import suites
from rivage.duck import connect
from tests.simulated import Sandbox, sandbox

START = date(2026, 9, 1)
DAYS = 60
FIRST_LOAD = 25
SEEDS = 5
FAR_OFF = "no key figure of the newest day is far off"
KEPT = Path(".rivage") / "clean_runs"


@dataclass(frozen=True)
class Step:
    """One run over `days`, what its audit held, and which of it was new."""

    first: str
    last: str
    checks: int
    critical: list[str]
    warnings: list[str]
    opened: list[str]
    fingerprints: list[str]
    """Of all critical findings and warnings."""
    far_off: list[str]
    """Days so far on which a run would have warned of a key figure."""


def steps(daily_from: int) -> list[tuple[date, date]]:
    """First and last day of each run: the first weeks, week by week, then day by day.

    Args:
        daily_from: number of the first day that has a run of its own.
    """
    ends = [FIRST_LOAD, *range(FIRST_LOAD + 7, daily_from - 1, 7), *range(daily_from, DAYS + 1)]
    starts = [0, *ends[:-1]]
    return [
        (START + timedelta(days=a), START + timedelta(days=b - 1))
        for a, b in zip(starts, ends, strict=True)
    ]


def walk(home: Path, brand: Sandbox, seed: int, kept: Path, daily_from: int) -> list[Step]:
    """Run the steps of one brand that are not kept yet, and keep each; a step's audit is the
    newest document of its home."""
    done = _kept(kept)
    for first, last in steps(daily_from)[len(done) :]:
        before = set(done[-1].fingerprints) if done else set()
        clock = f"{last + timedelta(days=1)}T06:00:00Z"
        brand.control("POST", "clock", {"now": clock})
        began = time.perf_counter()
        # An ordinary run reads its look-back, and the days that no run asked for yet.
        which = ("--from", str(first), "--to", str(last)) if not done else ("--day", str(last))
        stage(home, brand, "run", *which, fine=(0, 7))
        audit = newest_audit(home)
        told: dict[str, list[dict[str, Any]]] = {"critical": [], "warning": [], "info": []}
        for finding in audit.findings:
            told[finding["severity"]].append(finding)
        loud = [*told["critical"], *told["warning"]]
        step = Step(
            str(first), str(last), audit.checks,
            [f["sentence"] for f in told["critical"]], [f["sentence"] for f in told["warning"]],
            [f["sentence"] for f in loud if f["fingerprint"] not in before],
            [f["fingerprint"] for f in loud], far_off(home),
        )  # fmt: skip
        done.append(step)
        write_text(kept, json.dumps([asdict(one) for one in done], indent=1))
        print(f"seed {seed}, to {last}: {len(step.critical)} critical, {len(step.warnings)} "
              f"warnings, {len(step.opened)} new ({time.perf_counter() - began:.0f} s)",
              flush=True)  # fmt: skip
        for sentence in step.opened:
            print(f"    {sentence[:300]}", flush=True)
    return done


def far_off(home: Path) -> list[str]:
    """The days that `FAR_OFF` would have told of, each on its own morning."""
    suite = json.loads((suites.FOLDER / "kpi_anomaly_daily.json").read_text())
    (rule,) = (e for e in suite["expectations"] if e["meta"]["rule"] == FAR_OFF)
    told = "\n".join(rule["kwargs"]["unexpected_rows_query"])
    each_day = told.format(batch="kpi_anomaly_daily").replace(
        "is_newest_day", f"report_date >= date '{START}'"
    )
    with connect(home / "published" / "marts.duckdb", read_only=True) as db:
        days = db.execute(f"select distinct report_date from ({each_day}) order by 1").fetchall()
    return [str(day) for (day,) in days]


def _kept(path: Path) -> list[Step]:
    return [Step(**step) for step in json.loads(path.read_text())] if path.exists() else []


def run(seed: int, folder: Path, size: str, daily_from: int) -> list[Step]:
    """The steps of one brand, from the folder when it ran before."""
    kept, root = folder / f"{seed}.json", folder / f"seed{seed}"
    if len(done := _kept(kept)) == len(steps(daily_from)):
        return done
    if not done:
        shutil.rmtree(root, ignore_errors=True)
    (root / "sandbox" / "sandbox.json").unlink(missing_ok=True)
    begin, now = START - timedelta(days=12), START + timedelta(days=FIRST_LOAD)
    world = ("--size", size, "--seed", str(seed), "--start", str(begin),
             "--days", str(DAYS + 30), "--now", f"{now}T06:00:00Z")  # fmt: skip
    with sandbox(root / "sandbox", *world) as brand:
        done = walk(root / "home", brand, seed, kept, daily_from)
    shutil.rmtree(root, ignore_errors=True)
    return done


def opened(done: list[Step]) -> list[str]:
    """The rules of all warnings that opened; a key figure's once for each day it was far off."""
    told = [sentence.partition(" - broken")[0] for step in done for sentence in step.opened]
    return [rule for rule in told if FAR_OFF not in rule] + [
        f"WARNING kpi_anomaly_daily: {FAR_OFF}" for _ in done[-1].far_off
    ]


def is_quiet(done: list[Step]) -> bool:
    """No critical finding, and at most one warning opened for each week that began."""
    return not any(step.critical for step in done) and len(opened(done)) <= -(-DAYS // 7)


def table(results: dict[int, list[Step]]) -> str:
    """The section of the page."""
    lines = [
        "| seed | days | runs | checks of the last | critical | warnings opened | which |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for seed, done in results.items():
        rules = Counter(opened(done))
        which = [f"{rule} ({times})" for rule, times in sorted(rules.items())]
        critical = sum(len(step.critical) for step in done)
        lines.append(
            f"| {seed} | {DAYS} | {len(done)} | {done[-1].checks} | {critical} | {rules.total()} | "
            f"{'; '.join(which) or 'none'} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--size", default="tiny", help="size of the simulated brands")
    parser.add_argument(
        "--daily-from", type=int, default=DAYS - 6, metavar="N",
        help="from the Nth day on each has a run of its own; another folder to keep, please",
    )  # fmt: skip
    parser.add_argument("--keep", type=Path, default=KEPT, help="folder of finished brands")
    parser.add_argument("--write", action="store_true", help="renew the table of the docs")
    chosen = parser.parse_args()
    chosen.keep.mkdir(parents=True, exist_ok=True)
    results = {
        seed: run(seed, chosen.keep, chosen.size, chosen.daily_from)
        for seed in range(chosen.first, chosen.first + chosen.seeds)
    }
    print(table(results))
    if chosen.write:
        renew("Clean runs", table(results))
    if loud := [str(seed) for seed, done in results.items() if not is_quiet(done)]:
        raise SystemExit(f"the gate is not quiet for seed {', '.join(loud)}")


if __name__ == "__main__":
    main()
