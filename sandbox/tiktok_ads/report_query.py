"""Reads and checks the parameters of a report (contract: tiktok.md 4.1, 4.3, 4.4, 13.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import advertiser_position
from sandbox.tiktok_ads.envelope import TOO_LARGE, Refusal
from sandbox.tiktok_ads.metric_names import KNOWN, LEVEL_OF_ATTRIBUTE
from sandbox.tiktok_ads.report_filters import Filters, read_filters
from sandbox.tiktok_ads.report_params import Params
from sandbox.tiktok_ads.report_rules import (
    AUDIENCE,
    BASIC,
    DATE_CAPS,
    ID_DIMENSIONS,
    LEVEL_ORDER,
    TIME_DIMENSIONS,
    check_combination,
    check_names,
)


@dataclass(frozen=True)
class ReportQuery:
    """A legal report request."""

    kind: str
    advertisers: list[int]
    many: bool  # asked with advertiser_ids
    level: str
    dimensions: list[str]
    metrics: list[str]
    start: date | None  # None with lifetime
    end: date | None
    page: int = 1
    page_size: int = 10
    filters: Filters = field(default_factory=Filters)
    order_field: str | None = None
    ascending: bool = False
    totals: bool = False
    is_async: bool = False

    @property
    def id_dimension(self) -> str | None:
        """The dimension of the data level, if asked for."""
        own = [name for name in self.dimensions if ID_DIMENSIONS.get(name) == self.level]
        return own[0] if own else None

    @property
    def time_dimension(self) -> str | None:
        """stat_time_day, stat_time_hour or None."""
        return next((name for name in self.dimensions if name in TIME_DIMENSIONS), None)

    @property
    def split(self) -> tuple[str, ...]:
        """Dimensions beside entity and time."""
        return tuple(
            name
            for name in self.dimensions
            if name not in ID_DIMENSIONS and name not in TIME_DIMENSIONS
        )


def read_query(box: Sandbox, params: Params) -> ReportQuery:
    """Parameters in the order TikTok checks them: shape first, then meaning."""
    kind = params.required("report_type")
    if kind not in (BASIC, AUDIENCE):
        raise Refusal(40002, f"report_type: {kind} is not available in this sandbox.")
    if params.text("service_type", "AUCTION") not in ("AUCTION", "RESERVATION"):
        raise Refusal(40002, "service_type: Invalid enum value.")
    dimensions, asked = params.array("dimensions"), params.array("metrics")
    many = params.array("advertiser_ids")
    level = params.required("data_level").removeprefix("AUCTION_").lower()
    if level not in LEVEL_ORDER:
        raise Refusal(40002, "data_level: Invalid enum value.")
    if not dimensions:
        raise Refusal(40002, "dimensions: Missing data for required field.")
    metrics = asked if asked is not None else ["spend", "impressions"]
    page, page_size = (1, 1) if params.is_async else _paging(box, params)
    if many is not None and len(many) > 5:
        raise Refusal(40002, "advertiser_ids: Longer than maximum length 5.")
    check_names(kind, dimensions, metrics)
    lifetime = params.flag("query_lifetime")
    check_combination(kind, level, dimensions, metrics, lifetime=lifetime, many=many is not None,
                      is_async=params.is_async)  # fmt: skip
    start, end = (None, None) if lifetime else _dates(params, dimensions)
    filters = read_filters(params, level, dimensions)
    order_field = params.text("order_field")
    if order_field and (order_field not in KNOWN or order_field in LEVEL_OF_ATTRIBUTE):
        raise Refusal(40002, "order_field: Invalid enum value.")
    wanted = many if many is not None else [params.required("advertiser_id")]
    query = ReportQuery(
        kind=kind,
        advertisers=[advertiser_position(box, str(one)) for one in wanted],
        many=many is not None,
        level=level,
        dimensions=dimensions,
        metrics=metrics,
        start=start,
        end=end,
        page=page,
        page_size=page_size,
        filters=filters,
        order_field=order_field,
        ascending=str(params.text("order_type", "DESC")).upper() == "ASC",
        totals=params.flag("enable_total_metrics"),
        is_async=params.is_async,
    )
    _refuse_size(box, query)
    if query.totals and (kind != BASIC or query.split or query.id_dimension is None):
        raise Refusal(40002, "enable_total_metrics: Not supported for these dimensions.")
    return query


def _refuse_size(box: Sandbox, query: ReportQuery) -> None:
    limit = box.settings.tiktok_query_size_limit
    if query.is_async or not limit or query.start is None or query.end is None:
        return
    days = (query.end - query.start).days + 1
    if len(query.metrics) * days > limit and days > 1:
        raise Refusal(40067, TOO_LARGE)


def _paging(box: Sandbox, params: Params) -> tuple[int, int]:
    """`page` from 1 and `page_size`, 10 when omitted."""
    values = []
    for name, fallback, most in (
        ("page", "1", 10**9),
        ("page_size", "10", box.settings.tiktok_max_page_size),
    ):
        text = str(params.text(name, fallback))
        if not text.lstrip("-").isdigit():
            raise Refusal(40002, f"{name}: Not a valid integer.")
        if not 1 <= int(text) <= most:
            raise Refusal(40002, f"{name}: Must be between 1 and {most}.")
        values.append(int(text))
    return values[0], values[1]


def _dates(params: Params, dimensions: list[str]) -> tuple[date, date]:
    start, end = params.day("start_date"), params.day("end_date")
    if start > end:
        raise Refusal(40002, "start_date: must not be later than end_date.")
    unit = next((name for name in TIME_DIMENSIONS[::-1] if name in dimensions), None)
    cap = DATE_CAPS[unit]
    if not params.is_async and (end - start).days + 1 > cap:
        raise Refusal(40002, f"The time span is too long, it cannot be more than {cap} day(s).")
    return start, end
