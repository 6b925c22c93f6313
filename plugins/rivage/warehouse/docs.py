"""The reference of all models as one page: lineage, columns, SQL; it needs no server and no net."""

from __future__ import annotations

from pathlib import Path

from rivage import atomic
from rivage.errors import BuildFailed
from rivage.settings import Settings
from rivage.warehouse import dbt
from rivage.warehouse.lock import writer_lock

_TRACKER = "//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js"
"""dbt's page can load a script that counts its readers. It is switched off by our project's
settings; taking its address out keeps it off in pages that somebody sends on."""


def write_page(settings: Settings) -> Path:
    """Describe the home's warehouse as <home>/docs/index.html; the old page stays until then.

    Raises:
        BuildFailed: nothing is built yet, or a model can't be compiled.
        FileLocked: a build holds the warehouse.
    """
    for path in (settings.warehouse, settings.candidate):
        if not path.exists():
            raise BuildFailed(
                f"There is no {path} to describe.",
                do="Run `rivage build` first; columns and types are read from what it made.",
            )
    with writer_lock(settings.home):
        dbt.run(settings, ["docs", "generate", "--static"])
        made = Path(dbt.environment(settings)["DBT_TARGET_PATH"]) / "static_index.html"
        page = made.read_text(encoding="utf-8").replace(_TRACKER, "")
    target = settings.home / "docs" / "index.html"
    atomic.write_text(target, page)
    return target
