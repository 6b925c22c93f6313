"""Editions of delivered files: one that has landed is not read again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from rivage.landing.manifest import Manifest, folder, pull_id
from rivage.landing.salt import fingerprint
from rivage.landing.store import Store
from rivage.streams.model import Stream
from rivage.windows import Window


def mark(stream: Stream, version: str, salt: str) -> str:
    """What a manifest keeps of an edition: also another declaration or salt reads it anew."""
    declared = repr((stream.columns, stream.personal, stream.window))
    told = "|".join((version, declared, fingerprint(salt)))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def landed(
    store: Store, stream: Stream, account_id: str, window: Window, edition: str
) -> Manifest | None:
    """The newest manifest of a window of one day, if it is of this edition and its object is
    whole."""
    if window.days > 1:
        return None
    key = store.newest(folder(stream.name, account_id, window.start))
    newest = Manifest.from_json(store.read_text(key)) if key else None
    if newest is None or newest.edition != edition:
        return None
    return newest if not newest.object or store.intact(newest.object, newest.sha256) else None


def seen_again(manifest: Manifest, pulled_at: datetime) -> Manifest:
    """The manifest of a pull that found the same edition once more."""
    identity = (manifest.stream, manifest.account_id, str(manifest.window_start), manifest.content)
    return replace(manifest, pull_id=pull_id(pulled_at, *identity), pulled_at=pulled_at)
