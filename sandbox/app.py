"""Puts the sandbox together."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException

from sandbox.bigquery.router import bigquery_router
from sandbox.clock import Clock
from sandbox.control import control_router
from sandbox.credentials import service_account_key
from sandbox.door import Door
from sandbox.ecb.router import ecb_router
from sandbox.faults.shapes import dialect
from sandbox.ga4.errors import not_found
from sandbox.ga4.router import ga4_router
from sandbox.ga4.token import Tokens
from sandbox.matomo.router import matomo_router
from sandbox.shopify.router import shopify_router
from sandbox.state import Sandbox
from sandbox.tiktok_ads.asset_router import asset_router
from sandbox.tiktok_ads.router import tiktok_router
from sandbox.tiktok_creators.router import tiktok_creators_router
from sandbox.tiktok_gmv_max.router import tiktok_gmv_max_router
from sandbox.tiktok_organic.router import tiktok_organic_router
from sandbox.tiktok_shop.router import tiktok_shop_router
from sandbox.world import World, WorldConfig


def build_sandbox(config: WorldConfig, now: datetime, home: Path, bucket: Path,
                  url: str) -> Sandbox:  # fmt: skip
    """World, clock and key file; export files are written by `bring_up_to`."""
    home.mkdir(parents=True, exist_ok=True)
    key = service_account_key(home, f"{url}/token")
    return Sandbox(World(config), Clock(now), home, bucket, key, url=url)


def build_app(box: Sandbox) -> FastAPI:
    """All dialects and the control plane behind one door."""
    app = FastAPI(title="sandbox", docs_url=None, redoc_url=None, openapi_url=None,
                  redirect_slashes=False)  # fmt: skip
    tokens = Tokens(box)
    for router in (tiktok_router, asset_router, tiktok_gmv_max_router, tiktok_organic_router,
                   tiktok_creators_router, tiktok_shop_router, shopify_router, matomo_router,
                   ecb_router):  # fmt: skip
        app.include_router(router(box))
    app.include_router(ga4_router(box, tokens))
    app.include_router(bigquery_router(box, tokens))
    app.include_router(control_router(box, tokens.expire_all))
    app.add_middleware(Door, box=box)

    @app.exception_handler(HTTPException)
    async def wrong_path(request: Request, error: HTTPException) -> Response:
        path = request.url.path
        if path.startswith("/_sandbox"):
            return JSONResponse({"detail": error.detail}, status_code=error.status_code)
        service = dialect(path)
        if service == "tiktok":
            return PlainTextResponse("404 page not found", status_code=404)
        if service == "shopify":
            return JSONResponse({"errors": "Not Found"}, status_code=404)
        return not_found()

    return app
