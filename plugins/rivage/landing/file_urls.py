"""Web addresses inside delivered files: the SQL that hashes what names a person in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rivage.duck import literal
from rivage.landing.urls import TRIGGER, without_people
from rivage.streams.model import Stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def teach(db: DuckDBPyConnection, stream: Stream, salt: str) -> dict[str, str]:
    """Give the connection the rule; column -> SQL that applies it along the declared path.

    The rule runs in Python, but only for the few addresses that trip its pattern; all
    others cost one regular expression inside DuckDB.
    """
    paths = [field.path.split(".") for field in stream.personal if field.action == "url"]
    if paths:
        db.create_function(
            "without_people",
            lambda url: without_people(url, salt),
            ["VARCHAR"],
            "VARCHAR",
        )
    return {path[0]: _replaced(path[0], path[1:]) for path in paths}


def _replaced(value: str, path: list[str], depth: int = 0) -> str:
    if not path:
        return f"case when {_trips(value)} then without_people({value}) else {value} end"
    if path[0] == "*":
        # Most lists hold no such address: they pass untouched.
        each = f"each{depth}"
        leaf = ".".join([each, *path[1:]])
        some = f"list_bool_or(list_transform({value}, lambda {each}: {_trips(leaf)}))"
        new = f"list_transform({value}, lambda {each}: {_replaced(each, path[1:], depth + 1)})"
        return f"case when {some} then {new} else {value} end"
    inner = _replaced(f"{value}.{path[0]}", path[1:], depth)
    return f"struct_update({value}, {path[0]} := {inner})"


def _trips(value: str) -> str:
    return f"coalesce(regexp_matches({value}, {literal(TRIGGER)}), false)"
