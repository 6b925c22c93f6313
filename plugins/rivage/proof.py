"""Look for a person in everything a home holds: landing, databases, published files, logs.

Two ways: by the digests of all their keys, in the columns declared to tell a person (that
also finds short order numbers); and by text, in every column of every table and every byte
of other files, for the keys long enough to mean only them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rivage.duck import connect, literal
from rivage.landing import forget, tombstones
from rivage.landing.person import Keys, found_sql
from rivage.landing.store import Store
from rivage.settings import Settings
from rivage.streams import all_streams

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHORTEST = 8
"""Characters of a key that is looked for as text; a shorter one is in many innocent rows."""


@dataclass(frozen=True)
class Look:
    """One place that was looked through."""

    place: str
    by: str
    looked_at: int
    found: int


def pattern(keys: Keys, *, more: tuple[str, ...] = ()) -> str:
    """Regular expression that finds any of the keys as a whole word."""
    words = {v for values in keys.values() for v in values if len(v) >= SHORTEST} | set(more)
    edge, found = "[^0-9A-Za-z]", "|".join(re.escape(word) for word in sorted(words))
    return f"(?:^|{edge})(?:{found})(?:$|{edge})"


def prove(settings: Settings, salt: str, digests: Keys, words: str) -> Iterator[Look]:
    """Every place with how much was looked at and how much of it is still the person's."""
    store = Store(settings.landing_url, settings.home / "tmp")
    with connect(memory_limit=settings.memory_limit, threads=settings.threads) as db:
        tombstones.teach(db, digests)
        yield from _landing(db, store, salt, words)
    databases = [settings.warehouse, settings.candidate]
    databases += sorted((settings.published / "versions").glob("*.duckdb"))
    for path in databases:
        if path.exists():
            with opened(path, settings.memory_limit) as db:
                yield _tables(db, str(path.relative_to(settings.home)), words)
                if path == settings.warehouse:
                    tombstones.teach(db, digests)
                    yield _raw_tables(db, salt)
    twins = sorted((settings.published / "versions").glob("*.parquet/*.parquet"))
    if twins:
        with connect(memory_limit=settings.memory_limit) as db:
            counts = [_text(db, f"read_parquet({literal(str(path))})", words) for path in twins]
        yield Look("published/versions/*.parquet", "text", *_summed(counts))
    yield _other_files(settings, words)


def _landing(db: DuckDBPyConnection, store: Store, salt: str, words: str) -> Iterator[Look]:
    by_key = []
    for stream in all_streams().values():
        if stream.person and forget.view(db, store, stream):
            by_key.append(_count(db, f"landed_{stream.name}", found_sql(stream, salt)))
    yield Look("landing, columns that tell a person", "keys", *_summed(by_key))
    by_text = []
    for stream in all_streams().values():
        keys = store.keys(f"{stream.source}/{stream.name}", ".parquet")
        if keys:
            paths = ", ".join(literal(str(store.fetch(key))) for key in keys)
            read = f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
            by_text.append(_text(db, read, words))
    yield Look("landing, every column of every object", "text", *_summed(by_text))


@contextmanager
def opened(path: Path, memory_limit: str) -> Iterator[DuckDBPyConnection]:
    """A database file attached as `looked`: unlike a direct connection, that also works
    where a library keeps the file open in this process, as the audit's does."""
    with connect(memory_limit=memory_limit) as db:
        db.execute(f"attach {literal(str(path))} as looked (read_only)")
        yield db


def names(db: DuckDBPyConnection, words: str) -> bool:
    """Whether any table of the database `looked` names the person."""
    return _tables(db, "", words).found > 0


def _tables(db: DuckDBPyConnection, place: str, words: str) -> Look:
    found = db.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'looked' "
        "order by all"
    ).fetchall()
    counts = [_text(db, f'looked."{schema}"."{table}"', words) for schema, table in found]
    return Look(place, "text", *_summed(counts))


def _raw_tables(db: DuckDBPyConnection, salt: str) -> Look:
    there = {
        name
        for (name,) in db.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'looked' and schema_name = 'landing'"
        ).fetchall()
    }
    counts = [
        _count(db, f"looked.landing.{stream.name}", found_sql(stream, salt))
        for stream in all_streams().values()
        if stream.person and stream.name in there
    ]
    return Look("warehouse.duckdb, columns that tell a person", "keys", *_summed(counts))


def _other_files(settings: Settings, words: str) -> Look:
    """Bytes of every other file; sizes count as what was looked at."""
    finder = re.compile(words.encode())
    size = found = 0
    for path in sorted(settings.home.rglob("*")):
        if path.is_file() and path.suffix not in (".parquet", ".duckdb"):
            content = path.read_bytes()
            size += len(content)
            found += len(finder.findall(content))
    return Look("every other file, bytes", "text", size, found)


def _text(db: DuckDBPyConnection, source: str, words: str) -> tuple[int, int]:
    return _count(db, f"{source} as t", f"regexp_matches(cast(t as varchar), {literal(words)})")


def _count(db: DuckDBPyConnection, source: str, condition: str) -> tuple[int, int]:
    row = db.execute(
        f"select count(*), count(*) filter (where {condition}) from {source}"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _summed(counts: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(rows for rows, _ in counts), sum(found for _, found in counts)
