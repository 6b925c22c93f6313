"""What a query adds up, read from DuckDB's own syntax tree of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

SUMS = {"sum", "sum_no_overflow", "fsum", "kahan_sum", "sumkahan"}
PEOPLE = re.compile(r"(^|_)(reach|reached|viewers|people|unique_\w+)(_|$)")
"""Columns that count people: no expression of them may be added up."""


@dataclass(frozen=True)
class Sum:
    """One aggregation: every column in its argument, whether it is the column itself, its name."""

    columns: frozenset[str]
    is_bare: bool
    name: str


def tree(sql: str) -> dict[str, Any]:
    """DuckDB's syntax tree of a SELECT.

    Raises:
        ValueError: the text is no SELECT.
    """
    row = duckdb.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    found: dict[str, Any] = json.loads(row[0] if row else "{}")
    if found.get("error"):
        raise ValueError(f"{found.get('error_message')}: {sql[:200]}")
    return found


def sums(sql: str) -> list[Sum]:
    """All sums of a query, in whatever CTE or subquery, through renamings."""
    parsed = tree(sql)
    renamed = dict(_renamings(parsed))
    return [_sum(node, name, renamed) for node, name in _aggregations(parsed, "")]


def forbidden(sql: str, non_additive: set[str]) -> list[str]:
    """Columns that a query adds up although no sum of them has a meaning.

    A weighted mean may add up `non_additive * weight`; of people not even that. A result may
    be called combined, or as stated: then it says itself what it is. A mean is often made of a
    total of single cases with the mean's name; such a total is called one.
    """
    found = []
    for one in sums(sql):
        if re.search(r"combined|as_stated", one.name):
            continue
        people = {column for column in one.columns if PEOPLE.search(column)}
        is_total = one.name.endswith("_total")
        bare = one.columns & non_additive if one.is_bare and not is_total else frozenset()
        found += sorted(people | bare)
    return found


def _aggregations(node: Any, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Sums with the name under which the select list shows them."""
    if isinstance(node, list):
        for item in node:
            yield from _aggregations(item, name)
    elif isinstance(node, dict):
        name = node.get("alias") or name
        if str(node.get("function_name", "")).lower() in SUMS:
            yield node, name
        for child in node.values():
            yield from _aggregations(child, name)


def _sum(node: dict[str, Any], name: str, renamed: dict[str, str]) -> Sum:
    argument: Any = node["children"][0]
    columns = frozenset(_origin(column, renamed) for column in _columns(argument))
    while isinstance(argument, dict):
        if argument.get("class") == "COLUMN_REF":
            return Sum(columns, True, name)
        if argument.get("class") == "CAST":
            argument = argument["child"]
        elif argument.get("type") == "OPERATOR_COALESCE":
            argument = argument["children"][0]
        else:
            break
    return Sum(columns, False, name)


def _columns(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _columns(item)
    elif isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            yield node["column_names"][-1].lower()
        for child in node.values():
            yield from _columns(child)


def _renamings(node: Any) -> Iterator[tuple[str, str]]:
    """`reach as r`: a sum of r is a sum of reach."""
    if isinstance(node, list):
        for item in node:
            yield from _renamings(item)
    elif isinstance(node, dict):
        if node.get("class") == "COLUMN_REF" and node.get("alias"):
            name, column = node["alias"].lower(), node["column_names"][-1].lower()
            if name != column:
                yield name, column
        for child in node.values():
            yield from _renamings(child)


def _origin(column: str, renamed: dict[str, str]) -> str:
    seen = set()
    while column in renamed and column not in seen:
        seen.add(column)
        column = renamed[column]
    return column
