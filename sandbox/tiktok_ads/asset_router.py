"""Routes of pixels and Smart+."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import advertiser_position, array, paging, parsed, required
from sandbox.tiktok_ads.envelope import Refusal, page_info
from sandbox.tiktok_ads.pixels import (
    pixel_record,
    refuse_without_rights,
    statistics,
    visible_pixels,
)
from sandbox.tiktok_ads.routes import Call, Routes, only
from sandbox.tiktok_ads.smart_plus import smart_plus_records

Answer = tuple[dict[str, Any], dict[str, str]]
PIXEL_PAGE = 20
SMART_PLUS_AD_PAGE = 100
_MOST_PIXELS = 10
_MOST_DAYS = 30
_ORDERS = (None, "EARLIEST_CREATE", "LATEST_CREATE")


def asset_router(box: Sandbox) -> APIRouter:
    """All routes."""
    routes = Routes(box)

    def pixel_list(request: Request) -> Answer:
        advertiser_id = required(request, "advertiser_id")
        page, size = paging(box, request, most=PIXEL_PAGE)
        asked = request.query_params
        parsed(asked.get("filtering"), "filtering", dict)
        if asked.get("order_by") not in _ORDERS:
            raise Refusal(40002, "order_by: Invalid enum value.")
        position = advertiser_position(box, advertiser_id)
        refuse_without_rights(box, advertiser_id, "/pixel/list/")
        found = visible_pixels(
            position, asked.get("code"), asked.get("pixel_id"), asked.get("name"),
            asked.get("order_by") == "EARLIEST_CREATE",
        )  # fmt: skip
        shown = found[(page - 1) * size : page * size]
        return {
            "pixels": [pixel_record(pixel, position) for pixel in shown],
            "page_info": page_info(page, size, len(found)),
        }, {}

    def pixel_stats(request: Request) -> Answer:
        advertiser_id = required(request, "advertiser_id")
        required(request, "pixel_ids")
        wanted = [str(one) for one in array(request, "pixel_ids") or []]
        if len(wanted) > _MOST_PIXELS:
            raise Refusal(40002, f"pixel_ids: Longer than maximum length {_MOST_PIXELS}.")
        first, last = _date_range(request)
        position = advertiser_position(box, advertiser_id)
        refuse_without_rights(box, advertiser_id, "/pixel/event/stats/")
        known = {pixel.pixel_id for pixel in visible_pixels(position, None, None, None, False)}
        if strangers := [one for one in wanted if one not in known]:
            raise Refusal(40002, f"pixel_ids: No permission to operate pixel {strangers[0]}.")
        return {
            "list": [
                {"pixel_id": one, "statistics": statistics(box, one, position, first, last)}
                for one in wanted
            ]
        }, {}

    def smart_plus(level: str) -> Call:
        def call(request: Request) -> Answer:
            advertiser_id = required(request, "advertiser_id")
            fields = array(request, "fields")
            filtering = parsed(request.query_params.get("filtering"), "filtering", dict) or {}
            most = SMART_PLUS_AD_PAGE if level == "ad" else None
            page, size = paging(box, request, most=most)
            position = advertiser_position(box, advertiser_id)
            found = smart_plus_records(box, level, position, filtering)
            shown = [only(one, fields) for one in found[(page - 1) * size : page * size]]
            return {"list": shown, "page_info": page_info(page, size, len(found))}, {}

        return call

    routes.get("/pixel/list/", pixel_list)
    routes.get("/pixel/event/stats/", pixel_stats)
    for level in ("campaign", "adgroup", "ad"):
        routes.get(f"/smart_plus/{level}/get/", smart_plus(level))
    return routes.router


def _date_range(request: Request) -> tuple[date, date]:
    """`date_range` is a JSON object with two UTC days."""
    required(request, "date_range")
    given = parsed(request.query_params.get("date_range"), "date_range", dict)
    days = []
    for name in ("start_date", "end_date"):
        try:
            days.append(date.fromisoformat(str(given.get(name))))
        except ValueError:
            raise Refusal(40002, f"date_range.{name}: Not a valid date.") from None
    if not 0 <= (days[1] - days[0]).days < _MOST_DAYS:
        raise Refusal(40002, f"date_range: The time span must be 1 to {_MOST_DAYS} days.")
    return days[0], days[1]
