"""Two ways of saying nothing inside delivered columns, made one: null.

An export may write an empty record as null or as nulls all the way down, and a number that is
none as NaN or Infinity. Both land as null, so that equal events are equal rows, whichever way
they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

_FLOATS = ("DOUBLE", "FLOAT")


def tidied(value: str, kind: DuckDBPyType, depth: int = 0) -> str:
    """SQL of the same value with such records and numbers null; `value` itself if its type
    can't hold any."""
    if str(kind) in _FLOATS:
        return f"case when isfinite({value}) then {value} end"
    if kind.id == "struct":
        new = [(name, tidied(old, each, depth), old) for name, old, each in _children(value, kind)]
        packed = ", ".join(f'"{name}" := {sql}' for name, sql, _ in new)
        same = all(sql == old for _, sql, old in new)
        whole = value if same else f"struct_pack({packed})"
        return f"case when {_says(value, kind)} then {whole} end"
    if kind.id == "list":
        one = f"one{depth}"
        inner = tidied(one, _element(kind), depth + 1)
        if inner == one:
            return value
        # Most lists are tidy: they pass untouched.
        new_list = f"list_transform({value}, lambda {one}: {inner})"
        return f"case when {_needs(value, kind, depth)} then {new_list} else {value} end"
    return value


def not_finite(value: str, kind: DuckDBPyType, depth: int = 0) -> str:
    """SQL that counts the NaN and Infinity in a value; `""` if its type can't hold any."""
    if str(kind) in _FLOATS:
        return f"coalesce(cast(not isfinite({value}) as int), 0)"
    if kind.id == "struct":
        counts = [not_finite(old, each, depth) for _, old, each in _children(value, kind)]
        return " + ".join(filter(None, counts))
    if kind.id == "list":
        one = f"one{depth}"
        inner = not_finite(one, _element(kind), depth + 1)
        each = f"list_transform({value}, lambda {one}: {inner})"
        return f"coalesce(list_sum({each}), 0)" if inner else ""
    return ""


def _says(value: str, kind: DuckDBPyType) -> str:
    """Whether anything in the value is not null; null or false if nothing is."""
    if str(kind) in _FLOATS:
        return f"isfinite({value})"
    if kind.id == "struct":
        return " or ".join(_says(old, each) for _, old, each in _children(value, kind))
    return f"len({value}) > 0" if kind.id == "list" else f"{value} is not null"


def _needs(value: str, kind: DuckDBPyType, depth: int) -> str:
    """Whether anything in the value must change; null or false if nothing must, or if its
    type can't hold such a thing `""`."""
    if str(kind) in _FLOATS:
        return f"not isfinite({value})"
    if kind.id == "struct":
        children = [_needs(old, each, depth) for _, old, each in _children(value, kind)]
        nothing = f"{value} is not null and not coalesce({_says(value, kind)}, false)"
        return " or ".join([f"({nothing})", *filter(None, children)])
    if kind.id == "list":
        one = f"one{depth}"
        inner = _needs(one, _element(kind), depth + 1)
        return f"list_bool_or(list_transform({value}, lambda {one}: {inner}))" if inner else ""
    return ""


def _children(value: str, kind: DuckDBPyType) -> list[tuple[str, str, DuckDBPyType]]:
    children = cast("list[tuple[str, DuckDBPyType]]", kind.children)
    return [(name, f'{value}."{name}"', each) for name, each in children]


def _element(kind: DuckDBPyType) -> DuckDBPyType:
    return cast("list[tuple[str, DuckDBPyType]]", kind.children)[0][1]
