"""Rows as BigQuery sends them (lists of cells without names) -> Parquet files.

DuckDB decodes by SQL that is made from the table's schema; Python never touches a cell, and
no number passes through a float on its way to an integer. One page is in memory at a time,
and the decoded rows of a few.

Source: BigQuery API v2, tabledata.list: `{"f": [{"v": …}]}`, nested for records, a list for
repeated fields, every scalar a string.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivage.duck import literal, refusals
from rivage.errors import ResponseTruncated, RivageError, SchemaBroke

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Field = dict[str, Any]
PART_ROWS = 32_768
"""Rows after which a file is written."""
GROUP_ROWS = 16_384
_TYPES = {
    "INTEGER": "BIGINT", "INT64": "BIGINT", "FLOAT": "DOUBLE", "FLOAT64": "DOUBLE",
    "BOOLEAN": "BOOLEAN", "BOOL": "BOOLEAN", "DATE": "DATE", "TIME": "TIME",
    "DATETIME": "TIMESTAMP", "NUMERIC": "DECIMAL(38, 9)",
}  # fmt: skip
"""All others, also types of the future, stay the text that was sent."""
_RECORDS = ("RECORD", "STRUCT")
_CELLS = '{"f":[{"v":"VARCHAR"}]}'
_AS_TEXT = {"device.is_limited_ad_tracking": ("Yes", "No")}
"""A boolean in some tables and one of these texts in others."""


class Rows:
    """Takes one table's pages, in order.

    Args:
        folder: where the files go.
        inside: microseconds, from one to before the other, in which `event_timestamp` of the
            rows should lie.
    """

    def __init__(
        self,
        db: DuckDBPyConnection,
        fields: Sequence[Field],
        folder: Path,
        inside: tuple[int, int],
    ) -> None:
        self.paths: list[Path] = []
        self.count, self.inside = 0, 0
        self.first: int | None = None
        self.last: int | None = None
        self._db, self._folder, self._bounds = db, folder, inside
        self._width, self._waiting = len(fields), 0
        self._timed = any(each["name"] == "event_timestamp" for each in fields)
        columns = (f'{cell(f"r.f[{n}].v", each)} as "{each["name"]}"'
                   for n, each in enumerate(fields, start=1))  # fmt: skip
        self._decode = f"select {', '.join(columns)} from page_rows"
        db.execute("create or replace temp table page_rows (r struct(f struct(v varchar)[]))")
        db.execute(f"create or replace temp table waiting as {self._decode}")

    def open(self, body: bytes) -> tuple[str, int | None] | RivageError:
        """Read a page without taking its rows.

        Returns:
            The token of the next page, "" after the last, and the rows of the whole table;
            ResponseTruncated when the body is no such page.
        """
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = ""
        wanted = '{"kind":"VARCHAR","pageToken":"VARCHAR","totalRows":"BIGINT","rows":["JSON"]}'
        try:
            with refusals(_broken):
                self._db.execute(
                    f"create or replace temp table page as select from_json(?, '{wanted}') as p",
                    [text],
                )
                self._db.execute(
                    "create or replace temp table page_rows as "
                    f"select from_json(one, '{_CELLS}') as r "
                    "from (select unnest(p.rows) as one from page)"
                )
                row = self._db.execute("select p.kind, p.pageToken, p.totalRows from page")
                kind, token, total = row.fetchone() or (None, None, None)
        except ResponseTruncated as broken:
            return broken
        if kind is None and total is None:
            return _broken("no table data")
        return token or "", total

    def fits(self) -> bool:
        """Whether each row of the open page has as many cells as the schema has fields."""
        row = self._db.execute(
            f"select count(*) from page_rows where len(r.f) is distinct from {self._width}"
        ).fetchone()
        return bool(row and not row[0])

    def take(self) -> None:
        """Decode the open page's rows.

        Raises:
            SchemaBroke: a value is not of the type the schema says.
        """
        try:
            with refusals(_other_type):
                row = self._db.execute(f"insert into waiting {self._decode}").fetchone()
        except SchemaBroke as broken:
            raise broken from None  # DuckDB's text quotes the value, which may be a person's
        added = int(row[0]) if row else 0
        self.count += added
        self._waiting += added
        if self._waiting >= PART_ROWS:
            self._write()

    def finish(self) -> tuple[Path, ...]:
        """The files; one without rows when there were none."""
        if self._waiting or not self.paths:
            self._write()
        return tuple(self.paths)

    def _write(self) -> None:
        path = self._folder / f"part{len(self.paths):05}.parquet"
        self._db.execute(
            f"copy waiting to {literal(str(path))} "
            f"(format parquet, compression zstd, row_group_size {GROUP_ROWS})"
        )
        self.paths.append(path)
        if self._timed:
            start, end = self._bounds
            told = self._db.execute(
                "select min(event_timestamp), max(event_timestamp), count(*) filter "
                f"(where event_timestamp >= {start} and event_timestamp < {end}) from waiting"
            ).fetchone()
            first, last, inside = told or (None, None, 0)
            self.first = min((n for n in (self.first, first) if n is not None), default=None)
            self.last = max((n for n in (self.last, last) if n is not None), default=None)
            self.inside += inside
        self._db.execute("truncate waiting")
        self._waiting = 0


def cell(value: str, field: Field, path: str = "", depth: int = 0) -> str:
    """SQL that decodes one cell's text by its field of the schema."""
    name = f"{path}{field['name']}"
    is_record = str(field["type"]).upper() in _RECORDS
    one = f"c{depth}"
    if str(field.get("mode") or "").upper() == "REPEATED":
        shape = f'[{{"v":{_CELLS}}}]' if is_record else '[{"v":"VARCHAR"}]'
        each = _record(f"{one}.v", field, name, depth) if is_record else _scalar(f"{one}.v", field)
        listed = f"from_json({value}, '{shape}')"
        return f"coalesce(list_transform({listed}, lambda {one}: {each}), [])"
    if is_record:
        # A list of one, so that the record is parsed once and not once for every child.
        each = _record(one, field, name, depth)
        return f"list_transform([from_json({value}, '{_CELLS}')], lambda {one}: {each})[1]"
    return _scalar(value, field, name)


def _record(value: str, field: Field, name: str, depth: int) -> str:
    children = ", ".join(
        f'"{each["name"]}" := {cell(f"{value}.f[{n}].v", each, f"{name}.", depth + 1)}'
        for n, each in enumerate(field["fields"], start=1)
    )
    return f"case when {value} is not null then struct_pack({children}) end"


def _scalar(value: str, field: Field, name: str = "") -> str:
    kind = str(field["type"]).upper()
    if kind == "TIMESTAMP":
        return f"make_timestamptz(cast({value} as bigint))"
    if name in _AS_TEXT and _TYPES.get(kind) == "BOOLEAN":
        yes, no = _AS_TEXT[name]
        return f"case cast({value} as boolean) when true then '{yes}' when false then '{no}' end"
    return f"cast({value} as {_TYPES[kind]})" if kind in _TYPES else value


def _broken(_: str) -> ResponseTruncated:
    return ResponseTruncated("BigQuery answered with a page of rows that is broken or empty.")


def _other_type(_: str) -> SchemaBroke:
    return SchemaBroke("BigQuery sent a value that is not of the type its table's schema says.")
