"""Paths with counts from a file, as users of ChannelAttribution have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rivage import duck
from rivage.errors import FileInvalid
from rivage.journeys.table_file import TableFile, open_table, unreadable
from rivage.measurement.paths import Paths, merged, offsets_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REQUIRED = ("path", "total_conversions")
OPTIONAL = ("total_conversion_value", "total_null")
_COUNTS = ("total_conversions", "total_null")
_HOLLOW = "the path has an empty step"
_SAMPLE = 10_000


class _NotAllNumbers(Exception):
    """A column of numbers holds something else."""


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
        _group(connection, file, numbers)
        _check(connection, file, numbers)
        words, steps = _split(connection, separator)
        if not all(map(str.strip, words)):
            split = f"string_split(path::varchar, {duck.literal(separator)})"
            hollow = f"list_contains(list_transform({split}, lambda step: trim(step)), '')"
            file.refuse(connection, hollow, _HOLLOW)
        # Tables keep the order they are written in, so both follow their rows.
        table = connection.execute(
            f"select len(steps) as length, times, {', '.join(numbers)} "
            "from rows positional join journeys"
        ).fetchnumpy()
    # Few words differ by the spaces around them: they are trimmed here, not in a million paths.
    channels = sorted({word.strip() for word in words})
    codes = {name: code for code, name in enumerate(channels)}
    code = np.array([codes[word.strip()] for word in words])
    weights = {name: np.asarray(table[name] * table["times"], dtype=float) for name in numbers}
    value, nulls = (weights.get(name) for name in OPTIONAL)
    paths = merged(
        channels, offsets_of(np.asarray(table["length"])), code[steps],
        weights["total_conversions"], value, nulls,
    )  # fmt: skip
    return PathFile(paths, value is not None)


def _group(connection: DuckDBPyConnection, file: TableFile, numbers: list[str]) -> None:
    """Table `rows`: the different rows of the file and how often each stands there.

    Equal rows are counted, not added up: threads must not decide the last digit of a sum.
    """
    told = ", ".join(f"try_cast({name} as double) as {name}" for name in numbers)
    grouped = (
        f"create temp table rows as select path, {', '.join(numbers)}, count(*) as times "
        f"from (select path::varchar as path, {told} from {{}}) group by all"
    )
    try:
        with duck.refusals(_NotAllNumbers):
            connection.execute(grouped.format(file.with_numbers(numbers)))
    except _NotAllNumbers:
        # Text can always be read, and shows which row is wrong.
        with duck.refusals(lambda text: unreadable(file.path, text)):
            connection.execute(grouped.format(file.relation))


def _split(connection: DuckDBPyConnection, separator: str) -> tuple[list[str], NDArray[np.uint32]]:
    """Table `journeys`: the steps of each of `rows`; the words in them, and the word of each step.

    The words of some paths are mostly all there are: only when others turn up is every path
    looked through for its words.
    """
    split = f"string_split(path, {duck.literal(separator)})"
    for looked_through in (f"(from rows limit {_SAMPLE})", "rows"):
        found = connection.execute(
            f"select distinct unnest({split}) as word from {looked_through} order by word"
        ).fetchall()
        words = [row[0] for row in found]
        connection.execute("drop table if exists journeys; drop type if exists word")
        connection.execute(
            f"create type word as enum ({', '.join(duck.literal(word) for word in words)})"
        )
        connection.execute(
            f"create temp table journeys as select try_cast({split} as word[]) as steps from rows"
        )
        steps = connection.execute(
            "select enum_code(unnest(steps)) as step from journeys"
        ).fetchnumpy()["step"]
        if not np.ma.is_masked(steps):
            break
    return words, np.asarray(steps)


def _check(connection: DuckDBPyConnection, file: TableFile, numbers: list[str]) -> None:
    """Refuse a file without rows, and the first row that has no path or whose count is none."""
    if not _any(connection, "select 1 from rows"):
        raise FileInvalid(f"{file.path} has no rows, only its header.")
    for name in numbers:
        wrong = f"({name} is null or not isfinite({name})"
        wrong += f" or {name} < 0)" if name in _COUNTS else ")"
        if _any(connection, f"select 1 from rows where {wrong}"):
            as_number = wrong.replace(name, f"try_cast({name} as double)")
            told = "is negative or no number" if name in _COUNTS else "is no number"
            file.refuse(connection, as_number, f"{name} {told}")
    if _any(connection, "select 1 from rows where path is null"):
        file.refuse(connection, "path is null", _HOLLOW)


def _any(connection: DuckDBPyConnection, query: str) -> bool:
    return connection.execute(f"{query} limit 1").fetchone() is not None
