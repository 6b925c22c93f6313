"""The audit of all marts: on a home as it is, and with its touches multiplied to tens of millions.

    .venv/bin/python bench/audit.py HOME [--touches 60000000] [--folder FOLDER]

HOME is any home with a finished candidate (`make demo` leaves one in .rivage/demo). Seconds are
those of the audit itself, after imports, and peak memory is the process's. The large candidate
holds the marts that grow with visits and orders (`attr_touches`, `attr_credits`,
`attr_order_receipt`) with every row copied under another key; the daily marts stay, so rules
that compare both find differences: they cost what they cost on a real one, and more.

Asked of it: at most 20 s and 1 GB as it is, at most 120 s with 60 million touches.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from child import Figures, machine, measured

from rivage.audit.suites import suites
from rivage.duck import connect
from rivage.settings import Settings

GROWING = {
    "attr_touches": ("touch_id", "browser_key"),
    "attr_credits": ("order_id", "touch_id"),
    "attr_order_receipt": ("order_id", "order_name"),
}
"""Marts whose rows grow with visits and orders, and the columns that tell copies apart."""
LIMIT_SECONDS, LIMIT_MEGABYTES, LARGE_LIMIT_SECONDS = 20.0, 1024.0, 120.0


def audited(candidate: Path) -> Figures:
    """Seconds of the audit after its imports, and the checks it made."""
    import great_expectations  # noqa: F401 - the import is not what is measured

    from rivage.audit import judge

    wanted = suites()
    started = time.perf_counter()
    checks, findings = judge.judge(candidate, None, wanted)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "checks": len(checks), "findings": len(findings)}


def multiplied(candidate: Path, target: Path, touches: int) -> int:
    """A candidate with at least so many touches; returns how many it has."""
    shutil.copyfile(candidate, target)
    with connect(target, memory_limit="4GB") as db:
        (before,) = db.execute("select count(*) from attr_touches").fetchone() or (0,)
        times = -(-touches // int(before))
        for table, keys in GROWING.items():
            other = ", ".join(f"{key} || '#' || copy as {key}" for key in keys)
            db.execute(
                f"insert into {table} select * exclude (copy) replace ({other}) from {table}, "
                f"(select range + 1 as copy from range({times - 1}))"
            )
        db.execute("checkpoint")
    return int(before) * times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--touches", type=int, default=60_000_000)
    parser.add_argument("--folder", type=Path, help="where the large candidate is written")
    options = parser.parse_args()
    settings = Settings(home=options.home)
    print(machine("great-expectations", "duckdb"))
    small = measured(lambda: audited(settings.candidate))
    print(
        f"as it is: {small['checks']:.0f} checks in {small['seconds']:.1f} s "
        f"(at most {LIMIT_SECONDS:.0f}), {small['megabytes']:.0f} MB (at most "
        f"{LIMIT_MEGABYTES:.0f}), {small['findings']:.0f} findings"
    )
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        large_file = Path(folder) / "candidate.duckdb"
        touches = measured(
            lambda: {"touches": multiplied(settings.candidate, large_file, options.touches)}
        )["touches"]
        large = measured(lambda: audited(large_file))
    print(
        f"{touches / 1e6:.1f} M touches: {large['seconds']:.1f} s (at most "
        f"{LARGE_LIMIT_SECONDS:.0f}), {large['megabytes']:.0f} MB; "
        f"{large['seconds'] / small['seconds']:.1f} times the small one"
    )
    met = (
        small["seconds"] <= LIMIT_SECONDS
        and small["megabytes"] <= LIMIT_MEGABYTES
        and large["seconds"] <= LARGE_LIMIT_SECONDS
    )
    print("met" if met else "NOT met")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
