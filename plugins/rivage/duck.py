"""The one place that opens DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivage.errors import DiskFull, FileLocked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def connect(
    path: Path | None = None,
    *,
    read_only: bool = False,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> Iterator[DuckDBPyConnection]:
    """A DuckDB connection that is closed on leaving; `path=None` is in memory.

    Sessions run in UTC, so a timestamp never depends on the machine's zone.

    Raises:
        FileLocked: another process has the file open for writing (or reading, when
            we want to write).
        DiskFull: the disk ran out while the connection was in use.
    """
    import duckdb

    try:
        connection = duckdb.connect(
            str(path) if path else ":memory:",
            read_only=read_only,
            config={"memory_limit": memory_limit, "threads": threads},
        )
    except duckdb.IOException as error:
        raise _named(error, path) from None
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise _named(error, path) from error
    finally:
        connection.close()


def _named(error: Exception, path: Path | None) -> Exception:
    text = str(error)
    if "lock" in text.lower() and "conflict" in text.lower():
        holder = text.split("held in", 1)[-1].strip().split("See also")[0].strip() or "unknown"
        return FileLocked(
            f"{path} is open in another process: {holder[:200]}",
            do="Close that process (or wait for it) and run again. Query published/marts.duckdb, "
            "never the warehouse or the candidate.",
        )
    if "no space left" in text.lower() or "disk full" in text.lower():
        return DiskFull(f"No space left while writing {path or 'a temporary file'}.")
    return error


@contextmanager
def refusals(named: Callable[[str], Exception]) -> Iterator[None]:
    """Whatever DuckDB can't read or cast inside becomes the error that `named` makes of its text.

    Running out of disk or memory is not the data's fault and stays as it is.
    """
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error as error:
        raise named(str(error)) from error


def insert(
    connection: DuckDBPyConnection,
    table: str,
    rows: Sequence[Sequence[Any]],
    *,
    replace: bool = False,
) -> None:
    """Add rows to a table in one statement.

    A statement per row costs a hundred times as much, and one that replaces holds its buffers
    (150 KB) until the transaction ends.

    Args:
        rows: a value per column of the table, in its order.
        replace: rows whose primary key stands in the table already take its place; a key may
            stand only once among `rows`.
    """
    if rows:
        columns = [list(values) for values in zip(*rows, strict=True)]
        marks = ", ".join("unnest(?)" for _ in columns)
        connection.execute(
            f"insert {'or replace ' if replace else ''}into {table} select {marks}", columns
        )


def literal(text: str) -> str:
    """A SQL string literal; for paths and names that can't be bound as parameters."""
    return "'" + text.replace("'", "''") + "'"
