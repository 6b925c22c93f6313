"""Spooled JSON records -> table `records` with the declared columns, in DuckDB SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivage.connectors.base import Account
from rivage.duck import literal
from rivage.errors import SchemaBroke
from rivage.landing import shape
from rivage.streams.model import Changes, Column, Daily, Stream
from rivage.windows import Window

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MISSING = "('', '-')"
FEW = 0.01
"""Share of an answer's records whose numbers may be unreadable, of a stream that sets such
records apart: more of them is another format, not a slip."""


def read(
    db: DuckDBPyConnection,
    stream: Stream,
    account: Account,
    window: Window,
    lines: Sequence[Path],
    count: int,
) -> tuple[tuple[str, ...], tuple[str, ...], shape.Types]:
    """Make table `records`: declared columns, `_extra`, `_day` (its window), `_hash`.

    Returns:
        Names of the top-level fields seen, of those no column declares, and JSON types
        by field, two levels deep.

    Raises:
        SchemaBroke: a record breaks the promise of a declared column.
    """
    listed = ", ".join(literal(str(path)) for path in lines)
    source = (
        f"read_ndjson_objects([{listed}])" if lines else "(select null::json as json where false)"
    )
    db.execute(f"create view lines as select json as line from {source}")
    names = [column.name for column in stream.columns]
    fields, types = shape.of_lines(db)
    db.execute(parsed_sql(stream))
    # What the types already prove for all records is not asked of each one again.
    extra = (
        "null::json as _extra" if shape.is_declared(stream, fields, types) else (extra_sql(stream))
    )
    proven = shape.keeps_promises(stream, types)
    declared = ", ".join(f"{value} as {c.name}" for c, value in columns_sql(stream))
    day = day_sql(stream, account, window)
    db.execute(
        f"create table records as with shaped as (select {declared}, {extra}, "
        f"md5_number(cast(line as varchar)) as _hash, {any_broken_sql(stream, proven)} as _broken "
        "from parsed) "
        f"select {', '.join(names)}, _extra, _hash, {day} as _day, _broken from shaped"
    )
    row = db.execute("select count(*) from records where _broken").fetchone()
    number = int(row[0]) if row else 0
    if number and not (stream.sets_apart and number <= FEW * count and _are_slips(db, stream)):
        # Only now is it worth a second reading to name the columns.
        broken = db.execute(broken_sql(stream)).fetchone() or ()
        refuse_broken(stream, dict(zip(names, broken, strict=True)), count)
    db.execute("alter table records drop column _broken")
    return fields, _undeclared(db), types


def day_sql(stream: Stream, account: Account, window: Window) -> str:
    """The window each record belongs to: its own day, or the run's when it has none."""
    if isinstance(stream.window, Daily):
        return f"try({stream.window.day})"
    if isinstance(stream.window, Changes):
        # Changes up to the moment of the pull come along and count for the last day.
        day = stream.window.day.format(zone=account.timezone)
        return f"least(try({day}), date {literal(str(window.end))})"
    return f"date {literal(str(window.end))}"


def _undeclared(db: DuckDBPyConnection) -> tuple[str, ...]:
    found = db.execute(
        "select distinct unnest(json_keys(_extra)) as name from records "
        "where _extra is not null order by name"
    ).fetchall()
    return tuple(name for (name,) in found)


def json_path(path: str) -> str:
    """`metrics.spend` -> `$."metrics"."spend"` as a SQL literal."""
    return literal("$" + "".join(f'."{part}"' for part in path.split(".")))


def parsed_sql(stream: Stream) -> str:
    """View `parsed`: the line, and as lists in the columns' order the declared values as
    text, their JSON types, and the nested values.

    One call reads all paths: a call per column would parse the record again for each,
    and hold a parsed chunk of records for each.
    """
    every = ", ".join(json_path(c.source) for c in stream.columns)
    nested = ", ".join(json_path(c.source) for c in stream.columns if c.type == "JSON")
    return (
        f"create view parsed as select line, json_extract_string(line, [{every}]) as texts, "
        f"json_type(line, [{every}]) as kinds, "
        f"{f'json_extract(line, [{nested}])' if nested else 'null::json[]'} as nested from lines"
    )


def columns_sql(stream: Stream) -> Iterator[tuple[Column, str]]:
    """Each column with its value out of view `parsed`, typed as the API sends it."""
    nested = 0
    for number, column in enumerate(stream.columns, start=1):
        if column.type == "JSON":
            nested += 1
            yield column, f"nullif(nested[{nested}], 'null'::json)"
        elif column.type == "VARCHAR":
            yield column, f"texts[{number}]"
        else:
            yield column, f"try_cast(texts[{number}] as {column.type})"


