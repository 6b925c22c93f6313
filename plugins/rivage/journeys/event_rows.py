"""Rows of touches and of orders: read, and refused with their place when a cell is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rivage import duck
from rivage.errors import FileInvalid
from rivage.journeys.table_file import TableFile, unreadable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TOUCH_COLUMNS = ("user_id", "touched_at", "channel"), ("campaign", "cost", "touch_type")
ORDER_COLUMNS = ("order_id", "user_id", "ordered_at", "revenue"), ()
_AMOUNT = "try_cast(revenue as decimal(18, 6))"


def read_orders(connection: DuckDBPyConnection, file: TableFile, user: str) -> tuple[int, int]:
    """Make the table `order_rows`; how many there are and their revenue in millionths.

    An order without a user is kept: nobody saw its touches.

    Raises:
        FileInvalid: no rows, an empty id, an instant or amount that is none, an id twice.
    """
    ordered = _instant(file, "ordered_at")
    with duck.refusals(lambda text: unreadable(file.path, text)):
        connection.execute(
            f"create temp table order_rows as select order_id, {user} as user_id, "
            f"{ordered} as ordered_us, ({_AMOUNT} * 1000000)::bigint as micros "
            f"from {file.relation}"
        )
    rows, *filled, distinct, micros = _one(
        connection,
        "select count(*), count(order_id), count(ordered_us), count(micros), "
        "count(distinct order_id), coalesce(sum(micros), 0) from order_rows",
    )
    _refuse_no_rows(file, rows)
    wrong = {
        "order_id is null": "order_id is empty",
        f"{ordered} is null": "ordered_at is no instant; write 2026-09-30 18:45:00 or with a zone",
        f"{_AMOUNT} is null": "revenue is no amount of money",
    }
    for count, (condition, what) in zip(filled, wrong.items(), strict=True):
        if count < rows:
            file.refuse(connection, condition, what)
    if distinct < rows:
        (twice,) = _one(
            connection,
            "select min(order_id)::varchar from (select order_id from order_rows "
            "group by order_id having count(*) > 1)",
        )
        same = f"order_id::varchar = {duck.literal(twice)}"
        file.refuse(connection, same, f"the order id {twice!r} stands there again", nth=1)
    return rows, int(micros)


def read_touches(
    connection: DuckDBPyConnection, file: TableFile, user: str
) -> dict[tuple[str, str], int]:
    """Make the relation `touches`; how many there are by channel and type of touch.

    A CSV is read once into a table; Parquet stays where it is, and only columns asked for are read.

    Raises:
        FileInvalid: no rows, an empty user or channel, an instant or cost that is none.
    """
    touched, kind = _instant(file, "touched_at"), "''"
    if "touch_type" in file.types:
        kind = "coalesce(touch_type::varchar, '')"
    channel = "trim(channel)" if file.is_text else "channel::varchar"
    rows = (
        f"select {user} as user_id, {touched} as touched_us, {channel} as channel, "
        f"{kind} as touch_type from {file.relation}"
    )
    with duck.refusals(lambda text: unreadable(file.path, text)):
        connection.execute(f"create temp {'table' if file.is_text else 'view'} touches as {rows}")
        counted = connection.execute(
            "select channel, touch_type, count(*) from touches group by all"
        ).fetchall()
    _refuse_no_rows(file, len(counted))
    if not all(row[0] and row[0].strip() for row in counted):
        file.refuse(connection, "coalesce(trim(channel), '') = ''", "channel is empty")
    wrong = {
        "user_id is null": "user_id is empty",
        f"{touched} is null": "touched_at is no instant; write 2026-09-30 18:45:00 or with a zone",
    }
    if "cost" in file.types:
        wrong["try_cast(cost as double) is null and cost is not null"] = "cost is no amount"
    if file.is_text or _may_hold_nulls(connection, file):
        for condition, what in wrong.items():
            any_wrong = f"select count(*) from {file.relation} where {condition}"
            if _one(connection, any_wrong)[0]:
                file.refuse(connection, condition, what)
    return {(row[0], row[1]): row[2] for row in counted}


def _instant(file: TableFile, name: str) -> str:
    """Microseconds since 1970, of text by the zone written in it and otherwise UTC."""
    if file.types[name] in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        return f"epoch_us({name})"
    return f"epoch_us(try_cast({name} as timestamptz))"


def _may_hold_nulls(connection: DuckDBPyConnection, file: TableFile) -> bool:
    """Whether Parquet's own statistics leave it open that an id or instant is missing."""
    (known,) = _one(
        connection,
        "select coalesce(bool_and(coalesce(stats_null_count = 0, false)), false) "
        f"from parquet_metadata({duck.literal(str(file.path))}) "
        "where path_in_schema in ('user_id', 'touched_at', 'cost')",
    )
    return not known or not file.types["touched_at"].startswith("TIMESTAMP")


def _refuse_no_rows(file: TableFile, rows: int) -> None:
    if not rows:
        raise FileInvalid(f"{file.path} has no rows, only its header.")


def _one(connection: DuckDBPyConnection, query: str) -> tuple:  # type: ignore[type-arg]
    """The one row of an aggregate."""
    row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has one
    return row
