"""Pages of rows (contract: bigquery.md 2.5, 2.7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.bigquery.catalogue import Catalogue, whole, with_etag
from sandbox.bigquery.cells import TIMESTAMPS, row_bytes, row_text
from sandbox.bigquery.errors import invalid
from sandbox.bigquery.rows import Rows
from sandbox.bigquery.schema import Field, chosen
from sandbox.bigquery.tables import Table
from sandbox.settings import Settings

MOST_ROWS = 100_000
_HOLLOW = 2**40
"""Added to the place of a token that leads to a page without rows."""


def rows_page(catalogue: Catalogue, table: Table, query: Mapping[str, str],
              settings: Settings) -> str:  # fmt: skip
    """tabledata.list as JSON text.

    Args:
        query: parameters of the call.
        settings: how large a page may be, and how tokens behave.
    """
    if table.content is None:
        raise invalid(f"Cannot list a table of type {table.kind}.")
    rows = table.content().rows
    fields = catalogue.shelf.fields(rows)
    if query.get("selectedFields"):
        fields = chosen(fields, query["selectedFields"])
    timestamps = _timestamps(query)
    about = ("rows", table.name, rows.key, [one.described() for one in fields])
    # Tokens for places past the end stand for an empty page on the way to the next.
    place = _first(catalogue, query, about)
    hollow, first = divmod(place, _HOLLOW)
    most = 0 if hollow else min(whole(query, "maxResults", MOST_ROWS), MOST_ROWS)
    texts = _filled(catalogue, rows, fields, timestamps, first, most, settings.bigquery_page_bytes)
    last = first + len(texts)
    head: dict[str, Any] = {"kind": "bigquery#tableDataList", "totalRows": str(rows.count)}
    head["etag"] = with_etag({"of": repr(about), "first": first})["etag"]
    how = settings.bigquery_tokens
    if last < rows.count:
        leads = (
            last
            if how in ("plain", "empty_text") or (hollow and how == "empty_page")
            else last + _HOLLOW
        )
        head["pageToken"] = catalogue.tokens.made(leads, *about)
    elif how == "empty_text":
        head["pageToken"] = ""
    body = json.dumps(head)
    return body[:-1] + ', "rows": [' + ",".join(texts) + "]}" if texts else body


def _timestamps(query: Mapping[str, str]) -> str:
    named = query.get("formatOptions.timestampOutputFormat", "")
    whole_number = query.get("formatOptions.useInt64Timestamp", "").lower() == "true"
    if named and whole_number:
        raise invalid("useInt64Timestamp and timestampOutputFormat exclude each other.")
    if named and named not in (*TIMESTAMPS, "TIMESTAMP_OUTPUT_FORMAT_UNSPECIFIED"):
        raise invalid(f"Invalid value at 'format_options.timestamp_output_format': {named}")
    return named if named in TIMESTAMPS else "INT64" if whole_number else "FLOAT64"


def _first(catalogue: Catalogue, query: Mapping[str, str], about: tuple[Any, ...]) -> int:
    token = query.get("pageToken")
    if token and "startIndex" in query:
        raise invalid("Only one of pageToken and startIndex can be given.")
    return catalogue.tokens.place(token, *about) if token else whole(query, "startIndex", 0)


def _filled(catalogue: Catalogue, rows: Rows, fields: tuple[Field, ...], timestamps: str,
            first: int, most: int, page_bytes: int) -> list[str]:  # fmt: skip
    """Rows from `first` on until the page is full, as JSON texts."""
    shelf = catalogue.shelf
    line = f"{row_text(fields, timestamps)}, {row_bytes(fields)}"
    mean = max(1, shelf.size(rows) // max(1, rows.count))
    texts: list[str] = []
    filled = 0
    while len(texts) < most:
        start = first + len(texts)
        expected = min(most - len(texts), max(1, (page_bytes - filled) // mean + 1))
        found = shelf.written(rows, line, start, min(start + expected, rows.count))
        if not found:
            break
        for text, size in found:
            if texts and filled + size > page_bytes:
                return texts
            texts.append(text)
            filled += size
    return texts
