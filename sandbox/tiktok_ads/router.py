"""Routes under /open_api/v1.3/. A missing trailing slash is a real 404."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import advertiser_position, array, paging, parsed, required
from sandbox.tiktok_ads.entities import RESERVED, buying_types, filtered, record
from sandbox.tiktok_ads.envelope import Refusal, page_info
from sandbox.tiktok_ads.records import advertiser_record
from sandbox.tiktok_ads.report import Reports
from sandbox.tiktok_ads.report_params import Params
from sandbox.tiktok_ads.report_query import read_query
from sandbox.tiktok_ads.report_tasks import ReportTasks
from sandbox.tiktok_ads.routes import Call, Routes, only

TOP_VIEW_PAGE = 100  # largest page of a list of reserved campaigns only


def tiktok_router(box: Sandbox) -> APIRouter:
    """All routes of the ad platform."""
    routes = Routes(box)

    def granted(request: Request) -> tuple[dict[str, Any], dict[str, str]]:
        if request.query_params.get("app_id") != box.credentials.tiktok_app_id:
            raise Refusal(
                40000,
                "The app_id is inconsistent with the token's app information. Please retry after "
                "correcting it.",
            )
        if request.query_params.get("secret") != box.credentials.tiktok_app_secret:
            raise Refusal(40101, "The app_id or secret is incorrect.")
        revoked = box.settings.tiktok_revoked_advertisers
        accounts = [a for a in box.world.accounts.advertisers if a.advertiser_id not in revoked]
        return {
            "list": [
                {"advertiser_id": one.advertiser_id, "advertiser_name": one.name}
                for one in accounts
            ]
        }, {}

    def advertiser_info(request: Request) -> tuple[dict[str, Any], dict[str, str]]:
        required(request, "advertiser_ids")
        wanted = array(request, "advertiser_ids") or []
        if len(wanted) > 100:
            raise Refusal(40011, "advertiser_ids: Longer than maximum length 100.")
        fields = array(request, "fields")
        records = [
            advertiser_record(box.world.accounts, advertiser_position(box, str(one)))
            for one in wanted
        ]
        return {"list": [only(one, fields) for one in records]}, {}

    def entity_list(level: str) -> Call:
        def call(request: Request) -> tuple[dict[str, Any], dict[str, str]]:
            advertiser_id = required(request, "advertiser_id")
            fields = array(request, "fields")
            dropped = array(request, "exclude_field_types_in_response") or []
            filtering = parsed(request.query_params.get("filtering"), "filtering", dict) or {}
            most = TOP_VIEW_PAGE if buying_types(filtering) == [RESERVED] else None
            page, page_size = paging(box, request, most=most)
            found = filtered(box, level, advertiser_position(box, advertiser_id), filtering)
            shown = [
                only(record(box, one), fields)
                for one in found[(page - 1) * page_size : page * page_size]
            ]
            if "NULL_FIELD" in dropped:
                shown = [{k: v for k, v in one.items() if v is not None} for one in shown]
            return {"list": shown, "page_info": page_info(page, page_size, len(found))}, {}

        return call

    routes.get("/oauth2/advertiser/get/", granted)
    routes.get("/advertiser/info/", advertiser_info)
    for level in ("campaign", "adgroup", "ad"):
        routes.get(f"/{level}/get/", entity_list(level))
    reports = Reports(box)
    tasks = ReportTasks(box, reports)
    routes.get(
        "/report/integrated/get/",
        lambda request: reports.page(read_query(box, Params(request.query_params))),
        needs_reports=True,
    )
    routes.post("/report/task/create/", tasks.create, needs_reports=True)
    routes.get("/report/task/check/", tasks.check, needs_reports=True)
    routes.get("/report/task/download/", tasks.download, needs_reports=True)
    routes.post("/report/task/cancel/", tasks.cancel, needs_reports=True)
    return routes.router
