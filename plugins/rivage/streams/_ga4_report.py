"""How a report of the GA4 Data API becomes a stream: columns from dimensions and metrics.

Source: POST properties/{id}:runReport, at most 9 dimensions and 10 metrics.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rivage.streams._access import METRICS
from rivage.streams.model import Column, Daily, Lookback, Personal, Stream

MOST_DIMENSIONS = 9
MOST_METRICS = 10
MONEY = frozenset({"purchaseRevenue", "eventValue"})
"""Requested metrics in the property's currency; a role can be kept from them."""
LATE_HITS = Lookback(3, "GA4 takes 24-48 h to finish a day and accepts late hits for up to 72 h.")


def report(
    name: str,
    doc: str,
    dimensions: Mapping[str, str],
    metrics: Mapping[str, str],
    *,
    days_per_request: int = 30,
    personal: tuple[Personal, ...] = (),
    dimension_filter: Mapping[str, Any] | None = None,
    required: bool = False,
) -> Stream:
    """One daily report, keyed by all its dimensions; every value comes as text.

    Args:
        dimensions, metrics: column name -> API name.
        dimension_filter: a FilterExpression, sent as it is.
    """
    options: dict[str, Any] = {
        "dimensions": tuple(dimensions.values()),
        "metrics": tuple(metrics.values()),
    }
    if dimension_filter:
        options["dimension_filter"] = dimension_filter
    return Stream(
        name=name,
        connector="ga4",
        endpoint="runReport",
        doc=doc,
        keys=tuple(dimensions),
        window=Daily(
            day="cast(strptime(date, '%Y%m%d') as date)", days_per_request=days_per_request
        ),
        lookback=LATE_HITS,
        personal=personal,
        options=options,
        required=required,
        access=METRICS if MONEY.intersection(metrics.values()) else None,
        columns=(
            *(Column(column, path, required=True) for column, path in dimensions.items()),
            *(Column(column, path, required=True, number=True) for column, path in metrics.items()),
        ),
    )
