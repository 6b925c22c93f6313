"""Take one person out of landing: the one exception to "nothing landed is ever changed".

Safe to kill at any point and to run again. The tombstone is written first, so from then on
no pull brings the person back and a second run knows all their keys, even those it could
only learn from rows that the first run had already removed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rivage.duck import connect, literal
from rivage.landing import tombstones
from rivage.landing.guard import alone
from rivage.landing.manifest import Manifest
from rivage.landing.person import RANKS, Keys, Person, digests, found_sql, merged, usable
from rivage.landing.salt import fingerprint
from rivage.landing.store import Store
from rivage.landing.tombstones import Tombstone
from rivage.streams.model import PersonKey, Stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def forget(
    store: Store,
    streams: Collection[Stream],
    person: Person,
    *,
    salt: str,
    now: datetime,
    memory_limit: str = "1GB",
) -> tuple[Tombstone, Keys]:
    """Remove every row of the person from landing.

    Returns:
        The tombstone, not yet marked done, and all keys known of the person in clear.
    """
    concerned = [stream for stream in streams if stream.person]
    with alone(store), store.spool() as spool, connect(memory_limit=memory_limit) as db:
        views = {stream.name: view(db, store, stream) for stream in concerned}
        before = next(
            (t for t in tombstones.read_all(store, salt) if t.person == person.digest), None
        )
        known = merged(digests(person.keys, salt), before.keys if before else {})
        keys = _learn(db, concerned, views, person.keys, known, salt)
        tombstones.teach(db, merged(known, digests(keys, salt)))
        theirs = {s.name: _objects(db, store, s, salt) for s in concerned if views[s.name]}
        stone = (
            before or Tombstone(person.digest, now, fingerprint(salt), {}, {}, False)
        ).with_more(
            merged(known, digests(keys, salt)),
            {key: rows for found in theirs.values() for key, rows in found.items()},
        )
        store.replace_text(stone.to_json(), stone.key, spool)
        for found in theirs.values():
            for key in found:
                _rewrite(db, store, key, spool)
        _leftovers(store)
    return stone, keys


def finish(store: Store, stone: Tombstone) -> Tombstone:
    """Mark a removal as done."""
    done = replace(stone, done=True)
    with store.spool() as spool:
        store.replace_text(done.to_json(), done.key, spool)
    return done


def view(db: DuckDBPyConnection, store: Store, stream: Stream) -> bool:
    """Make view `landed_<stream>` over all objects, named by manifests or not, with all
    declared columns; False when there is none."""
    keys = store.keys(f"{stream.source}/{stream.name}", ".parquet")
    if not keys:
        return False
    paths = ", ".join(literal(str(store.fetch(key))) for key in keys)
    read = (
        f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false, "
        "filename = true, file_row_number = true)"
    )
    seen = {
        str(name).lower() for name, *_ in db.execute(f"describe select * from {read}").fetchall()
    }
    absent = [c for c in stream.columns if c.name.lower() not in seen]
    nulls = "".join(f", cast(null as {c.type}) as {c.name}" for c in absent)
    db.execute(f"create or replace view landed_{stream.name} as select *{nulls} from {read}")
    return True


def _learn(
    db: DuckDBPyConnection,
    streams: Collection[Stream],
    views: dict[str, bool],
    keys: Keys,
    known: Keys,
    salt: str,
) -> Keys:
    """All keys of the person that landed rows still tell, rank by rank until nothing is new."""
    for rank in range(max(RANKS.values()) + 1):
        while True:
            tombstones.teach(db, merged(known, digests(keys, salt)))
            before = keys
            for stream in streams:
                for key in stream.person:
                    if RANKS[key.kind] == rank and views[stream.name]:
                        keys = merged(keys, {key.kind: _told(db, stream, key, rank, salt)})
            if keys == before:
                break
    return keys


def _told(
    db: DuckDBPyConnection, stream: Stream, key: PersonKey, rank: int, salt: str
) -> frozenset[str]:
    value = f"unnest({key.sql})" if key.many else f"({key.sql})"
    rows = db.execute(
        f"select distinct {value} from landed_{stream.name} "
        f"where {found_sql(stream, salt, up_to=rank)}"
    ).fetchall()
    return usable(key.kind, (value for (value,) in rows), salt)


def _objects(db: DuckDBPyConnection, store: Store, stream: Stream, salt: str) -> dict[str, int]:
    """Object -> how many rows of the person it holds; table `theirs` says which."""
    db.execute("create table if not exists theirs (object varchar, row_number bigint)")
    by_path = {str(store.fetch(key)): key for key in store.keys(
        f"{stream.source}/{stream.name}", ".parquet")}  # fmt: skip
    found = db.execute(
        f"select filename, list(file_row_number) from landed_{stream.name} "
        f"where {found_sql(stream, salt)} group by all order by all"
    ).fetchall()
    for path, numbers in found:
        db.execute("insert into theirs select ?, unnest(?)", [by_path[path], numbers])
    return {by_path[path]: len(numbers) for path, numbers in found}


def _rewrite(db: DuckDBPyConnection, store: Store, key: str, spool: Path) -> None:
    """Write the object again without the person, point its manifests there, delete it.

    Every other row and column stays as it is, also those no declaration knows.
    """
    folder, _, name = key.rpartition("/")
    naming = [
        manifest
        for each in store.keys(folder, ".json")
        if (manifest := Manifest.from_json(store.read_text(each))).object == key
    ]
    if naming:
        finished = spool / "object.parquet"
        source = f"read_parquet({literal(str(store.fetch(key)))}, file_row_number = true, " \
            "hive_partitioning = false)"  # fmt: skip
        kept = (
            f"select * exclude (file_row_number) from {source} where file_row_number not in "
            f"(select row_number from theirs where object = {literal(key)})"
        )
        db.execute(f"copy ({kept}) to {literal(str(finished))} (format parquet, compression zstd)")
        row = db.execute(f"select count(*) from read_parquet({literal(str(finished))})").fetchone()
        rows = int(row[0]) if row else 0
        changes: dict[str, object] = {"rows": 0, "content": "0", "object": None, "sha256": None}
        if rows:
            with finished.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            pull_id = "-".join(name.removesuffix(".parquet").split("-")[:2])
            new = f"{folder}/{pull_id}-{sha256[:8]}.parquet"
            store.put(finished, new)
            content = f"{rows}-without-{sha256[:32]}"
            changes = {"rows": rows, "content": content, "object": new, "sha256": sha256}
        for manifest in naming:
            changed = replace(manifest, **changes)  # type: ignore[arg-type]
            store.replace_text(changed.to_json(), changed.key, spool)
    store.delete(key)


def _leftovers(store: Store) -> None:
    """Remove what interrupted pulls left in scratch folders: it may hold the person."""
    for home in {store.scratch, store.root / ".tmp" if store.root else store.scratch}:
        for folder in sorted(home.iterdir()) if home.is_dir() else ():
            if folder.is_dir() and store.abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
