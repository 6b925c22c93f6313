"""Who may change landing at a time: pulls land side by side, a removal is alone.

A removal that ran beside a landing could miss the object being written.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rivage.landing.store import Store


@contextmanager
def landing(store: Store) -> Iterator[None]:
    """While one window is landed: waits for a removal under way, and makes one wait."""
    with _held(store.scratch, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """While a person is removed: waits until nobody is landing."""
    with _held(store.scratch, fcntl.LOCK_EX):
        yield


@contextmanager
def _held(scratch: Path, kind: int) -> Iterator[None]:
    scratch.mkdir(parents=True, exist_ok=True)
    with (scratch / "landing.lock").open("a") as file:
        fcntl.flock(file, kind)  # the OS frees it when the process dies
        yield
