"""Every set of sources that a brand may have: does it publish, and what is in the marts?

    nice -n 10 .venv/bin/python bench/any_sources.py [--only tiktok_ads+shopify ...] [--keep FOLDER]

The simulated brand is pulled once, with every source. A trial is a home that has the landing and
the settings of some sources alone: it is built, audited and published. Without `--only` all
single sources, all pairs, all but one and all are tried, in about 25 minutes of one core.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.child import measured
from rivage.connectors import CONNECTORS
from rivage.streams import streams_of
from tests.simulated import sandbox

FIRST_DAY, LAST_DAY = "2026-09-11", "2026-09-30"
SETTINGS = {
    "tiktok_ads": "RIVAGE_TIKTOK_ADS_", "tiktok_organic": "RIVAGE_TIKTOK_ORGANIC_",
    "tiktok_creators": "RIVAGE_TIKTOK_CREATORS_", "tiktok_shop": "RIVAGE_TIKTOK_SHOP_",
    "ga4": "RIVAGE_GA4_", "ga4_export": "RIVAGE_GA4_EXPORT_URL", "matomo": "RIVAGE_MATOMO_",
    "shopify": "RIVAGE_SHOPIFY_", "ecb": "RIVAGE_ECB_", "inputs": "RIVAGE_INPUTS_",
}  # fmt: skip
"""Source -> how the names of its settings begin."""


@dataclass(frozen=True)
class Trial:
    """What became of one set of sources."""

    sources: tuple[str, ...]
    verdict: str = ""
    published: bool = False
    critical: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    filled: dict[str, int] = field(default_factory=dict)
    """Rows of the published marts that have some."""
    error: str = ""
    seconds: float = 0.0

    @property
    def name(self) -> str:
        return "+".join(self.sources)


def every_set() -> list[tuple[str, ...]]:
    """Single sources, pairs, all but one of each, and all."""
    names = tuple(CONNECTORS)
    sets = [s for size in (1, 2, len(names) - 1, len(names)) for s in combinations(names, size)]
    return list(dict.fromkeys(sets))


@contextmanager
def all_sources(root: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Landing of the whole brand, and the settings it was pulled with."""
    kept = root / "env.json"
    if not kept.exists():
        from bench.planted_faults import stage

        with sandbox(root / "sandbox", "--size", "tiny") as brand:
            stage(root / "home", brand, "pull", "--from", FIRST_DAY, "--to", LAST_DAY)
            kept.write_text(json.dumps(brand.env))
    yield root / "home" / "landing", json.loads(kept.read_text())


def settings_of(sources: tuple[str, ...], env: dict[str, str]) -> dict[str, str]:
    """The settings of these sources, out of those of all."""

    def belongs(name: str) -> bool:
        fits = [s for s, start in SETTINGS.items() if name.startswith(start)]
        # A service account may stand for the export alone: its folder decides.
        return not fits or max(fits, key=lambda s: len(SETTINGS[s])) in sources

    return {k: v for k, v in env.items() if belongs(k)} | {
        "RIVAGE_ECB_ENABLED": str("ecb" in sources).lower()
    }


def home_of(sources: tuple[str, ...], landing: Path, home: Path) -> Path:
    """A home in which only these sources have landed; files are shared, they never change."""
    for stream in (s for source in sources for s in streams_of(source)):
        there = landing / stream.source / stream.name
        if there.exists():
            shutil.copytree(there, home / "landing" / stream.source / stream.name,
                            copy_function=os.link, dirs_exist_ok=True)  # fmt: skip
    return home


def tried(sources: tuple[str, ...], landing: Path, env: dict[str, str], home: Path) -> Trial:
    """Build, audit and publish with these sources, in a process of its own."""
    home_of(sources, landing, home)
    report = home / "trial.json"
    started = time.perf_counter()

    def work() -> None:
        for name in [name for name in os.environ if name.startswith("RIVAGE_")]:
            del os.environ[name]
        os.environ.update(settings_of(sources, env) | {"RIVAGE_HOME": str(home)})
        os.chdir(home)  # no .env of the working folder
        report.write_text(json.dumps(asdict(_stages(sources))))

    measured(work)
    body = json.loads(report.read_text())
    body["sources"] = tuple(body["sources"])
    return Trial(**body | {"seconds": time.perf_counter() - started})


def _stages(sources: tuple[str, ...]) -> Trial:
    from rivage import stages
    from rivage.errors import RivageError
    from rivage.settings import Settings

    settings = Settings()
    try:
        stages.build(settings)
        audit = stages.audit(settings)
        told = {
            severity: [f["sentence"] for f in audit.findings if f["severity"] == severity]
            for severity in ("critical", "warning")
        }
        published = stages.publish(settings) if audit.verdict != "fail" else None
    except RivageError as error:
        return Trial(sources, error=str(error))
    tables = published.tables if published else {}
    filled = {name: rows for name, rows in sorted(tables.items()) if rows}
    return Trial(sources, audit.verdict, bool(published), told["critical"], told["warning"], filled)


def show(trial: Trial) -> None:
    """One line of the table, and what is wrong below it."""
    told = "published" if trial.published else "HELD" if trial.verdict else "FAILED"
    print(f"{trial.name:60} {told:10} {trial.verdict or '-':5} {len(trial.critical):3} critical "
          f"{len(trial.warnings):3} warnings {len(trial.filled):3} filled "
          f"{trial.seconds:5.0f} s", flush=True)  # fmt: skip
    for line in [trial.error, *trial.critical, *trial.warnings]:
        if line:
            print(f"    {line[:260]}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="sets to try, each as source+source")
    parser.add_argument("--keep", type=Path, help="folder that keeps the brand and the homes")
    asked = parser.parse_args()
    sets = [tuple(name.split("+")) for name in asked.only or ()] or every_set()
    root = asked.keep or Path(tempfile.mkdtemp(prefix="any_sources-"))
    root.mkdir(parents=True, exist_ok=True)
    # Loaded once; each trial is a fork that finds them ready.
    import great_expectations  # noqa: F401 - forks find it imported

    failed = 0
    with all_sources(root) as (landing, env):
        for sources in sets:
            home = root / "homes" / "+".join(sources)
            shutil.rmtree(home, ignore_errors=True)
            trial = tried(sources, landing, env, home)
            show(trial)
            failed += not trial.published or bool(trial.critical)
            if not asked.keep:
                shutil.rmtree(home)
    print(f"{len(sets) - failed} of {len(sets)} sets of sources are published without a critical "
          "finding")  # fmt: skip
    if not asked.keep:
        shutil.rmtree(root)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
