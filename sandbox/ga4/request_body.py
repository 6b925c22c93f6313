"""Checks a RunReportRequest in the order the service does (contract: web.md 1.2, 1.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sandbox.ga4.errors import invalid
from sandbox.ga4.fields import (
    ALIASES,
    DIMENSIONS,
    EVENT_NAME,
    ITEM_DIMENSIONS,
    ITEM_METRICS,
    METRIC_TYPES,
)

Body = dict[str, Any]
_KNOWN: dict[str, set[str]] = {
    "": {"property", "dimensions", "metrics", "dateRanges", "dimensionFilter", "metricFilter",
         "offset", "limit", "orderBys", "metricAggregations", "keepEmptyRows",
         "returnPropertyQuota", "currencyCode", "cohortSpec", "comparisons", "conversionSpec"},
    "dimensions": {"name", "dimensionExpression"},
    "metrics": {"name", "expression", "invisible"},
    "dateRanges": {"startDate", "endDate", "name"},
    "orderBys": {"desc", "metric", "dimension", "pivot"},
    "metric": {"metricName"},
    "dimension": {"dimensionName", "orderType"},
    "expression": {"andGroup", "orGroup", "notExpression", "filter"},
    "filter": {"fieldName", "stringFilter", "inListFilter", "numericFilter", "betweenFilter",
               "emptyFilter"},
    "stringFilter": {"matchType", "value", "caseSensitive"},
    "inListFilter": {"values", "caseSensitive"},
    "numericFilter": {"operation", "value"},
    "betweenFilter": {"fromValue", "toValue"},
}  # fmt: skip


@dataclass
class Query:
    """A legal request."""

    dimensions: list[str]
    metrics: list[str]
    ranges: list[tuple[date, date, str]]
    body: Body
    offset: int
    limit: int
    aggregations: list[str] = field(default_factory=list)


def _known(value: Any, kind: str, path: str = "") -> None:
    for key in value if isinstance(value, dict) else ():
        if key not in _KNOWN[kind]:
            text = f'Invalid JSON payload received. Unknown name "{key}"'
            text += f" at '{path}': Cannot find field." if path else ": Cannot find field."
            violation = {"description": text} | ({"field": path} if path else {})
            raise invalid(
                text,
                [{"@type": "type.googleapis.com/google.rpc.BadRequest",
                  "fieldViolations": [violation]}],
            )  # fmt: skip


def check_keys(body: Body) -> None:
    """Strict transcoding: an unknown key is an error, never ignored."""
    _known(body, "")
    for name in ("dimensions", "metrics", "dateRanges", "orderBys"):
        if not isinstance(body.get(name, []), list):
            raise invalid(f"Invalid value at '{name}' (type list)")
        for position, one in enumerate(body.get(name, [])):
            _known(one, name, f"{name}[{position}]")
    for order in body.get("orderBys", []):
        for name in ("metric", "dimension"):
            _known(order.get(name, {}), name, f"order_bys.{name}")
    for name in ("dimensionFilter", "metricFilter"):
        if name in body:
            _check_expression(body[name], name)


def _check_expression(value: Body, path: str) -> None:
    _known(value, "expression", path)
    for group in ("andGroup", "orGroup"):
        for one in value.get(group, {}).get("expressions", []):
            _check_expression(one, path)
    if "notExpression" in value:
        _check_expression(value["notExpression"], path)
    for key, inner in value.get("filter", {}).items():
        _known({key: inner}, "filter", path)
        if key != "fieldName" and key in _KNOWN:
            _known(inner, key, path)


def read(body: Body, today: date, most_rows: int) -> Query:
    """The request as a query; raises the service's errors."""
    check_keys(body)
    dimensions = [_name(one) for one in body.get("dimensions", [])]
    metrics = [_name(one) for one in body.get("metrics", [])]
    _check_names(dimensions, metrics)
    limit = _number(body, "limit") or 10_000
    offset = _number(body, "offset")
    ranges = _ranges(body, today)
    if len(dimensions) > 9:
        raise invalid(f"Requests are limited to 9 dimensions. This request has {len(dimensions)}.")
    if len(metrics) > 10:
        raise invalid(f"Requests are limited to 10 metrics. This request has {len(metrics)}.")
    for names in (dimensions, metrics):
        for name in names:
            if names.count(name) > 1:
                raise invalid(f"Duplicate field {name} found.")
    _check_compatible(dimensions, metrics)
    aggregations = body.get("metricAggregations", [])
    if "COUNT" in aggregations:
        raise invalid("COUNT is not a supported metric aggregation.")
    return Query(dimensions, metrics, ranges, body, offset, min(limit, most_rows), aggregations)


def _name(one: Body) -> str:
    return str(one.get("name", ""))


def canonical(name: str) -> str:
    """Name without deprecated aliases."""
    return ALIASES.get(name, name)


def _check_names(dimensions: list[str], metrics: list[str]) -> None:
    for name in dimensions:
        if canonical(name) not in DIMENSIONS and name != EVENT_NAME:
            raise invalid(f"Field {name} is not a valid dimension. For a list of valid dimensions "
                          "and metrics, see the API schema.")  # fmt: skip
    for name in metrics:
        if canonical(name) not in METRIC_TYPES:
            raise invalid(f"Field {name} is not a valid metric. For a list of valid dimensions and "
                          "metrics, see the API schema.")  # fmt: skip


def incompatible(dimensions: list[str], metrics: list[str]) -> set[str]:
    """Names that would have to be removed."""
    if not ITEM_DIMENSIONS.intersection(dimensions):
        return set()
    return {name for name in metrics if canonical(name) not in ITEM_METRICS}


def _check_compatible(dimensions: list[str], metrics: list[str]) -> None:
    bad = incompatible(dimensions, metrics)
    if bad:
        raise invalid(
            f"Please remove {', '.join(sorted(bad))} to make the request compatible. The request's "
            "dimensions & metrics are incompatible. To learn more, see the compatibility checker."
        )


def _number(body: Body, name: str) -> int:
    value = body.get(name, 0)
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise invalid(f"Invalid value at '{name}' (TYPE_INT64), {value!r}")
    if int(value) < 0:
        raise invalid(f"The {name} must be non-negative, found {value}.")
    return int(value)


def _date(text: str, today: date) -> date:
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    ago = re.fullmatch(r"(\d+)daysAgo", text)
    if ago:
        return today - timedelta(days=int(ago[1]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(f"Invalid startDate or endDate: {text}. Use YYYY-MM-DD, today, yesterday or "
                      "NdaysAgo.") from None  # fmt: skip


def _ranges(body: Body, today: date) -> list[tuple[date, date, str]]:
    given = body.get("dateRanges", [])
    if not given:
        raise invalid("A dateRange is required.")
    if len(given) > 4:
        raise invalid(f"Requests are limited to 4 dateRanges. This request has {len(given)}.")
    ranges = []
    for position, one in enumerate(given):
        first = _date(str(one.get("startDate", "")), today)
        last = _date(str(one.get("endDate", "")), today)
        if first > last:
            raise invalid(f"Invalid dateRange: startDate {first} is after endDate {last}.")
        if first <= date(2015, 8, 13):
            raise invalid("startDate must be after 2015-08-13.")
        name = str(one.get("name", ""))
        if name.startswith(("date_range_", "RESERVED_")):
            raise invalid("dateRange names may not begin with date_range_ or RESERVED_.")
        ranges.append((first, last, name or f"date_range_{position}"))
    return ranges
