"""Routes of GMV Max, behind the Marketing API's token and budget."""

from __future__ import annotations

from fastapi import APIRouter

from sandbox.state import Sandbox
from sandbox.tiktok_ads.routes import Routes
from sandbox.tiktok_gmv_max.campaigns import campaign_list, store_list
from sandbox.tiktok_gmv_max.report import run_report


def tiktok_gmv_max_router(box: Sandbox) -> APIRouter:
    """All routes."""
    routes = Routes(box)
    routes.get("/gmv_max/store/list/", lambda request: store_list(box, request))
    routes.get("/gmv_max/campaign/get/", lambda request: campaign_list(box, request))
    routes.get("/gmv_max/report/get/", lambda request: run_report(box, request), needs_reports=True)
    return routes.router
