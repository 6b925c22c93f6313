"""What may leave landing: leftovers of interrupted pulls, never a landed object."""

from __future__ import annotations

import shutil
import time

from rivage.landing.manifest import Manifest
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
        if path.with_suffix(".json").exists() or path.stat().st_mtime >= old:
            continue
        key = path.relative_to(store.root).as_posix()
        if not _named(store, key):
            path.unlink()
            removed.append(key)
    return removed


def _named(store: Store, key: str) -> bool:
    """Whether a manifest of the window names the object: one that a person was taken out
    of has a name of its own."""
    beside = store.keys(key.rpartition("/")[0], ".json")
    return any(Manifest.from_json(store.read_text(each)).object == key for each in beside)
