"""Rows of one table edition, as SQL that reads a range of them.

Rows come in storage order, not in the order of time: the range is cut into blocks, which are
served in an order drawn from the seed.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb

from sandbox.bigquery.cells import row_bytes
from sandbox.bigquery.schema import Field, field_of
from sandbox.world.draws import word

_BLOCKS = 7


class Rows(Protocol):
    """Where the rows of an edition come from."""

    @property
    def key(self) -> str:
        """Names the content: the same key has the same rows."""

    @property
    def count(self) -> int:
        """How many there are."""

    def between(self, first: int, last: int) -> str:
        """A query for the rows numbered first to last, excluded, with all columns."""


@dataclass(frozen=True)
class FileRows:
    """The first rows of a Parquet file, in the order of the file."""

    path: Path
    key: str
    count: int

    def between(self, first: int, last: int) -> str:
        """See Rows."""
        return (
            f"select * exclude (file_row_number) from read_parquet('{self.path}', "
            f"file_row_number = true) where file_row_number >= {first} and "
            f"file_row_number < {last} order by file_row_number"
        )


@dataclass(frozen=True)
class MadeRows:
    """Rows worked out from their number `i`; `query` has places for {first} and {last}."""

    query: str
    key: str
    count: int

    def between(self, first: int, last: int) -> str:
        """See Rows."""
        return self.query.replace("{first}", str(first)).replace("{last}", str(last))


@dataclass
class Shelf:
    """The database that reads rows; remembers what was worked out about an edition."""

    seed: int
    _facts: dict[str, tuple[tuple[Field, ...], int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._db = duckdb.connect(config={"threads": 1, "enable_external_file_cache": False})

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._db.cursor().execute(query).fetchall()

    def fields(self, rows: Rows) -> tuple[Field, ...]:
        """The schema, as the rows' own columns have it."""
        return self._known(rows)[0]

    def size(self, rows: Rows) -> int:
        """Bytes of all rows as the service counts them."""
        return self._known(rows)[1]

    def _known(self, rows: Rows) -> tuple[tuple[Field, ...], int]:
        with self._lock:
            if rows.key not in self._facts:
                every = self._db.cursor().sql(rows.between(0, rows.count))
                fields = tuple(map(field_of, every.columns, every.types))
                self._facts[rows.key] = fields, self._bytes(rows, fields)
            return self._facts[rows.key]

    def _bytes(self, rows: Rows, fields: tuple[Field, ...]) -> int:
        """Of made rows a sample stands for all: they differ in their digits alone."""
        seen = rows.count if isinstance(rows, FileRows) else min(rows.count, 1_000)
        query = f"select coalesce(sum({row_bytes(fields)}), 0)::bigint from "
        ((size,),) = self.fetch(f"{query} ({rows.between(0, seen)})")
        return int(size) * rows.count // max(seen, 1)

    def stretches(self, rows: Rows, first: int, last: int) -> list[tuple[int, int]]:
        """Where rows first to last of the storage order are, as ranges of row numbers."""
        length = max(1, math.ceil(rows.count / _BLOCKS))
        blocks = sorted(
            range(math.ceil(rows.count / length)),
            key=lambda block: int(word(self.seed, rows.key, block)),
        )
        found, before = [], 0
        for block in blocks:
            start = block * length
            end = min(rows.count, start + length)
            low, high = max(first - before, 0), min(last - before, end - start)
            if low < high:
                found.append((start + low, start + high))
            before += end - start
        return found
