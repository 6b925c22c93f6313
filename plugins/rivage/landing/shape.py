"""Which fields the records have and of which JSON types: what drift is measured by.

Two levels deep: a field, and the children of a field that is an object.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rivage.duck import literal
from rivage.streams.model import Stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ABSENT = "ABSENT"
"""Stands among a field's types when some records lack it (a child: when some of the
objects it belongs to do)."""
NULL = "NULL"
LARGEST_OBJECT = 200
"""An object with more children than this is a map: its keys are data, not fields."""

_KIND = """case
    when type in ('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT') then 'INTEGER' else type end"""

Types = dict[str, tuple[str, ...]]


def of_lines(db: DuckDBPyConnection) -> tuple[tuple[str, ...], Types]:
    """Fields and types of the JSON records in view `lines` (column `line`).

    Returns:
        Names of the top-level fields, and by dotted name the JSON types seen: VARCHAR,
        INTEGER, DOUBLE, BOOLEAN, OBJECT, ARRAY, NULL, and ABSENT.
    """
    found = db.execute(
        "select distinct unnest(json_keys(line)) as name from lines order by name"
    ).fetchall()
    tops = tuple(str(name) for (name,) in found)
    plain = [name for name in tops if _can_be_asked_for(name)]
    if not plain:
        return tops, {}
    asked: dict[str, str | None] = dict.fromkeys(plain)
    asked |= {f"{top}.{child}": top for top, child in _children(db, plain)}
    names = list(asked)
    paths = [_path(n) if top is None else _path(top, n[len(top) + 1 :]) for n, top in asked.items()]
    counted = db.execute(
        f"select name, {_KIND} as kind, count(*) from (select unnest({_list(names)}) as name, "
        f"unnest(json_type(line, {_list(paths)})) as type from lines) group by all order by all"
    ).fetchall()
    counts: dict[str, dict[str, int]] = {name: {} for name in names}
    for name, kind, count in counted:
        counts[name][kind or ABSENT] = count
    for name, top in asked.items():
        if top is not None:  # the child of what is no object is not missing
            objects = counts[top].get("OBJECT", 0)
            present = sum(n for kind, n in counts[name].items() if kind != ABSENT)
            counts[name].pop(ABSENT, None)
            if present < objects:
                counts[name][ABSENT] = objects - present
    return tops, {name: tuple(sorted(kinds)) for name, kinds in counts.items() if kinds}


def is_declared(stream: Stream, tops: Iterable[str], types: Types) -> bool:
    """Whether no record can hold a field that no column declares; False when unsure."""
    paths = [tuple(column.source.split(".")) for column in stream.columns]
    whole = {path for path in paths if len(path) <= 2}
    containers = {path[0] for path in paths if len(path) == 2}
    if any(len(path) > 2 for path in paths) or set(tops) - set(types):
        return False
    for name in types:
        top, _, child = name.partition(".")
        if (top,) in whole or (child and (top, child) in whole):
            continue
        if child or top not in containers or set(types[top]) != {"OBJECT"}:
            return False
    # An object's children are listed only up to a number; beyond it they are data.
    return all(any(name.startswith(f"{top}.") for name in types) for top in containers & set(tops))


def keeps_promises(stream: Stream, types: Types) -> bool:
    """Whether the types show that required fields are always there and texts are no
    objects or lists; False when unsure."""
    for column in stream.columns:
        top, _, child = column.source.partition(".")
        kinds = set(types.get(column.source, (ABSENT,)))
        if "." in child or (child and set(types.get(top, (ABSENT,))) != {"OBJECT"}):
            return False
        if column.required and kinds & {ABSENT, NULL}:
            return False
        if column.type == "VARCHAR" and not column.number and kinds & {"OBJECT", "ARRAY"}:
            return False
    return True


def of_columns(kinds: dict[str, str]) -> Types:
    """Types of delivered columns, from DuckDB's name of each column's type."""
    types: Types = {}
    for name, kind in kinds.items():
        if kind.endswith("[]"):
            types[name] = ("ARRAY",)
        elif kind.startswith(("STRUCT", "MAP")):
            types[name] = ("OBJECT",)
        else:
            whole = kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
            types[name] = ("INTEGER",) if whole else (kind.partition("(")[0],)
    return types


def _children(db: DuckDBPyConnection, tops: list[str]) -> list[tuple[str, str]]:
    """(field, child) of the fields that are objects, maps left out."""
    paths = _list(_path(name) for name in tops)
    found = db.execute(
        "select top, list(child order by child) from ("
        f"select distinct unnest({_list(tops)}) as top, unnest(json_keys(line, {paths})) as keys "
        "from lines), unnest(keys) as u(child) group by top order by top"
    ).fetchall()
    children = {top: sorted(set(names)) for top, names in found}
    return [
        (top, child)
        for top, names in children.items()
        if len(names) <= LARGEST_OBJECT
        for child in names
        if _can_be_asked_for(child)
    ]


def _can_be_asked_for(name: str) -> bool:
    """Whether the name can stand in a path; others are landed all the same."""
    return bool(name) and not set(name) & set('"*\\')


def _path(*names: str) -> str:
    return "$" + "".join(f'."{name}"' for name in names)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(literal(text) for text in texts)}]"
