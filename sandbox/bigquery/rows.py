"""Rows of one table edition, as SQL that reads a range of them.

Rows come in storage order, not in the order of time: stretches of the table, and blocks inside
each of them, are served in an order drawn from the seed.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import duckdb

from sandbox.bigquery.cells import row_bytes
from sandbox.bigquery.schema import Field, field_of
from sandbox.world.draws import word

_BLOCKS = 7
_STRETCH = 5_000  # rows
_KEPT = 8  # stretches
_OPTIMIZERS = ("filter_pushdown", "unused_columns", "column_lifetime")


class Rows(Hashable, Protocol):
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
        # Expressions this long cost more to optimise than to run.
        every = self.fetch("select name from duckdb_optimizers()")
        off = ",".join(name for (name,) in every if name not in _OPTIMIZERS)
        self._db.execute(f"set disabled_optimizers = '{off}'")
        self._kept = lru_cache(maxsize=_KEPT)(self._stretch)

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

    def written(self, rows: Rows, line: str, first: int, last: int) -> list[tuple[str, int]]:
        """Rows first to last of the storage order, as `line` writes them: text and size.

        Whole stretches are read and kept: to plan such a query takes longer than to run it for
        a page.
        """
        found: list[tuple[str, int]] = []
        for place in range(first // _STRETCH, math.ceil(last / _STRETCH)):
            begin = place * _STRETCH
            found += self._kept(rows, line, place)[max(first - begin, 0) : last - begin]
        return found

    def _stretch(self, rows: Rows, line: str, place: int) -> list[tuple[str, int]]:
        whole = rows.count // _STRETCH
        # The last one may be shorter, so it keeps its place.
        number = place if place >= whole else self._drawn(whole, rows.key)[place]
        begin = number * _STRETCH
        end = min(begin + _STRETCH, rows.count)
        found = self.fetch(f"select {line} from ({rows.between(begin, end)})")
        length = math.ceil(len(found) / _BLOCKS)
        return [
            (str(text), int(size))
            for block in self._drawn(_BLOCKS, rows.key, number)
            for text, size in found[block * length : (block + 1) * length]
        ]

    def _drawn(self, count: int, *about: int | str) -> list[int]:
        """The numbers below `count` in an order of the seed's."""
        return sorted(range(count), key=lambda one: int(word(self.seed, *about, one)))
