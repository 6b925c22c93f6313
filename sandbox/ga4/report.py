"""Runs a legal report request (contract: web.md 1.3, 1.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from sandbox.ga4.errors import invalid
from sandbox.ga4.event_rows import NAMES, by_event
from sandbox.ga4.facts import Facts, facts
from sandbox.ga4.fields import DIMENSIONS, EVENT_NAME, METRIC_TYPES, Labelled, metric
from sandbox.ga4.filters import mask, number_test, text_test
from sandbox.ga4.request_body import Query, canonical
from sandbox.scopes import GA4_REVENUE, REVENUE_METRICS
from sandbox.state import Sandbox
from sandbox.world.draws import F64, I64

Row = tuple[list[str], list[float]]


def number_text(value: float, kind: str) -> str:
    """Numbers travel as text; integral floats have no decimals."""
    if kind == "TYPE_INTEGER" or float(value).is_integer():
        return str(round(value))
    return f"{value:.15g}"


def run_report(box: Sandbox, query: Query) -> dict[str, Any]:
    """The response without quota."""
    rows: list[Row] = []
    metadata: dict[str, Any] = {
        "currencyCode": query.body.get("currencyCode", box.settings.ga4_currency),
        "timeZone": box.settings.ga4_time_zone,
    }
    if box.settings.ga4_truncations:
        metadata["dataTruncationReasons"] = [
            {"dataTruncationType": kind, "dataTruncationMessage": "Some data is not included."}
            for kind in box.settings.ga4_truncations
        ]
    hidden = [name for name in query.metrics if name in _hidden(box)]
    if hidden:
        metadata["schemaRestrictionResponse"] = {
            "activeMetricRestrictions": [
                {"metricName": name, "restrictedMetricTypes": ["REVENUE_DATA"]} for name in hidden
            ]
        }
    several = len(query.ranges) > 1
    for first, last, name in query.ranges:
        found = _range_rows(box, query, first, last, metadata)
        rows += [([*texts, name], values) for texts, values in found] if several else found
    if box.settings.ga4_sampling_percent < 100:
        space = max(int(sum(values[0] for _, values in rows if values)), 1)
        read = space * box.settings.ga4_sampling_percent // 100
        metadata["samplingMetadatas"] = [
            {"samplesReadCount": str(read), "samplingSpaceSize": str(space)} for _ in query.ranges
        ]
    rows = _ordered(query, rows)
    kinds = [METRIC_TYPES[canonical(name)] for name in query.metrics]
    names = [*query.dimensions, *(["dateRange"] if several else [])]
    response: dict[str, Any] = {}
    if names:
        response["dimensionHeaders"] = [{"name": name} for name in names]
    if kinds:
        response["metricHeaders"] = [
            {"name": name, "type": kind} for name, kind in zip(query.metrics, kinds, strict=True)
        ]
    shown = rows[query.offset : query.offset + query.limit]
    if shown:
        response["rows"] = [_row(texts, values, kinds) for texts, values in shown]
    for wanted, key, fold, mark in (
        ("TOTAL", "totals", sum, "RESERVED_TOTAL"),
        ("MINIMUM", "minimums", min, "RESERVED_MIN"),
        ("MAXIMUM", "maximums", max, "RESERVED_MAX"),
    ):
        if wanted in query.aggregations and rows:
            folded = [float(fold(column)) for column in zip(*(v for _, v in rows), strict=True)]
            response[key] = [_row([mark] * len(names), folded, kinds)]
    if rows:
        response["rowCount"] = len(rows)
    return response | {"metadata": metadata, "kind": "analyticsData#runReport"}


def _row(texts: list[str], values: list[float], kinds: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if texts:
        row["dimensionValues"] = [{"value": text} for text in texts]
    if kinds:
        row["metricValues"] = [
            {"value": number_text(value, kind)} for value, kind in zip(values, kinds, strict=True)
        ]
    return row


def _labelled(box: Sandbox, table: Facts, name: str, events: I64 | None) -> Labelled:
    if name == EVENT_NAME:
        if events is None:
            raise invalid("eventName must be requested to be filtered.")
        return events, NAMES
    return DIMENSIONS[canonical(name)](box, table)


def _range_rows(box: Sandbox, query: Query, first: date, last: date,
                metadata: dict[str, Any]) -> list[Row]:  # fmt: skip
    index = box.world.config.index
    counted = facts(box, index(first), index(last))
    if counted is None:
        return []
    table = counted
    events: I64 | None = None
    condition = query.body.get("dimensionFilter", {})
    if EVENT_NAME in query.dimensions or EVENT_NAME in str(condition):
        table, events = by_event(table)

    def test(spec: dict[str, Any]) -> Any:
        name = str(spec.get("fieldName"))
        if canonical(name) not in DIMENSIONS and name != EVENT_NAME:
            raise invalid(f"Field {name} is not a valid dimension.")
        codes, texts = _labelled(box, table, name, events)
        return np.array([text_test(spec, text) for text in texts], dtype=bool)[codes]

    keep = mask(condition, len(table), test)
    if not keep.all():
        table = table.take(keep)
        events = events[keep] if events is not None else None
    if not len(table):
        return []
    labels = [_labelled(box, table, name, events) for name in query.dimensions]
    group = np.zeros(len(table), dtype=np.int64)
    for codes, texts in labels:
        group = group * len(texts) + codes
    packed, group = np.unique(group, return_inverse=True)
    count = len(packed)
    hidden = _hidden(box)
    columns = [
        np.zeros(count) if name in hidden else metric(table, canonical(name), group, count)
        for name in query.metrics
    ]
    users = metric(table, "totalUsers", group, count)
    texts_of: list[list[str]] = [[] for _ in range(count)]
    for _, texts in reversed(labels):
        packed, code = np.divmod(packed, len(texts))
        for row, one in enumerate(code.tolist()):
            texts_of[row].insert(0, texts[one])
    alive = _alive(box, query, columns, users, metadata)
    rows = [(texts_of[n], [float(column[n]) for column in columns]) for n in np.flatnonzero(alive)]
    return _other(box, query, rows, metadata)


def _alive(box: Sandbox, query: Query, columns: list[F64], users: F64,
           metadata: dict[str, Any]) -> Any:  # fmt: skip
    keep = np.ones(len(users), dtype=bool)
    if columns and not query.body.get("keepEmptyRows", False):
        keep &= np.any(np.stack(columns) != 0, axis=0)
    least = box.settings.ga4_threshold_users
    if least:
        metadata["subjectToThresholding"] = True
        keep &= users >= least

    def test(spec: dict[str, Any]) -> Any:
        name = str(spec.get("fieldName"))
        if name not in query.metrics:
            raise invalid(f"Field {name} is not a requested metric.")
        return number_test(spec, columns[query.metrics.index(name)])

    return keep & mask(query.body.get("metricFilter", {}), len(users), test)


def _other(box: Sandbox, query: Query, rows: list[Row], metadata: dict[str, Any]) -> list[Row]:
    """Collapse the tail into (other) when the switch says so; totals stay right."""
    most = box.settings.ga4_other_row_after
    if not most or len(rows) <= most:
        return rows
    metadata["dataLossFromOtherRow"] = True
    rows = sorted(rows, key=lambda row: (-row[1][0] if row[1] else 0.0, row[0]))
    other: dict[tuple[str, ...], list[float]] = {}
    for texts, values in rows[most:]:
        key = tuple(
            text if name == "date" else "(other)"
            for name, text in zip(query.dimensions, texts, strict=True)
        )
        sums = other.setdefault(key, [0.0] * len(values))
        other[key] = [a + b for a, b in zip(sums, values, strict=True)]
    return rows[:most] + [(list(key), values) for key, values in other.items()]


def _ordered(query: Query, rows: list[Row]) -> list[Row]:
    orders = query.body.get("orderBys", [])
    if not orders:
        # Ties keep no promised order; sessions that page without orderBys rely on luck.
        return sorted(rows, key=lambda row: (-row[1][0] if row[1] else 0.0, row[0]))
    rows = sorted(rows, key=lambda row: row[0])
    for order in reversed(orders):
        down = bool(order.get("desc", False))
        if "metric" in order:
            name = order["metric"].get("metricName")
            if name not in query.metrics:
                raise invalid(f"Field {name} in orderBys is not a requested metric.")
            at = query.metrics.index(name)
            rows.sort(key=lambda row: row[1][at], reverse=down)
        elif "dimension" in order:
            rows.sort(key=_dimension_key(query, order["dimension"]), reverse=down)
    return rows


def _dimension_key(query: Query, order: dict[str, Any]) -> Any:
    name = order.get("dimensionName")
    if name not in query.dimensions:
        raise invalid(f"Field {name} in orderBys is not a requested dimension.")
    at, kind = query.dimensions.index(name), order.get("orderType", "ALPHANUMERIC")
    if kind == "NUMERIC":
        return lambda row: float(row[0][at]) if row[0][at].isdigit() else float("-inf")
    if kind == "CASE_INSENSITIVE_ALPHANUMERIC":
        return lambda row: row[0][at].lower()
    return lambda row: row[0][at]


def _hidden(box: Sandbox) -> set[str]:
    """Metrics that the caller's role may not see."""
    revenue = REVENUE_METRICS if GA4_REVENUE in box.settings.without_scopes else ()
    return {*box.settings.ga4_hidden_metrics, *revenue}
