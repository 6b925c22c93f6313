"""The privacy salt: long enough that nobody guesses it, and one for as long as landing lasts.

Landing keeps its fingerprint from the first pull that hashes on. Under another salt the same
person would become somebody else, and a forgotten one would come back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from rivage.errors import SaltChanged, SettingMissing
from rivage.landing.store import Store
from rivage.streams.model import Stream

LEAST = 32
"""Characters. E-mail addresses can be guessed by the million a second; a salt of 32 can't."""
FOLDER = "_salt"


def hashes(stream: Stream) -> bool:
    """Whether records of this stream hold what is kept only as a salted hash."""
    return any(field.action in ("hash", "url") for field in stream.personal)


def fingerprint(salt: str) -> str:
    """Tells two salts apart without telling either."""
    return hashlib.sha256(f"which salt|{salt}".encode()).hexdigest()[:16]


def require(streams: Iterable[Stream], salt: str | None, store: Store) -> str:
    """The salt, or "" when none is set and no stream needs one.

    Raises:
        SettingMissing: a stream needs one, and none is set or it is too short.
        SaltChanged: this landing was hashed with another one.
    """
    names = sorted(stream.name for stream in streams if hashes(stream))
    if not names:
        return salt or ""
    if not salt:
        raise SettingMissing(
            f"RIVAGE_PRIVACY_SALT is not set, and {_listed(names)} personal data that is kept "
            "only as a salted hash.",
            do="Run `rivage init`, which makes one, or set it to at least "
            f"{LEAST} random characters, once, and keep it.",
        )
    if len(salt) < LEAST:
        raise SettingMissing(
            f"RIVAGE_PRIVACY_SALT has {len(salt)} characters; hashes made with fewer than {LEAST} "
            "can be reversed by trying.",
            do="For a new landing, remove it from .env and run `rivage init`, which makes one. "
            f"{ROTATE}",
        )
    refuse_another(store, salt)
    return salt


def refuse_another(store: Store, salt: str) -> None:
    """Raise SaltChanged when landing was hashed with another salt; one without a
    fingerprint, new or from before there were any, takes the first that comes."""
    kept = _kept(store)
    if kept and kept != {fingerprint(salt)}:
        raise SaltChanged(
            "RIVAGE_PRIVACY_SALT is not the salt that this landing was hashed with: every person "
            "would count twice, and forgotten ones would come back.",
            do=f"Set the old salt again. {ROTATE}",
        )


def keep(store: Store, salt: str, spool: Path) -> None:
    """Write the salt's fingerprint into landing, if none is there; call it before anything
    hashed lands.

    Raises:
        SaltChanged: another process has just kept another one.
    """
    if not _kept(store):
        # Named after its content, so that two salts that race can't overwrite each other.
        name = fingerprint(salt)
        body = json.dumps({"format": 1, "fingerprint": name}, indent=1)
        store.put_text(body, f"{FOLDER}/{name}.json", spool)
    refuse_another(store, salt)


ROTATE = (
    "To change the salt for good, start a new landing: README.md, \"Change the privacy salt\"."
)  # fmt: skip


def _kept(store: Store) -> set[str]:
    return {Path(key).stem for key in store.keys(FOLDER, ".json")}


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{shown}{more} hold{'s' if len(names) == 1 else ''}"
