"""What may leave landing: leftovers of interrupted pulls, never a landed object."""

from __future__ import annotations

import shutil
import time

from rivage.landing.store import Store

ABANDONED_SECONDS = 6 * 3600


def clean(store: Store) -> list[str]:
    """Remove spools and objects that no manifest names and nobody is still writing.

    An object without a manifest is what a killed pull left: the window was pulled
    again since, or will be.
    """
    if store.root is None:
        return []
    removed = []
    old = time.time() - ABANDONED_SECONDS
    spools = store.root / ".tmp"
    for folder in spools.iterdir() if spools.is_dir() else ():
        if folder.stat().st_mtime < old:
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(f".tmp/{folder.name}")
    for path in store.root.glob("*/*/account=*/window=*/*.parquet"):
        if not path.with_suffix(".json").exists() and path.stat().st_mtime < old:
            path.unlink()
            removed.append(path.relative_to(store.root).as_posix())
    return removed
