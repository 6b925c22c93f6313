"""Landing -> warehouse: only windows whose newest pull brought something new."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from rivage.duck import insert, literal
from rivage.landing.store import Store
from rivage.streams.model import Changes, Stream
from rivage.warehouse import ledger, pulls
from rivage.warehouse.access import Access
from rivage.warehouse.reading import read

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEWEST = """
select m.account_id, m.window_start, m.content, m.pull_id, m.object, m.sha256
from ledger.manifests as m, ledger.horizon as h
where m.stream = $stream and m.window_start <= h.horizon
qualify row_number() over (partition by account_id, window_start order by m.pull_id desc) = 1
"""

CHANGED = f"""
select n.account_id, n.window_start, n.content, n.pull_id, n.object, n.sha256
from ({NEWEST}) as n
left join ledger.loaded_windows as w
    on w.stream = $stream and w.account_id = n.account_id and w.window_start = n.window_start
where w.content is distinct from n.content
order by all
"""

# Pulls of a changes stream add up: an order moves to the window of its last change, so
# an older pull of a window can be the only place a record is in.
NEW_PULLS = """
select m.account_id, m.window_start, m.manifest_key, m.pull_id, m.object, m.sha256
from ledger.manifests as m, ledger.horizon as h
where m.stream = $stream and m.window_start <= h.horizon
    and not exists (select 1 from ledger.loaded_pulls as p where p.manifest_key = m.manifest_key)
order by m.pull_id
"""


def load_all(
    db: DuckDBPyConnection,
    store: Store,
    streams: Collection[Stream],
    ignored: Iterable[str] = (),
    access: Access | None = None,
) -> dict[str, int]:
    """Bring every raw table up to date with landing, inside the caller's transaction.

    Every changed window is written to ledger.pending_windows, where it stays until a
    build has finished with it.

    Args:
        access: None takes every source for configured.

    Returns:
        How many windows changed, by stream.
    """
    ledger.prepare(db, streams, ignored, access)
    before = ledger.horizon(db)
    ledger.register(db, store)
    now = ledger.set_horizon(db)
    if before and (now is None or now < before):
        # A stream or account that marts must wait for is new and ends earlier: days that
        # were in reach are not any more. Start over, as a first build would.
        ledger.forget_loads(db, streams)
    return {stream.name: load(db, store, stream) for stream in streams}


def load(db: DuckDBPyConnection, store: Store, stream: Stream) -> int:
    """Bring one stream's raw table up to date; returns how many windows changed."""
    if isinstance(stream.window, Changes):
        return _add_pulls(db, store, stream, stream.window)
    pulls.load(db, store, stream)
    return _replace_windows(db, store, stream)


def _replace_windows(db: DuckDBPyConnection, store: Store, stream: Stream) -> int:
    rows = db.execute(CHANGED, {"stream": stream.name}).fetchall()
    if not rows:
        return 0
    keys = ", ".join(f"({literal(a)}, date {literal(str(s))})" for a, s, *_ in rows)
    db.execute(f"delete from landing.{stream.name} where (_account_id, _window_start) in ({keys})")
    objects = {obj: digest for *_, obj, digest in rows if obj}
    for landed in read(db, store, stream, objects):
        db.execute(f"insert into landing.{stream.name} by name {landed}")
    insert(db, "ledger.loaded_windows", [(stream.name, *row[:4]) for row in rows], replace=True)
    _pending(db, [(stream.name, account, start, pull) for account, start, _, pull, *_ in rows])
    return len(rows)


def _add_pulls(db: DuckDBPyConnection, store: Store, stream: Stream, window: Changes) -> int:
    """Of each key keep the record changed last; of equal ones the one pulled last."""
    rows = db.execute(NEW_PULLS, {"stream": stream.name}).fetchall()
    if not rows:
        return 0
    # A pull that brought nothing new names an earlier pull's object: nothing to load.
    own = [row for row in rows if row[4] and row[3] in row[4]]
    table = f"landing.{stream.name}"
    keys = ", ".join(["_account_id", *stream.keys])
    here = f"({keys}) in (select ({keys}) from incoming)"
    for landed in read(db, store, stream, {row[4]: row[5] for row in own}):
        db.execute(f"create or replace temp table incoming as {landed}")
        db.execute(f"insert into incoming by name select * from {table} where {here}")
        db.execute(f"delete from {table} where {here}")
        db.execute(
            f"insert into {table} by name select * from incoming qualify row_number() over ("
            f"partition by {keys} order by {window.cursor} desc, _pulled_at desc, _pull_id desc"
            ") = 1"
        )
    db.execute("drop table if exists incoming")
    _pending(db, [(stream.name, account, start, pull) for account, start, _, pull, *_ in own])
    insert(db, "ledger.loaded_pulls", [(row[2],) for row in rows])
    newest = {(account, start): pull for account, start, _, pull, *_ in rows}
    loaded = [(stream.name, *window, "", pull) for window, pull in newest.items()]
    insert(db, "ledger.loaded_windows", loaded, replace=True)
    return len(own)


def _pending(db: DuckDBPyConnection, windows: list[tuple[str, str, object, str]]) -> None:
    insert(db, "ledger.pending_windows", windows)
