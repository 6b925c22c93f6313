"""Delivered Parquet files -> table `records`, for sources that send files, not pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rivage.connectors.base import Account, Files
from rivage.duck import literal
from rivage.errors import SchemaBroke
from rivage.landing.file_urls import teach
from rivage.landing.records import day_sql
from rivage.landing.shape import Types, of_columns
from rivage.streams.model import Column, Stream
from rivage.windows import Window

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Delivered:
    """What the files held: their number, size, the columns seen, undeclared, and of which types."""

    files: int
    bytes: int
    fields: tuple[str, ...]
    undeclared: tuple[str, ...]
    types: Types


def read(
    db: DuckDBPyConnection,
    stream: Stream,
    account: Account,
    window: Window,
    delivered: list[Files],
    salt: str,
) -> Delivered:
    """Make `records` as for pages, a view here: the files are read once, when they are
    landed. Nested columns stay as delivered, so that children no column declares are
    kept too; undeclared columns go to `_extra`.

    Raises:
        SchemaBroke: a required column is missing or null.
    """
    paths = [path for part in delivered for path in part.paths]
    listed = ", ".join(literal(str(path)) for path in paths)
    db.execute(
        f"create view delivered as select * from read_parquet([{listed}], union_by_name = true)"
    )
    seen = {str(name): str(kind) for name, kind, *_ in db.execute("describe delivered").fetchall()}
    _refuse_missing(db, stream, seen)
    declared = {column.name for column in stream.columns}
    undeclared = tuple(sorted(set(seen) - declared))
    dropped = _dropped(stream)
    hashed = {p.path for p in stream.personal if p.action == "hash"}
    urls = teach(db, stream, salt)
    columns = [_column_sql(c, seen, dropped, hashed, urls, salt) for c in stream.columns]
    kept = [name for name in undeclared if name not in dropped]
    pack = ", ".join(f'"{name}" := "{name}"' for name in kept)
    extra = f"to_json(struct_pack({pack}))" if kept else "null::json"
    content = _content(delivered)
    db.execute(
        f"create view records as with shaped as (select {', '.join(columns)}, "
        f"{extra} as _extra from delivered) select *, {content}::uhugeint as _hash, "
        f"{day_sql(stream, account, window)} as _day from shaped"
    )
    size = sum(path.stat().st_size for path in paths)
    return Delivered(len(paths), size, tuple(sorted(seen)), undeclared, of_columns(seen))


def _refuse_missing(db: DuckDBPyConnection, stream: Stream, seen: dict[str, str]) -> None:
    for column in stream.columns:
        if not column.required:
            continue
        absent = column.name not in seen
        row = (
            None
            if absent
            else db.execute(
                f"select count(*) from delivered where {column.name} is null"
            ).fetchone()
        )
        if absent or (row and row[0]):
            told = "is missing" if absent else f"is null in {row[0]} rows" if row else ""
            raise SchemaBroke(
                f"The files changed their shape: column {column.name} {told}.", stream=stream.name
            )


def _dropped(stream: Stream) -> dict[str, set[str]]:
    """Columns to drop whole (no children named) or by child."""
    dropped: dict[str, set[str]] = {}
    for field in stream.personal:
        if field.action == "drop":
            column, _, child = field.path.partition(".")
            dropped.setdefault(column, set())
            if child:
                dropped[column].add(child)
    return dropped


def _column_sql(
    column: Column,
    seen: dict[str, str],
    dropped: dict[str, set[str]],
    hashed: set[str],
    urls: dict[str, str],
    salt: str,
) -> str:
    name = column.name
    if name not in seen:
        return f"cast(null as {column.type}) as {name}"
    if name in hashed:
        return f"sha256({literal(salt)} || lower(trim({name}))) as {name}"
    if name in urls:
        return f"{urls[name]} as {name}"
    blanks = (
        ", ".join(f"{child} := cast(null as varchar)" for child in sorted(dropped[name]))
        if name in dropped
        else ""
    )
    # struct_update keeps the other children, also ones no column declares
    return f"struct_update({name}, {blanks}) as {name}" if blanks else name


def _content(delivered: list[Files]) -> str:
    """One number for the files' bytes: their edition, as every row's share of the hash."""
    digest = hashlib.sha256("|".join(part.version for part in delivered).encode())
    return str(int(digest.hexdigest()[:30], 16))
