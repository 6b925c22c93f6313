"""Forget one customer: landing, then everything that was made of it.

Landing is rewritten; the warehouse and the candidate are deleted, not edited, because a
database file keeps deleted rows in its free blocks; published versions that still name the
person are deleted as soon as a clean one is live.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rivage import proof, stages
from rivage.errors import AuditFailed, PersonRemains, SettingMissing
from rivage.landing import forget as landing
from rivage.landing import tombstones
from rivage.landing.person import Keys, Person, digests, merged, person_of
from rivage.landing.salt import refuse_another
from rivage.landing.store import Store
from rivage.landing.tombstones import Tombstone
from rivage.publish.publish import is_published
from rivage.publish.releases import current
from rivage.publish.versions import drop, file_of
from rivage.settings import Settings
from rivage.streams import all_streams
from rivage.warehouse.candidate import Candidate
from rivage.warehouse.lock import writer_lock


@dataclass
class Forgotten:
    """What was removed, and where the person was looked for afterwards."""

    person: str
    """The tombstone's name; nobody can be read from it."""
    rows: dict[str, int]
    """Rows taken out of landing by stream, by this run and earlier ones."""
    objects: int
    published: str | None = None
    """The version readers see now, if a new one was published."""
    versions_removed: list[str] = field(default_factory=list)
    looks: list[proof.Look] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        return sum(look.found for look in self.looks)


def forget(
    settings: Settings,
    customer: str,
    *,
    rebuild: bool = True,
    progress: stages.Progress | None = None,
) -> Forgotten:
    """Remove a customer from landing, warehouse and marts, and prove it.

    Killed at any point, the same call takes up where it stopped.

    Args:
        customer: e-mail address or shop customer id; not kept in clear anywhere.
        rebuild: build, audit and publish afterwards, so that no figure counts the person.

    Raises:
        PersonUnclear, SettingMissing: who is meant, or the salt, is not known.
        AuditFailed: the person's rows are gone, but the rebuilt marts may not be published.
        PersonRemains: something still holds the person.
    """
    salt = salt_of(settings)
    person = person_of(customer, salt)
    store = Store(settings.landing_url, settings.home / "tmp")
    with writer_lock(settings.home):
        stone, keys = landing.forget(
            store, list(all_streams().values()), person,
            salt=salt, now=datetime.now(UTC), memory_limit=settings.memory_limit,
        )  # fmt: skip
        words = proof.pattern(keys, more=_spellings(customer))
        if stone.rows and _holds(settings, salt, stone, words):
            _drop_databases(settings)
        stone = landing.finish(store, stone)
    done = Forgotten(person.digest, _by_stream(stone), len(stone.rows))
    if rebuild and stone.rows and _outdated(settings):
        done.published = _rebuild(settings, progress)
    with writer_lock(settings.home):
        done.versions_removed = _drop_versions(settings, words)
    done.looks = list(proof.prove(settings, salt, merged(stone.keys, digests(keys, salt)), words))
    if done.remaining:
        places = ", ".join(f"{look.place} ({look.found})" for look in done.looks if look.found)
        raise PersonRemains(f"The person is still in {places}.")
    return done


def look(settings: Settings, customer: str) -> Forgotten:
    """Where the customer is now; removes nothing. Keys that landing no longer tells are
    known from the tombstone."""
    salt = salt_of(settings)
    person = person_of(customer, salt)
    store = Store(settings.landing_url, settings.home / "tmp")
    stone = _stone(store, person, salt)
    known: Keys = merged(digests(person.keys, salt), stone.keys if stone else {})
    done = Forgotten(person.digest, _by_stream(stone), len(stone.rows) if stone else 0)
    words = proof.pattern(person.keys, more=_spellings(customer))
    done.looks = list(proof.prove(settings, salt, known, words))
    return done


def salt_of(settings: Settings) -> str:
    """The salt without which nobody can be found.

    Raises:
        SettingMissing, SaltChanged: it is not set, or not the one of this landing.
    """
    if settings.privacy_salt is None:
        raise SettingMissing(
            "RIVAGE_PRIVACY_SALT is not set, and people are known only by their salted hashes.",
            do="Set it to the salt that the data was landed with.",
        )
    salt = settings.privacy_salt.get_secret_value()
    # With another salt nobody would be found, and that would pass for proof.
    refuse_another(Store(settings.landing_url, settings.home / "tmp"), salt)
    return salt


def _spellings(customer: str) -> tuple[str, ...]:
    """An e-mail address as it stands in files; ids are keys already."""
    text = customer.strip().lower()
    return (text, text.replace("@", "%40")) if "@" in text else ()


def _stone(store: Store, person: Person, salt: str) -> Tombstone | None:
    stones = tombstones.read_all(store, salt)
    return next((stone for stone in stones if stone.person == person.digest), None)


def _by_stream(stone: Tombstone | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, rows in sorted(stone.rows.items()) if stone else ():
        stream = key.split("/")[1]
        found[stream] = found.get(stream, 0) + rows
    return found


def _holds(settings: Settings, salt: str, stone: Tombstone, words: str) -> bool:
    """Whether warehouse or candidate were made before the removal was complete."""
    if not stone.done:
        return True
    return any(
        each.found
        for each in proof.prove(settings, salt, stone.keys, words)
        if each.place.startswith(("warehouse", "candidate"))
    )


def _drop_databases(settings: Settings) -> None:
    """Delete what the next build makes again, logs and write-ahead files included."""
    Candidate.path(settings).unlink(missing_ok=True)
    for database in (settings.candidate, settings.warehouse):
        for path in (database, Path(f"{database}.wal")):
            path.unlink(missing_ok=True)
    shutil.rmtree(settings.home / "dbt" / "logs", ignore_errors=True)


def _outdated(settings: Settings) -> bool:
    """Whether readers see marts, and those were made before the removal."""
    if current(settings) is None:
        return False
    candidate = Candidate.read(settings)
    return candidate is None or not is_published(settings, candidate.build_id)


def _rebuild(settings: Settings, progress: stages.Progress | None) -> str:
    """Build, audit and publish; returns the version."""
    stages.build(settings, progress=progress)
    report = stages.audit(settings, progress)
    if report.verdict == "fail":
        raise AuditFailed(
            "The person's rows are removed and the marts are rebuilt, but the audit forbids "
            "publishing them; readers still see figures that count the person.",
            do=f"Read {report.document}, then run `rivage forget` for this customer again.",
        )
    return stages.publish(settings).version


def _drop_versions(settings: Settings, words: str) -> list[str]:
    """Delete published versions, the live one excepted, that name the person.

    Marts hold sums, never rows of one person, so this is a net under a mistake.
    """
    now = current(settings)
    gone = []
    for path in sorted((settings.published / "versions").glob("*.duckdb")):
        if now and path == file_of(settings, now.version):
            continue
        with proof.opened(path, settings.memory_limit) as db:
            named = proof.names(db, words)
        if named:
            drop(settings, path.stem)
            gone.append(path.stem)
    return gone
