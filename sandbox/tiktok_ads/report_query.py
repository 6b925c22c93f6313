"""Reads and checks the parameters of a report (contract: tiktok.md 4.1, 4.3, 4.4, 13.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import advertiser_position, array, paging, parsed, required
from sandbox.tiktok_ads.entities import LEVELS, TOP_VIEW
from sandbox.tiktok_ads.envelope import CONFLICT, TOO_LARGE, Refusal
from sandbox.tiktok_ads.metric_names import (
    CASH,
    KNOWN,
    LEVEL_OF_ATTRIBUTE,
    allowed_by_country,
)

ID_DIMENSIONS = {"advertiser_id": "advertiser", "campaign_id": "campaign", "adgroup_id": "adgroup",
                 "ad_id": "ad", "ad_id_v2": "ad"}  # fmt: skip
TIME_DIMENSIONS = ("stat_time_day", "stat_time_hour")
OTHER_DIMENSIONS = {
    "country_code", "ad_type", "image_id", "video_material_id", "custom_event_type",
    "event_source_id", "page_id", "component_name", "room_id", "post_id", "minis_id",
    "search_terms", "search_keyword", "match_type", "skan_postback_sequence",
}  # fmt: skip
_ORDER = ("advertiser", *LEVELS)
_DATE_CAPS = {"stat_time_hour": 1, "stat_time_day": 30, None: 365}


@dataclass(frozen=True)
class ReportQuery:
    """A legal report request."""

    advertisers: list[int]
    many: bool  # asked with advertiser_ids
    level: str
    dimensions: list[str]
    metrics: list[str]
    start: date | None  # None with lifetime
    end: date | None
    page: int
    page_size: int
    status: str
    ids: dict[str, set[str]] = field(default_factory=dict)
    order_field: str | None = None
    ascending: bool = False
    totals: bool = False

    @property
    def id_dimension(self) -> str | None:
        """The dimension of the data level, if asked for."""
        own = [name for name in self.dimensions if ID_DIMENSIONS.get(name) == self.level]
        return own[0] if own else None

    @property
    def time_dimension(self) -> str | None:
        """stat_time_day, stat_time_hour or None."""
        return next((name for name in self.dimensions if name in TIME_DIMENSIONS), None)


def read_query(box: Sandbox, request: Request) -> ReportQuery:
    """Parameters in the order TikTok checks them: shape first, then meaning."""
    params = request.query_params
    kind = required(request, "report_type")
    if kind != "BASIC":
        raise Refusal(40002, f"report_type: {kind} is not available in this sandbox.")
    if params.get("service_type", "AUCTION") not in ("AUCTION", "RESERVATION"):
        raise Refusal(40002, "service_type: Invalid enum value.")
    dimensions = array(request, "dimensions")
    metrics = array(request, "metrics")
    many = array(request, "advertiser_ids")
    level = required(request, "data_level").removeprefix("AUCTION_").lower()
    if level not in _ORDER:
        raise Refusal(40002, "data_level: Invalid enum value.")
    if not dimensions:
        raise Refusal(40002, "dimensions: Missing data for required field.")
    metrics = metrics if metrics is not None else ["spend", "impressions"]
    page, page_size = paging(box, request)
    if many is not None and len(many) > 5:
        raise Refusal(40002, "advertiser_ids: Longer than maximum length 5.")
    _check_names(dimensions, metrics)
    lifetime = params.get("query_lifetime", "false").lower() == "true"
    _check_combination(level, dimensions, metrics, lifetime, many is not None)
    start, end = (None, None) if lifetime else _dates(request, dimensions)
    status, ids = _filters(request, level, dimensions)
    order_field = params.get("order_field")
    if order_field and (order_field not in KNOWN or order_field in LEVEL_OF_ATTRIBUTE):
        raise Refusal(40002, "order_field: Invalid enum value.")
    limit = box.settings.tiktok_query_size_limit
    days = 1 if start is None or end is None else (end - start).days + 1
    if limit and len(metrics) * days > limit and days > 1:
        raise Refusal(40067, TOO_LARGE)
    wanted = many if many is not None else [required(request, "advertiser_id")]
    return ReportQuery(
        advertisers=[advertiser_position(box, str(one)) for one in wanted],
        many=many is not None,
        level=level,
        dimensions=dimensions,
        metrics=metrics,
        start=start,
        end=end,
        page=page,
        page_size=page_size,
        status=status,
        ids=ids,
        order_field=order_field,
        ascending=params.get("order_type", "DESC").upper() == "ASC",
        totals=params.get("enable_total_metrics", "false").lower() == "true",
    )


def _check_names(dimensions: list[str], metrics: list[str]) -> None:
    for name in dimensions:
        if (
            name not in ID_DIMENSIONS
            and name not in TIME_DIMENSIONS
            and (name not in OTHER_DIMENSIONS)
        ):
            raise Refusal(40002, f"dimensions: Invalid enum value {name}.")
    unknown = [name for name in metrics if name not in KNOWN]
    if unknown:
        raise Refusal(
            40002,
            "Please correct the information in invalid metric fields and try again. "
            f"Invalid metric fields: {unknown}. ",
        )


def _check_combination(level: str, dimensions: list[str], metrics: list[str], lifetime: bool,
                       many: bool) -> None:  # fmt: skip
    ids = [name for name in dimensions if name in ID_DIMENSIONS]
    times = [name for name in dimensions if name in TIME_DIMENSIONS]
    others = [name for name in dimensions if name in OTHER_DIMENSIONS]
    own_ids = [name for name in ids if not (many and name == "advertiser_id")]
    bad: bool = bool(
        len(own_ids) > 1
        or len(times) > 1
        or len(others) > 1
        or len(set(dimensions)) != len(dimensions)
        or any(ID_DIMENSIONS[name] != level for name in own_ids)
        or (lifetime and (times or others))
        or ("country_code" in others and "stat_time_hour" in times)
        or ("ad_type" in others and level == "advertiser")
    )
    for name in metrics:
        belongs = LEVEL_OF_ATTRIBUTE.get(name)
        if belongs is not None:
            bad |= _ORDER.index(belongs) > _ORDER.index(level)
        elif name in CASH:
            bad |= level != "advertiser" or times != ["stat_time_day"]
        elif name.startswith("skan_"):
            bad |= times == ["stat_time_hour"]
        if others:
            bad |= not allowed_by_country(name)
    if bad:
        raise Refusal(40002, CONFLICT)


def _dates(request: Request, dimensions: list[str]) -> tuple[date, date]:
    found = []
    for name in ("start_date", "end_date"):
        try:
            found.append(date.fromisoformat(required(request, name)))
        except ValueError:
            raise Refusal(40002, f"{name}: Not a valid date, use YYYY-MM-DD.") from None
    start, end = found
    if start > end:
        raise Refusal(40002, "start_date: must not be later than end_date.")
    unit = next((name for name in TIME_DIMENSIONS[::-1] if name in dimensions), None)
    cap = _DATE_CAPS[unit]
    if (end - start).days + 1 > cap:
        raise Refusal(40002, f"The time span is too long, it cannot be more than {cap} day(s).")
    return start, end


def _filters(request: Request, level: str,
             dimensions: list[str]) -> tuple[str, dict[str, set[str]]]:  # fmt: skip
    status, ids = "STATUS_NOT_DELETE", {}
    for item in parsed(request.query_params.get("filtering"), "filtering", list) or []:
        if not isinstance(item, dict) or not {"field_name", "filter_type", "filter_value"} <= set(
            item
        ):
            raise Refusal(40002, "filtering: Missing data for required field.")
        name, value = item["field_name"], _value(item["filter_value"])
        if name in ("campaign_status", "adgroup_status", "ad_status"):
            if name != f"{level}_status":
                raise Refusal(40002, f"filtering: {name} does not match the data level.")
            status = value[0]
        elif name in ("campaign_ids", "adgroup_ids", "ad_ids", "ad_ids_v2"):
            if len(value) > 100:
                raise Refusal(40002, f"filtering.{name}: Longer than maximum length 100.")
            if {"ad_ids": "ad_id_v2", "ad_ids_v2": "ad_id"}.get(name) in dimensions:
                raise Refusal(40002, CONFLICT)
            ids[name] = set(value)
        elif name == "buying_type" and "RESERVATION_TOP_VIEW" in value and len(value) > 1:
            raise Refusal(40002, TOP_VIEW)
    return status, ids


def _value(text: Any) -> list[str]:
    """`filter_value` is JSON inside JSON."""
    if not isinstance(text, str):
        raise Refusal(40002, "filter_value: Not a valid string.")
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
