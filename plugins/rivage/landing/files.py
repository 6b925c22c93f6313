"""Delivered Parquet files -> table `records`, for sources that send files, not pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rivage.connectors.base import Account, Files
from rivage.duck import literal
from rivage.errors import SchemaBroke
from rivage.landing.file_urls import teach
from rivage.landing.nested import not_finite, tidied
from rivage.landing.records import day_sql
from rivage.landing.shape import Types, of_columns
from rivage.streams.model import Column, Stream
from rivage.windows import Window

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from duckdb.sqltypes import DuckDBPyType


@dataclass(frozen=True)
class Delivered:
    """What the files held: their number, size, the columns seen, undeclared, of which types,
    and doubts about their values."""

    files: int
    bytes: int
    fields: tuple[str, ...]
    undeclared: tuple[str, ...]
    types: Types
    notes: tuple[str, ...]


def read(
    db: DuckDBPyConnection,
    stream: Stream,
    account: Account,
    window: Window,
    delivered: list[Files],
    salt: str,
) -> Delivered:
    """Make `records` as for pages, a view here: the files are read when they are hashed and
    when they are landed, and never held. Nested columns keep children that no column
    declares; undeclared columns go to `_extra`.

    Raises:
        SchemaBroke: a required column is missing or null.
    """
    paths = [path for part in delivered for path in part.paths]
    listed = ", ".join(literal(str(path)) for path in paths)
    # Its cache of what was read would fill the memory that the pull has.
    db.execute("set enable_external_file_cache = false")
    db.execute(f"create view sent as select * from read_parquet([{listed}], union_by_name = true)")
    sent = db.view("sent")
    kinds = {f'"{name}"': kind for name, kind in zip(sent.columns, sent.types, strict=True)}
    tidy = ", ".join(f"{tidied(name, kind)} as {name}" for name, kind in kinds.items())
    db.execute(f"create view delivered as select {tidy} from sent")
    seen = {name.strip('"'): str(kind) for name, kind in kinds.items()}
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
    # Of the values, not of the files: the same events are the same content however they came.
    # Another release of DuckDB may hash otherwise; a day is then landed again at its next edition.
    row = ", ".join(f"{column.name} := {column.name}" for column in stream.columns)
    db.execute(
        f"create view records as with shaped as (select {', '.join(columns)}, "
        f"{extra} as _extra from delivered) select *, "
        f"hash(struct_pack({row}, _extra := cast(_extra as varchar)))::uhugeint as _hash, "
        f"{day_sql(stream, account, window)} as _day from shaped"
    )
    size = sum(path.stat().st_size for path in paths)
    notes = tuple(dict.fromkeys(note for part in delivered for note in part.notes))
    return Delivered(
        len(paths), size, tuple(sorted(seen)), undeclared, of_columns(seen),
        (*notes, *_not_finite(db, kinds)),
    )  # fmt: skip


def _not_finite(db: DuckDBPyConnection, kinds: dict[str, DuckDBPyType]) -> tuple[str, ...]:
    told = " + ".join(filter(None, (not_finite(name, kind) for name, kind in kinds.items())))
    row = db.execute(f"select sum({told}) from sent").fetchone() if told else None
    if not row or not row[0]:
        return ()
    return (f"{row[0]} values that are no finite number (NaN, Infinity) were landed as null",)


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
