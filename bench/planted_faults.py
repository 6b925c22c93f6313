"""Plant data faults one by one and see whether the right rule catches each.

    .venv/bin/python bench/planted_faults.py [--keep FOLDER] [--only TEXT] [--alone] [--write]

A simulated brand is loaded and published up to a day, and the next day is pulled. Each fault is
planted in a copy of that home (bench/faults says how and what must catch it), which is
then built and audited as every day. Faults that touch different things share a copy unless
`--alone` is given. The first copy has no fault: what is told there catches nothing. Ends with 1
when a fault is missed; `--write` renews the table in dbt_project/docs/gate_faults.md. About ten
minutes of one core. `--keep` spares the load of the brand the next time, and the faults that a
bench caught before it was stopped: delete its folder `caught` after a rule has changed.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.faults import Fault, are_apart, every
from bench.gate_page import renew
from bench.history import folder_of
from bench.planting import Plot
from rivage.audit.document import Audit, latest
from rivage.settings import Settings
from rivage.warehouse.dbt import project_fingerprint
from tests.simulated import Sandbox, environment, sandbox

DAY = date(2026, 9, 30)
HISTORY = 29
"""Days before it, so that each weekday has four before the newest."""


@dataclass(frozen=True)
class Caught:
    """What became of one fault: the finding that answers it, and all others that were new."""

    fault: Fault
    seen: str
    """The sentence of the finding; empty when the fault was missed."""
    others: tuple[str, ...] = ()


def stage(home: Path, brand: Sandbox, *arguments: str, fine: Sequence[int] = (0,)) -> str:
    """Run one stage to its end, however long it takes; what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "rivage", *arguments],
        check=False,
        env=environment(home, brand), capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode not in fine:
        raise SystemExit(f"rivage {arguments} in {home}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def prepare(root: Path, brand: Sandbox) -> Path:
    """The home that every fault starts from; made anew when the project has changed."""
    home, made = root / "base", root / "made"
    if made.exists() and made.read_text() == project_fingerprint():
        return home
    for old in (home, root / "caught"):
        shutil.rmtree(old, ignore_errors=True)
    first, last = DAY - timedelta(days=HISTORY), DAY - timedelta(days=1)
    stage(home, brand, "run", "--from", str(first), "--to", str(last))
    stage(home, brand, "pull", "--day", str(DAY))
    made.write_text(project_fingerprint())
    return home


def groups(faults: Sequence[Fault], alone: bool) -> list[list[Fault]]:
    """Faults that can share a copy."""
    found: list[list[Fault]] = []
    for fault in faults:
        fits = (
            group for group in found
            if not alone and all(are_apart(fault, other) for other in group)
        )  # fmt: skip
        group = next(fits, None)
        if group is None:
            found.append([fault])
        else:
            group.append(fault)
    return found


def audited(home: Path, brand: Sandbox, group: Sequence[Fault]) -> list[dict[str, Any]]:
    """Build and audit with a group's faults planted; a build that stops is a finding too."""
    plot = Plot(home, DAY, home.parent / "sandbox" / "bucket")
    for fault in group:
        if not fault.built:
            fault.plant(plot)
    told = stage(home, brand, "build", fine=(0, 6))
    if "BuildFailed" in told:
        words = " ".join(told.split())
        return [{"table": "(build)", "rule": words, "severity": "critical", "sentence": words,
                 "fingerprint": "(build)"}]  # fmt: skip
    for fault in group:
        if fault.built:
            fault.plant(plot)
    stage(home, brand, "audit", fine=(0, 7))
    return newest_audit(home).findings


def newest_audit(home: Path) -> Audit:
    """What the last audit of a home found."""
    audit = latest(Settings(home=home))
    assert audit is not None
    return audit


def judged(
    group: Sequence[Fault], findings: list[dict[str, Any]], usual: set[str]
) -> Iterator[Caught]:
    """Each fault with the finding that answers it, if one that is not always there does."""
    new = [finding for finding in findings if finding["fingerprint"] not in usual]
    for fault in group:
        answers = [
            one for one in new
            if one["table"] == fault.table and one["severity"] == fault.severity
            and fault.rule in one["sentence"]
        ]  # fmt: skip
        others = tuple(str(one["sentence"]) for one in new if one not in answers[:1])
        yield Caught(fault, str(answers[0]["sentence"]) if answers else "", others)


def table(results: Sequence[Caught]) -> str:
    """The section of the page."""
    caught = sum(1 for one in results if one.seen)
    lines = [
        f"{caught} of {len(results)} faults are caught by the rule that must catch them.\n",
        "| fault | planted | must be caught by | severity | seen |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in results:
        seen = _cell(one.seen) if one.seen else "**missed**"
        fault = one.fault
        lines.append(
            f"| {fault.name} | {fault.how} | `{fault.table}`: {fault.rule} | {fault.severity} | "
            f"{seen} |"
        )
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    words = " ".join(text.split()).replace("|", "/")
    return words if len(words) <= 240 else f"{words[:239]}…"


def run(faults: Sequence[Fault], keep: Path | None, alone: bool) -> list[Caught]:
    """Plant all of them; results in the order given."""
    world = ("--size", "tiny", "--start", str(DAY - timedelta(days=41)), "--days", "60")
    with contextlib.ExitStack() as stack:
        root = stack.enter_context(folder_of(keep))
        # What a stopped bench left would be taken for a brand that is ready.
        (root / "sandbox" / "sandbox.json").unlink(missing_ok=True)
        brand = stack.enter_context(sandbox(root / "sandbox", *world))
        base, usual = prepare(root, brand), set[str]()
        known = {fault.name: one for fault in faults if (one := _kept(root, fault))}
        left = [fault for fault in faults if fault.name not in known]
        for group in [[], *groups(left, alone)] if left else []:
            home = root / "once"
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(base, home, symlinks=True)
            findings = audited(home, brand, group)
            if not group:
                usual = {finding["fingerprint"] for finding in findings}
                print("without a fault:", *(f["sentence"] for f in findings), sep="\n    ")
            for one in judged(group, findings, usual):
                known[one.fault.name] = one
                print(f"{one.fault.name}: {one.seen or 'MISSED'}"[:240], flush=True)
                _keep(root, one)
            if any(not known[fault.name].seen for fault in group):
                shown = known[group[0].name].others
                print("  all that was told:", *(text[:240] for text in shown), sep="\n    ")
    return [known[fault.name] for fault in faults]


def _keep(root: Path, one: Caught) -> None:
    if one.seen:
        told = root / "caught" / f"{one.fault.stamp}.txt"
        told.parent.mkdir(exist_ok=True)
        told.write_text(one.seen, encoding="utf-8")


def _kept(root: Path, fault: Fault) -> Caught | None:
    told = root / "caught" / f"{fault.stamp}.txt"
    return Caught(fault, told.read_text(encoding="utf-8")) if told.exists() else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="folder of the loaded brand")
    parser.add_argument("--only", default="", help="faults whose name holds this")
    parser.add_argument("--alone", action="store_true", help="each fault in a copy of its own")
    parser.add_argument("--write", action="store_true", help="renew the table of the docs")
    chosen = parser.parse_args()
    faults = [fault for fault in every() if chosen.only in fault.name]
    results = run(faults, chosen.keep, chosen.alone)
    if chosen.write and not chosen.only:
        renew("Planted faults", table(results))
    missed = [one.fault.name for one in results if not one.seen]
    print(f"{len(results) - len(missed)} of {len(results)} caught")
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
