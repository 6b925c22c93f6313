"""SQL that writes rows in the f/v form, and counts their bytes, as a schema says.

Expressions instead of a loop over values: a million rows are a matter of seconds.
Source: contract bigquery.md 2.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.bigquery.schema import Field

_FIXED = {"INTEGER": 8, "FLOAT": 8, "BOOLEAN": 1, "TIMESTAMP": 8, "DATE": 8, "DATETIME": 8,
          "TIME": 8, "NUMERIC": 16}  # fmt: skip
_FLOAT_SECONDS = "replace(format('{{:.16E}}', epoch_us({at}) / 1e6), 'E+0', 'E')"
TIMESTAMPS = {
    "FLOAT64": _FLOAT_SECONDS,
    "INT64": "epoch_us({at})",
    "ISO8601_STRING": "strftime({at}, '%Y-%m-%dT%H:%M:%S.%fZ')",
}
"""How a TIMESTAMP is written, by `formatOptions`."""


def row_text(fields: Iterable[Field], timestamps: str = "FLOAT64") -> str:
    """An expression: one row as JSON text `{"f":[…]}`."""
    return _record("", tuple(fields), timestamps, 0)


def row_bytes(fields: Iterable[Field]) -> str:
    """An expression: the size of a row as the service counts it, without any encoding."""
    return " + ".join(_bytes(_member("", one), one, 0) for one in fields)


def _member(prefix: str, field: Field) -> str:
    return f'{prefix}"{field.name}"'


def _record(prefix: str, fields: tuple[Field, ...], timestamps: str, depth: int) -> str:
    # concat and not ||, which copies what it has so far for every cell.
    values = (_value(_member(prefix, one), one, timestamps, depth) for one in fields)
    cells = """, '},{"v":', """.join(values)
    return f"""concat('{{"f":[{{"v":', {cells}, '}}]}}')"""


def _value(at: str, field: Field, timestamps: str, depth: int) -> str:
    if field.repeated:
        each = f"x{depth}"
        one = _value(each, replace(field, repeated=False), timestamps, depth + 1)
        cells = f"list_transform({at}, lambda {each}: concat('{{\"v\":', {one}, '}}'))"
        return f"concat('[', array_to_string({cells}, ','), ']')"
    if field.type == "RECORD":
        inner = _record(f"{at}.", field.fields, timestamps, depth)
        return f"case when {at} is null then 'null' else {inner} end"
    return f"coalesce({_scalar(at, field.type, timestamps)}, 'null')"


def _scalar(at: str, kind: str, timestamps: str) -> str:
    if kind == "STRING":
        return f"to_json({at})::varchar"
    if kind == "BYTES":
        return f"'\"' || base64({at}) || '\"'"
    if kind == "TIMESTAMP":
        return f"'\"' || {TIMESTAMPS[timestamps].format(at=at)} || '\"'"
    if kind == "DATETIME":
        return f"'\"' || strftime({at}, '%Y-%m-%dT%H:%M:%S.%f') || '\"'"
    if kind == "TIME":
        return f"'\"' || strftime(date '2000-01-01' + {at}, '%H:%M:%S.%f') || '\"'"
    if kind == "FLOAT":  # NaN and infinities have words of their own
        return f"'\"' || replace(replace({at}::varchar, 'nan', 'NaN'), 'inf', 'Infinity') || '\"'"
    return f"'\"' || {at}::varchar || '\"'"


def _bytes(at: str, field: Field, depth: int) -> str:
    if field.repeated:
        each = f"x{depth}"
        one = _bytes(each, replace(field, repeated=False), depth + 1)
        return f"coalesce(list_sum(list_transform({at}, lambda {each}: {one})), 0)::bigint"
    if field.type == "RECORD":
        members = (_bytes(_member(f"{at}.", one), one, depth) for one in field.fields)
        return f"({' + '.join(members)})"
    if field.type in _FIXED:
        return f"case when {at} is null then 0 else {_FIXED[field.type]} end"
    size = f"octet_length({at})" if field.type == "BYTES" else f"strlen({at})"
    return f"coalesce(2 + {size}, 0)"
