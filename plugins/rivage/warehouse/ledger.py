"""The ledger: which landed objects the warehouse knows, has loaded, and must still build.

Every table here can be dropped; the next build makes it again from landing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from rivage.duck import insert
from rivage.landing.manifest import Manifest
from rivage.landing.store import Store
from rivage.publish.releases import Release
from rivage.streams.model import Stream
from rivage.warehouse import pulls
from rivage.warehouse.access import Access
from rivage.warehouse.access import write as write_access
from rivage.warehouse.stream_status import STATUS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES = """
create schema if not exists ledger;
create schema if not exists landing;
create table if not exists ledger.manifests (
    manifest_key varchar primary key, stream varchar, account_id varchar,
    window_start date, window_end date, pull_id varchar, pulled_at timestamptz,
    row_count bigint, content varchar, object varchar, sha256 varchar
);
create table if not exists ledger.loaded_windows (
    stream varchar, account_id varchar, window_start date, content varchar, pull_id varchar,
    primary key (stream, account_id, window_start)
);
create table if not exists ledger.loaded_pulls (manifest_key varchar primary key);
create table if not exists ledger.pending_windows (
    stream varchar, account_id varchar, window_start date, pull_id varchar
);
create table if not exists ledger.ignored_accounts (account_id varchar primary key);
create table if not exists ledger.pending_people (person_id varchar, first_date date);
create table if not exists ledger.pending_credit_days (subject varchar, changed_date date);
create table if not exists ledger.horizon (horizon date);
create table if not exists ledger.project (fingerprint varchar);
create table if not exists ledger.versions (
    version varchar, published_at timestamptz, build_id varchar, content_sha256 varchar,
    git_commit varchar, horizon date, tables integer, total_rows bigint,
    audit_verdict varchar, open_waivers integer, note varchar
);
"""


def prepare(
    db: DuckDBPyConnection,
    streams: Iterable[Stream],
    ignored: Iterable[str],
    access: Access | None = None,
) -> None:
    """Create what is missing and write down what declarations and settings say."""
    db.execute(TABLES)
    db.execute("delete from ledger.ignored_accounts")
    write_access(db, streams, access)
    for stream in streams:
        _make_table(db, stream)
        pulls.prepare(db, stream)
    for account in ignored:
        db.execute("insert into ledger.ignored_accounts values (?)", [account])
    db.execute(STATUS)


def _make_table(db: DuckDBPyConnection, stream: Stream) -> None:
    """The raw table; one of an older declaration is dropped and loaded again."""
    columns = ", ".join(f"{c.name} {c.type}" for c in stream.columns)
    made = (
        f"create or replace table landing.{{}} ({columns}, _extra json, "
        "_pull_id varchar, _pulled_at timestamptz, _account_id varchar, _window_start date)"
    )
    shape = "select column_name, data_type from duckdb_columns() where table_name = ? order by all"
    db.execute(made.format("declared_shape"))
    wanted = db.execute(shape, ["declared_shape"]).fetchall()
    db.execute("drop table landing.declared_shape")
    found = db.execute(shape, [stream.name]).fetchall()
    if found == wanted:
        return
    db.execute(made.format(stream.name))
    if found:
        db.execute(
            "delete from ledger.loaded_pulls where manifest_key in "
            "(select manifest_key from ledger.manifests where stream = ?)",
            [stream.name],
        )
        db.execute("delete from ledger.loaded_windows where stream = ?", [stream.name])


def register(db: DuckDBPyConnection, store: Store) -> int:
    """Read the manifests the ledger does not know yet; returns how many were new."""
    known = {k for (k,) in db.execute("select manifest_key from ledger.manifests").fetchall()}
    new = sorted(set(store.manifests()) - known)
    rows = []
    for key in new:
        m = Manifest.from_json(store.read_text(key))
        rows.append(
            [
                key,
                m.stream,
                m.account_id,
                m.window_start,
                m.window_end,
                m.pull_id,
                m.pulled_at,
                m.rows,
                m.content,
                m.object,
                m.sha256,
            ]
        )
    insert(db, "ledger.manifests", rows)
    return len(rows)


def set_horizon(db: DuckDBPyConnection) -> date | None:
    """The last day that every stream marts wait for covers, for every account of it.

    A source that says it serves its days late is waited for no longer than it says.
    """
    db.execute("delete from ledger.horizon")
    db.execute("insert into ledger.horizon values (null)")
    row = db.execute(
        "select min(least(covered_to + latency_days, newest)) from ("
        "select *, max(covered_to) over () as newest from ledger.stream_status where required)"
    ).fetchone()
    horizon: date | None = row[0] if row else None
    db.execute("update ledger.horizon set horizon = ?", [horizon])
    return horizon


def horizon(db: DuckDBPyConnection) -> date | None:
    """The horizon of the last load."""
    row = db.execute("select horizon from ledger.horizon").fetchone()
    return row[0] if row else None


def forget_loads(db: DuckDBPyConnection, streams: Iterable[Stream]) -> None:
    """Empty the raw tables and what is known of them; the next build is a full one."""
    for stream in streams:
        db.execute(f"delete from landing.{stream.name}")
        pulls.forget(db, stream)
    for table in ("loaded_windows", "loaded_pulls", "project"):
        db.execute(f"delete from ledger.{table}")
    forget_pending(db)


def forget_pending(db: DuckDBPyConnection) -> None:
    """What changed is built: nothing waits any more."""
    for table in ("pending_windows", "pending_people", "pending_credit_days"):
        db.execute(f"delete from ledger.{table}")


def landed_streams(db: DuckDBPyConnection) -> set[str]:
    """Streams of which a window has landed, with rows or without."""
    return {name for (name,) in db.execute("select stream from ledger.stream_status").fetchall()}


def build_id(db: DuckDBPyConnection, project: str, access: Access) -> str:
    """Names what a build is made of: the manifests in reach with what they hold (removing a
    person changes that of an old one), the dbt project, and who may be read."""
    row = db.execute(
        "select string_agg(manifest_key || '=' || content, '|' order by manifest_key) "
        "from ledger.manifests, "
        "ledger.horizon where window_start <= horizon"
    ).fetchone()
    text = f"{project}|{access.text}|{row[0] if row else ''}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def built_with(db: DuckDBPyConnection) -> str:
    """Fingerprint of the dbt project behind what is built; "" when that is unsure."""
    row = db.execute("select fingerprint from ledger.project").fetchone()
    return str(row[0]) if row else ""


def set_built_with(db: DuckDBPyConnection, fingerprint: str) -> None:
    """Write down which dbt project the models were built with."""
    db.execute("delete from ledger.project")
    db.execute("insert into ledger.project values (?)", [fingerprint])


def set_versions(db: DuckDBPyConnection, releases: Iterable[Release]) -> None:
    """Copy the releases' own records, so that ops_versions can list them."""
    db.execute("delete from ledger.versions")
    insert(db, "ledger.versions", [release.row() for release in releases])
