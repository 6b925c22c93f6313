"""Paths with counts from a file, as users of ChannelAttribution have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rivage import duck
from rivage.errors import FileInvalid
from rivage.journeys.table_file import TableFile, open_table, unreadable
from rivage.measurement.paths import Paths, merged, offsets_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REQUIRED = ("path", "total_conversions")
OPTIONAL = ("total_conversion_value", "total_null")
_COUNTS = ("total_conversions", "total_null")


@dataclass(frozen=True)
class PathFile:
    """Paths, and whether the file says what conversions brought."""

    paths: Paths
    has_value: bool


def read_paths(path: Path, separator: str = ">", memory: str = "4GB") -> PathFile:
    """Read `path,total_conversions[,total_conversion_value][,total_null]`, CSV or Parquet.

    Rows are grouped and split by DuckDB; spaces around a channel's name do not count.

    Raises:
        FileInvalid: see `open_table`; no rows, a path with an empty step, a number that is none
            or negative. The message names file and line.
    """
    with duck.connect(memory_limit=memory) as connection:
        file = open_table(connection, path, REQUIRED, OPTIONAL)
        numbers = [name for name in (_COUNTS[0], *OPTIONAL) if name in file.types]
        told = ", ".join(f"try_cast({name} as double) as {name}" for name in numbers)
        # Equal rows are counted, not added up: threads must not decide the last digit of a sum.
        with duck.refusals(lambda text: unreadable(path, text)):
            connection.execute(
                f"create temp table rows as select path, {', '.join(numbers)}, times, "
                f"string_split(path, {duck.literal(separator)}) as steps from (select "
                f"path::varchar as path, {told}, count(*) as times from {file.relation} "
                "group by all)"
            )
        # Both tables keep the order they are written in, so steps follow their rows.
        connection.execute("create temp table words as select unnest(steps) as word from rows")
        found = connection.execute("select distinct word from words order by word").fetchall()
        words = [row[0] for row in found]
        _check(connection, file, numbers, words, separator)
        connection.execute(
            f"create type word as enum ({', '.join(duck.literal(word) for word in words)})"
        )
        steps = connection.execute("select enum_code(word::word) as step from words").fetchnumpy()[
            "step"
        ]
        table = connection.execute(
            f"select len(steps) as length, times, {', '.join(numbers)} from rows"
        ).fetchnumpy()
    # Few words differ by the spaces around them: they are trimmed here, not in a million paths.
    channels = sorted({word.strip() for word in words})
    code = np.array([channels.index(word.strip()) for word in words])
    weights = {name: np.asarray(table[name] * table["times"], dtype=float) for name in numbers}
    value, nulls = (weights.get(name) for name in OPTIONAL)
    paths = merged(
        channels, offsets_of(np.asarray(table["length"])), code[steps],
        weights["total_conversions"], value, nulls,
    )  # fmt: skip
    return PathFile(paths, value is not None)


def _check(
    connection: DuckDBPyConnection, file: TableFile, numbers: list[str], words: list[str], mark: str
) -> None:
    """Refuse the first row that is no path with counts."""
    for name in numbers:
        wrong = f"({name} is null or not isfinite({name})"
        wrong += f" or {name} < 0)" if name in _COUNTS else ")"
        if _any(connection, f"select 1 from rows where {wrong}"):
            as_number = wrong.replace(name, f"try_cast({name} as double)")
            told = "is negative or no number" if name in _COUNTS else "is no number"
            file.refuse(connection, as_number, f"{name} {told}")
    if not all(map(str.strip, words)) or _any(connection, "select 1 from rows where path is null"):
        steps = f"string_split(path::varchar, {duck.literal(mark)})"
        hollow = f"list_contains(list_transform({steps}, lambda step: trim(step)), '')"
        file.refuse(connection, f"path is null or {hollow}", "the path has an empty step")
    if not words:
        raise FileInvalid(f"{file.path} has no rows, only its header.")


def _any(connection: DuckDBPyConnection, query: str) -> bool:
    return connection.execute(f"{query} limit 1").fetchone() is not None
