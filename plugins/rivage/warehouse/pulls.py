"""Landing -> warehouse: what each pull of a restated day said, not only the newest.

A platform rewrites its past. Landing keeps every pull that brought something new; of the streams
that ask for it (`Stream.kept_columns`) those columns of all such pulls are loaded beside the
newest state: `landing.<stream>__pulls`, and one line per pull in `ledger.kept_pulls`. Only pulls
that are new since the last build are read.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rivage.duck import insert
from rivage.landing.store import Store
from rivage.streams.model import Stream
from rivage.warehouse.reading import read

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

SUFFIX = "__pulls"
"""Of the table's name, and of the name under which its days become pending."""

TABLE = """
create table if not exists ledger.kept_pulls (
    stream varchar, account_id varchar, window_start date, pull_id varchar,
    pulled_at timestamptz, previous_pulled_at timestamptz,
    primary key (stream, account_id, window_start, pull_id)
)
"""

# A day without rows is a statement as well; a pull that repeats the one before it is none.
NEW = """
with told as (
    select
        *,
        lag(content) over pulls as previous_content,
        lag(pulled_at) over pulls as previous_pulled_at
    from ledger.manifests
    where stream = $stream
    window pulls as (partition by account_id, window_start order by pull_id)
)
select account_id, window_start, pull_id, pulled_at, previous_pulled_at, object, sha256
from told, ledger.horizon as h
where window_start <= h.horizon and content is distinct from previous_content
    and not exists (
        select 1 from ledger.kept_pulls as k
        where k.stream = $stream and k.account_id = told.account_id
            and k.window_start = told.window_start and k.pull_id = told.pull_id
    )
order by all
"""


def prepare(db: DuckDBPyConnection, stream: Stream) -> None:
    """Create what is missing; a table of an older declaration is made again, empty."""
    db.execute(TABLE)
    if not stream.kept_columns:
        return
    types = {c.name: c.type for c in stream.columns}
    wanted = [(name, types[name]) for name in (*stream.keys, *stream.kept_columns)]
    stamps = [("_pull_id", "VARCHAR"), ("_account_id", "VARCHAR"), ("_window_start", "DATE")]
    found = db.execute(
        "select column_name, data_type from duckdb_columns() "
        "where schema_name = 'landing' and table_name = ? order by column_index",
        [stream.name + SUFFIX],
    ).fetchall()
    if found == wanted + stamps:
        return
    listed = ", ".join(f"{name} {type_}" for name, type_ in wanted + stamps)
    db.execute(f"create or replace table landing.{stream.name}{SUFFIX} ({listed})")
    db.execute("delete from ledger.kept_pulls where stream = ?", [stream.name])


def load(db: DuckDBPyConnection, store: Store, stream: Stream) -> int:
    """Add the pulls that said something new since the last load; returns how many.

    An earlier object that is gone or damaged is left out with a warning: the newest pull of its
    day is what marts rest on, and pulling the day again must be enough to go on.
    """
    if not stream.kept_columns:
        return 0
    rows = db.execute(NEW, {"stream": stream.name}).fetchall()
    objects: dict[str, str] = {}
    kept = []
    for *pull, key, digest in rows:
        if key and not store.intact(key, digest):
            log.warning("landing/%s is damaged: what it said of its day is not kept", key)
            continue
        if key:
            objects[key] = digest
        kept.append([stream.name, *pull])
    if not kept:
        return 0
    table, columns = f"landing.{stream.name}{SUFFIX}", (*stream.keys, *stream.kept_columns)
    listed = ", ".join((*columns, "_pull_id", "_account_id", "_window_start"))
    for landed in read(db, store, stream, objects):
        db.execute(f"insert into {table} by name select {listed} from ({landed})")
    insert(db, "ledger.kept_pulls", kept)
    insert(
        db,
        "ledger.pending_windows",
        [(stream.name + SUFFIX, account, start, pull) for _, account, start, pull, *_ in kept],
    )
    return len(kept)


def forget(db: DuckDBPyConnection, stream: Stream) -> None:
    """Empty what is kept of a stream; the next load reads all its pulls again."""
    if stream.kept_columns:
        db.execute(f"delete from landing.{stream.name}{SUFFIX}")
        db.execute("delete from ledger.kept_pulls where stream = ?", [stream.name])
