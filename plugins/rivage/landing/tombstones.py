"""What stays of a forgotten person: digests that keep a later pull from bringing them back."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from rivage.errors import SettingMissing
from rivage.landing.person import Keys, found_sql, merged
from rivage.landing.salt import ROTATE, fingerprint
from rivage.landing.store import Store
from rivage.streams.model import Stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = "_forgotten"


@dataclass(frozen=True)
class Tombstone:
    """One forgotten person.

    Args:
        keys: kind -> digests; nobody can be read from them.
        rows: landed object -> rows that were taken out of it.
        done: False while the removal is under way; a run that died is taken up again.
    """

    person: str
    forgotten_at: datetime
    salt: str
    keys: Keys
    rows: dict[str, int]
    done: bool

    @property
    def key(self) -> str:
        return f"{FOLDER}/{self.person}.json"

    def to_json(self) -> str:
        body = {
            "format": 1,
            "person": self.person,
            "forgotten_at": self.forgotten_at.isoformat(),
            "salt": self.salt,
            "keys": {kind: sorted(digests) for kind, digests in self.keys.items()},
            "rows": self.rows,
            "done": self.done,
        }
        return json.dumps(body, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Tombstone:
        body = json.loads(text)
        return cls(
            person=body["person"],
            forgotten_at=datetime.fromisoformat(body["forgotten_at"]),
            salt=body["salt"],
            keys={kind: frozenset(found) for kind, found in body["keys"].items()},
            rows=dict(body["rows"]),
            done=bool(body["done"]),
        )

    def with_more(self, keys: Keys, rows: dict[str, int]) -> Tombstone:
        """The same person with what a further run has found."""
        return replace(
            self, keys=merged(self.keys, keys), rows=self.rows | rows, done=self.done and not rows
        )


def read_all(store: Store, salt: str | None) -> list[Tombstone]:
    """Every tombstone.

    Raises:
        SettingMissing: one was made with another salt, so its person can't be recognised.
    """
    stones = [Tombstone.from_json(store.read_text(key)) for key in store.keys(FOLDER, ".json")]
    if any(stone.salt != fingerprint(salt or "") for stone in stones):
        raise SettingMissing(
            "Somebody was forgotten under another RIVAGE_PRIVACY_SALT; with this one they would "
            "be landed again.",
            do=f"Set the salt back. {ROTATE}",
        )
    return stones


def teach(db: DuckDBPyConnection, keys: Keys) -> None:
    """Make table `forgotten` (kind, digest), which `found_sql` reads."""
    db.execute("create or replace temp table forgotten (kind varchar, digest varchar)")
    rows = [(kind, one) for kind, found in keys.items() for one in sorted(found)]
    if rows:
        db.execute(
            "insert into forgotten select unnest($kinds), unnest($digests)",
            {"kinds": [kind for kind, _ in rows], "digests": [one for _, one in rows]},
        )


def drop(db: DuckDBPyConnection, stream: Stream, store: Store, salt: str | None) -> int:
    """Take forgotten persons' rows out of table or view `records`; returns how many."""
    if not stream.person:
        return 0
    keys: Keys = {}
    for stone in read_all(store, salt):
        keys = merged(keys, stone.keys)
    if not keys:
        return 0
    teach(db, keys)
    theirs = found_sql(stream, salt or "")
    row = db.execute(f"select count(*) from records where {theirs}").fetchone()
    if not row or not row[0]:
        return 0
    # Delivered files are a view: it stays one, so that they are still read only once.
    view = db.execute("select 1 from duckdb_views() where view_name = 'records'").fetchone()
    if view:
        db.execute("alter view records rename to all_records")
        db.execute(f"create view records as select * from all_records where not {theirs}")
    else:
        db.execute(f"delete from records where {theirs}")
    return int(row[0])