def extra_sql(stream: Stream) -> str:
    """Select list giving `_extra`: what is left of the record once every declared field is
    taken out, null when nothing is. Helper columns start with `_rest`."""
    patch: dict[str, Any] = {}
    containers: dict[int, set[tuple[str, ...]]] = {}
    for column in stream.columns:
        node, parts = patch, column.source.split(".")
        for depth, part in enumerate(parts[:-1], start=1):
            node = node.setdefault(part, {})
            containers.setdefault(depth, set()).add(tuple(parts[:depth]))
        node[parts[-1]] = None
    rest = f"json_merge_patch(line, {literal(json.dumps(patch))})"
    steps = [f"{rest} as _rest"]
    # A container emptied by the patch says nothing; the inner ones go first. All of one
    # depth go in one step, because each use of a helper column repeats its expression.
    for depth in sorted(containers, reverse=True):
        before = f"_rest{len(steps) - 1 or ''}"
        after = before
        for path in sorted(containers[depth]):
            empty = f"json_extract({before}, {json_path('.'.join(path))}) = '{{}}'::json"
            nothing = literal(json.dumps(_nested(path)))
            after = f"json_merge_patch({after}, case when {empty} then {nothing} else '{{}}' end)"
        steps.append(f"{after} as _rest{len(steps)}")
    last = f"_rest{len(steps) - 1 or ''}"
    return ", ".join([*steps, f"nullif({last}, '{{}}'::json) as _extra"])


def _nested(path: tuple[str, ...]) -> dict[str, Any]:
    """`("a", "b")` -> `{"a": {"b": None}}`."""
    return {path[0]: _nested(path[1:]) if len(path) > 1 else None}


def any_broken_sql(stream: Stream, proven: bool) -> str:
    """Whether a record breaks the promise of any column.

    Args:
        proven: the types of all records show that every structure is as declared, so that
            only the values themselves are looked at.
    """
    checks = (
        _unreadable(column, number) if proven else _broken(column, number)
        for number, column in enumerate(stream.columns, start=1)
    )
    told = [f"({check})" for check in checks if check != "false"]
    return f"coalesce({' or '.join(told)}, false)" if told else "false"


def _are_slips(db: DuckDBPyConnection, stream: Stream) -> bool:
    """Whether all that breaks a promise is a text that should be a number."""
    return not any(db.execute(broken_sql(stream, slips_pass=True)).fetchone() or ())


def broken_sql(stream: Stream, slips_pass: bool = False) -> str:
    """One row: for each column that is checked, how many records break its promise.

    Args:
        slips_pass: a text that does not read as the number it should be breaks none.
    """
    checks = [
        f"count(*) filter (where {_broken(column, number, slips_pass)}) as {column.name}"
        for number, column in enumerate(stream.columns, start=1)
    ]
    return f"select {', '.join(checks)} from parsed"


def _broken(column: Column, number: int, slips_pass: bool = False) -> str:
    slips = column.number and slips_pass
    rules = [f"kinds[{number}] in ('OBJECT', 'ARRAY')" if slips else _unreadable(column, number)]
    if column.required:
        rules.append(f"coalesce(kinds[{number}], 'NULL') = 'NULL'")
    if column.type == "VARCHAR" and not column.number:
        rules.append(f"kinds[{number}] in ('OBJECT', 'ARRAY')")
    return " or ".join(rule for rule in rules if rule != "false") or "false"


def _unreadable(column: Column, number: int) -> str:
    """A value is there and does not read as what the column says."""
    value = f"texts[{number}]"
    if column.number:
        return f"({value} not in {MISSING} and try_cast({value} as double) is null)"
    if column.type not in ("VARCHAR", "JSON"):
        return f"({value} is not null and try_cast({value} as {column.type}) is null)"
    return "false"


def refuse_broken(stream: Stream, counts: dict[str, int], records: int) -> None:
    """Raise SchemaBroke naming the columns whose promise some records break."""
    broken = {name: count for name, count in counts.items() if count}
    if not broken:
        return
    columns = {column.name: column for column in stream.columns}
    told = []
    for name, count in sorted(broken.items()):
        column = columns[name]
        wanted = "a number" if column.number else f"a {column.type}"
        rule = f"{'present and ' if column.required else ''}{wanted} at `{column.source}`"
        told.append(f"{name} must be {rule}, {count} of {records} records are not so")
    raise SchemaBroke("The answer changed its shape: " + "; ".join(told) + ".", stream=stream.name)
