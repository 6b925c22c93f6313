"""The one place that runs dbt."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from rivage.errors import BuildFailed
from rivage.settings import REPO, Settings

PROJECT = REPO / "dbt_project"
BESIDE = [REPO / "plugins" / "rivage" / name for name in ("measurement", "streams")]
"""What dbt's Python models compute with, and what its views read."""
SEEDS_AND_VIEWS_STAND = [
    "config.materialized:table",
    "config.materialized:days",
    "config.materialized:incremental",
    "resource_type:test,path:models/staging",
]
"""Selects what has to run again when only landing changed; a view shows that by itself."""


PARSED = "partial_parse.msgpack"
"""What dbt keeps of a project it parsed."""


def project_fingerprint() -> str:
    """Hash of everything that decides what the dbt project builds.

    A changed project means a full refresh: increments of an older definition
    can't be trusted to add up with the new one.
    """
    digest = hashlib.sha256()
    for path in sorted(PROJECT.rglob("*")):
        parts = path.relative_to(PROJECT).parts
        built = parts[0] in {"models", "macros", "seeds", "dbt_project.yml"}
        if built and path.is_file() and path.suffix in {".sql", ".csv", ".yml", ".py"}:
            digest.update("/".join(parts).encode() + path.read_bytes())
    for folder in BESIDE:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def environment(settings: Settings) -> dict[str, str]:
    """What profiles.yml reads. Kept constant per home, so that dbt's parse cache holds."""
    return {
        "RIVAGE_WAREHOUSE": str(settings.warehouse),
        "RIVAGE_CANDIDATE": str(settings.candidate),
        "RIVAGE_MEMORY_LIMIT": settings.memory_limit,
        "RIVAGE_THREADS": str(settings.threads),
        "DBT_TARGET_PATH": str(settings.home / "dbt" / "target"),
        "DBT_LOG_PATH": str(settings.home / "dbt" / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def run(
    settings: Settings,
    arguments: list[str],
    on_node: Callable[[str, int, int], None] | None = None,
) -> Any:
    """Run one dbt command in this process; returns dbt's own result.

    Raises:
        BuildFailed: naming each failed model or test and its first line of error.
    """
    os.environ.update(environment(settings))
    from dbt.cli.main import dbtRunner

    def told(event: Any) -> None:
        if on_node and event.info.name in ("LogModelResult", "LogTestResult", "LogSeedResult"):
            data = event.data
            # Models say `total`, tests say `num_models`; both mean all nodes of the run.
            total = int(getattr(data, "total", 0) or getattr(data, "num_models", 0))
            on_node(data.node_info.node_name, data.index, total)

    _paths_mean_nothing()
    parsed = _parsed_before(settings)
    # The files are written for the person who debugs; the console belongs to Rivage.
    quiet = ["--log-level", "none", "--log-level-file", "info", "--no-use-colors"]
    where = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    try:
        result = dbtRunner(callbacks=[told]).invoke([*arguments, *quiet, *where, *parsed])
    finally:
        _close()
    _keep_parsed(settings)
    if result.success:
        return result.result
    if result.exception:
        raise BuildFailed(
            f"dbt stopped: {_first_lines(str(result.exception))}",
            do=f"Read {settings.home / 'dbt' / 'logs' / 'dbt.log'}.",
        )
    # `docs generate` answers with its catalogue, which keeps the compiled models apart.
    ran = getattr(result.result, "_compile_results", None) or result.result
    statuses = ("error", "fail", "runtime error")
    bad = [r for r in getattr(ran, "results", ()) if r.status in statuses]
    told_bad = "; ".join(f"{r.node.name}: {_first_lines(r.message or '')}" for r in bad[:5])
    raise BuildFailed(
        f"{len(bad)} dbt node(s) failed: {told_bad}",
        do=f"Read {settings.home / 'dbt' / 'logs' / 'dbt.log'}; nothing was published.",
    )


@cache
def _paths_mean_nothing() -> None:
    """Let dbt use what it parsed for another home: it parses the whole project again whenever a
    field of the connection differs, and no model reads where the two files lie."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    every = DuckDBCredentials._connection_keys
    DuckDBCredentials._connection_keys = lambda self: tuple(
        key for key in every(self) if key not in ("path", "attach", "settings")
    )


def _shared_parse() -> Path:
    return PROJECT / "target" / f"parsed_{project_fingerprint()}.msgpack"


def _parsed_before(settings: Settings) -> list[str]:
    """Where a home that never ran dbt finds the project as dbt parsed it for another home."""
    own = settings.home / "dbt" / "target" / PARSED
    shared = _shared_parse()
    if own.exists() or not shared.exists():
        return []
    return ["--partial-parse-file-path", str(shared)]


def _keep_parsed(settings: Settings) -> None:
    own, shared = settings.home / "dbt" / "target" / PARSED, _shared_parse()
    if shared.exists() or not own.exists():
        return
    with contextlib.suppress(OSError):  # an installed package may be read-only
        shared.parent.mkdir(exist_ok=True)
        for older in shared.parent.glob("parsed_*.msgpack"):
            older.unlink(missing_ok=True)
        part = shared.with_suffix(f".{os.getpid()}")
        shutil.copyfile(own, part)
        part.replace(shared)


def _close() -> None:
    """dbt keeps the database open for the life of the process; we need the file back."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[:3])[:400]
