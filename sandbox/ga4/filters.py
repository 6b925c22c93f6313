"""FilterExpressions over texts (dimensions) or numbers (metrics)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from sandbox.ga4.errors import invalid
from sandbox.world.draws import Bools

Test = Callable[[dict[str, Any]], Bools]  # one `filter` object to a mask


def mask(expression: dict[str, Any], rows: int, test: Test) -> Bools:
    """Rows that satisfy an expression."""
    if not expression:
        return np.ones(rows, dtype=bool)
    if "andGroup" in expression:
        parts = [mask(one, rows, test) for one in expression["andGroup"].get("expressions", [])]
        return np.logical_and.reduce(parts) if parts else np.ones(rows, dtype=bool)
    if "orGroup" in expression:
        parts = [mask(one, rows, test) for one in expression["orGroup"].get("expressions", [])]
        return np.logical_or.reduce(parts) if parts else np.zeros(rows, dtype=bool)
    if "notExpression" in expression:
        return ~mask(expression["notExpression"], rows, test)
    return test(expression["filter"])


def text_test(spec: dict[str, Any], text: str) -> bool:
    """One text against a string, list or empty filter."""
    if "emptyFilter" in spec:
        return text in ("", "(not set)")
    inner = spec.get("stringFilter") or spec.get("inListFilter")
    if inner is None:
        raise invalid(f"Filter of {spec.get('fieldName')} is not valid for a dimension.")
    exact = bool(inner.get("caseSensitive", False))

    def fold(value: str) -> str:
        return value if exact else value.lower()

    if "inListFilter" in spec:
        return fold(text) in {fold(str(value)) for value in inner.get("values", [])}
    kind, value = inner.get("matchType", "EXACT"), str(inner.get("value", ""))
    if kind.endswith("REGEXP"):
        flags = 0 if exact else re.IGNORECASE
        search = re.fullmatch if kind == "FULL_REGEXP" else re.search
        return search(value, text, flags) is not None
    have, want = fold(text), fold(value)
    return {
        "EXACT": have == want,
        "BEGINS_WITH": have.startswith(want),
        "ENDS_WITH": have.endswith(want),
        "CONTAINS": want in have,
    }.get(kind, False)


def _number(value: dict[str, Any]) -> float:
    return float(value.get("int64Value", value.get("doubleValue", 0)))


def number_test(spec: dict[str, Any], values: Any) -> Bools:
    """Numbers against a numeric or between filter."""
    if "betweenFilter" in spec:
        inner = spec["betweenFilter"]
        return np.asarray(
            (values >= _number(inner["fromValue"])) & (values <= _number(inner["toValue"]))
        )
    if "numericFilter" not in spec:
        raise invalid(f"Filter of {spec.get('fieldName')} is not valid for a metric.")
    inner = spec["numericFilter"]
    operation, limit = inner.get("operation", "EQUAL"), _number(inner.get("value", {}))
    compare = {
        "EQUAL": np.equal,
        "LESS_THAN": np.less,
        "LESS_THAN_OR_EQUAL": np.less_equal,
        "GREATER_THAN": np.greater,
        "GREATER_THAN_OR_EQUAL": np.greater_equal,
    }
    if operation not in compare:
        raise invalid(f"Invalid value at 'operation': {operation}")
    return np.asarray(compare[operation](values, limit))
