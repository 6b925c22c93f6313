"""Routes of TikTok One under /tto/, brand side: Marketing token, creator scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import array, paging, required
from sandbox.tiktok_ads.envelope import Refusal, page_info
from sandbox.tiktok_ads.routes import Routes
from sandbox.tiktok_creators.campaigns import begun, campaign_record, posts_of
from sandbox.tiktok_creators.people import (
    creator_record,
    find_creator,
    post_record,
    posts_of_creator,
)
from sandbox.tiktok_creators.report import report_row
from sandbox.tiktok_organic.paging import offset_page

_Data = tuple[dict[str, Any], dict[str, str]]


def tiktok_creators_router(box: Sandbox) -> APIRouter:
    """All routes."""
    routes = Routes(box)

    def account(request: Request) -> str:
        identity = required(request, "tto_tcm_account_id")
        if identity != box.credentials.tiktok_one_account_id:
            raise Refusal(40001, f"No permission to the TikTok One account {identity}.")
        return identity

    def accounts(request: Request) -> _Data:
        if (request.query_params.get("app_id"), request.query_params.get("secret")) != (
            box.credentials.tiktok_app_id, box.credentials.tiktok_app_secret,
        ):  # fmt: skip
            raise Refusal(40101, "The app_id or secret is incorrect.")
        return {"tto_tcm_account_ids": [box.credentials.tiktok_one_account_id]}, {}

    def account_info(request: Request) -> _Data:
        return {
            "tto_tcm_account_id": account(request),
            "account_name": "Atelier Rivage",
            "timezone": "Europe/Paris",
            "country": "FR",
            "business_verification_status": "VERIFIED",
        }, {}

    def campaigns(request: Request) -> _Data:
        account(request)
        wanted = array(request, "campaign_ids")
        kind = request.query_params.get("campaign_type")
        found = [
            one for one in begun(box)
            if (not wanted or one.campaign_id in wanted) and (not kind or one.kind == kind)
        ]  # fmt: skip
        page, size = paging(box, request)
        shown = found[(page - 1) * size : page * size]
        return {
            "campaigns": [campaign_record(box, one) for one in shown],
            "page_info": page_info(page, size, len(found)),
        }, {}

    def link_status(request: Request) -> _Data:
        account(request)
        wanted = required(request, "campaign_id")
        posts = [post for one in begun(box) if one.campaign_id == wanted
                 for post in posts_of(box, one)]  # fmt: skip
        return {"video_infos": [{"video_id": p.item_id, "status": "LINKED"} for p in posts]}, {}

    def report(request: Request) -> _Data:
        account(request)
        wanted = required(request, "campaign_id")
        first, last = (_date(request, name) for name in ("start_date", "end_date"))
        if (first is None) != (last is None) or (first and last and first > last):
            raise Refusal(40002, "start_date, end_date: Both or none, in order.")
        for one in begun(box):
            if one.campaign_id == wanted:
                break
        else:
            raise Refusal(40002, f"campaign_id: {wanted} does not exist.")
        posts = posts_of(box, one)
        page, size = paging(box, request)
        shown = posts[(page - 1) * size : page * size]
        return {
            "tto_tcm_account_id": box.credentials.tiktok_one_account_id,
            "campaign_id": one.campaign_id,
            "country_code": request.headers.get("country-code") or "ALL",
            "campaign_type": one.kind,
            "campaign_channel_type": "TTO",
            "page_info": page_info(page, size, len(posts)),
            "videos": [report_row(box, post, first, last) for post in shown],
        }, {}

    def creator(request: Request) -> _Data:
        account(request)
        return creator_record(box, find_creator(box, required(request, "handle_name"))), {}

    def creator_posts(request: Request) -> _Data:
        account(request)
        posts = posts_of_creator(box, required(request, "handle_name"))
        page, info = offset_page(posts, request, 20, 50)
        return {"posts": [post_record(box, post) for post in page], "page_info": info}, {}

    def statuses(request: Request) -> _Data:
        account(request)
        known = {person.handle for person in box.world.content.creators}
        names = [str(name) for name in array(request, "handle_names") or []]
        return {"onboarding_status": [
            {"handle_name": name, "status": "ONBOARDED" if name in known else "NOT_ONBOARDED"}
            for name in names
        ]}, {}  # fmt: skip

    routes.get("/tto/oauth2/tcm/", accounts)
    routes.get("/tto/oauth2/info/", account_info)
    routes.get("/tto/tcm/campaign/", campaigns)
    routes.get("/tto/tcm/campaign/link/status/", link_status)
    routes.get("/tto/tcm/report/", report)
    routes.get("/tto/tcm/creator/public/", creator)
    routes.get("/tto/tcm/creator/public/video/list/", creator_posts)
    routes.get("/tto/tcm/creator/status/get/", statuses)
    return routes.router


def _date(request: Request, name: str) -> date | None:
    text = request.query_params.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(40002, f"{name}: Not a valid date.") from None
