"""Routes under /open_api/v1.3/. A missing trailing slash is a real 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import (
    RateWindow,
    advertiser_position,
    array,
    check_rate,
    check_token,
    paging,
    parsed,
    required,
)
from sandbox.tiktok_ads.entities import filtered, record
from sandbox.tiktok_ads.envelope import Refusal, answer, page_info
from sandbox.tiktok_ads.records import advertiser_record
from sandbox.tiktok_ads.report import run_report
from sandbox.tiktok_ads.report_query import read_query

Call = Callable[[Request], tuple[dict[str, Any], dict[str, str]]]


def tiktok_router(box: Sandbox) -> APIRouter:
    """All routes of the ad platform."""
    router = APIRouter(prefix="/open_api/v1.3")
    window = RateWindow()

    def add(path: str, call: Call, needs_reports: bool = False) -> None:
        def endpoint(request: Request) -> Response:
            try:
                check_token(box, request, needs_reports)
                check_rate(box, window, request)
                data, headers = call(request)
            except Refusal as refusal:
                return answer(box, code=refusal.code, message=refusal.message)
            return answer(box, data, headers=headers)

        router.add_api_route(path, endpoint, methods=["GET"], name=path, response_model=None)

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
        return {"list": [_only(one, fields) for one in records]}, {}

    def entity_list(level: str) -> Call:
        def call(request: Request) -> tuple[dict[str, Any], dict[str, str]]:
            advertiser_id = required(request, "advertiser_id")
            fields = array(request, "fields")
            dropped = array(request, "exclude_field_types_in_response") or []
            filtering = parsed(request.query_params.get("filtering"), "filtering", dict) or {}
            page, page_size = paging(box, request)
            found = filtered(box, level, advertiser_position(box, advertiser_id), filtering)
            shown = [
                _only(record(box, one), fields)
                for one in found[(page - 1) * page_size : page * page_size]
            ]
            if "NULL_FIELD" in dropped:
                shown = [{k: v for k, v in one.items() if v is not None} for one in shown]
            return {"list": shown, "page_info": page_info(page, page_size, len(found))}, {}

        return call

    add("/oauth2/advertiser/get/", granted)
    add("/advertiser/info/", advertiser_info)
    for level in ("campaign", "adgroup", "ad"):
        add(f"/{level}/get/", entity_list(level))
    add("/report/integrated/get/", lambda request: run_report(box, read_query(box, request)), True)
    return router


def _only(values: dict[str, Any], fields: list[str] | None) -> dict[str, Any]:
    return values if not fields else {name: values[name] for name in fields if name in values}
