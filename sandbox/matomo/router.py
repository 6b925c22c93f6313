"""The one address of the installation; everything is a parameter (contract: web.md 3.1, 3.4)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from sandbox.matomo.api import Api, ApiError, TooManyCalls, TooMuch
from sandbox.matomo.errors import api_error
from sandbox.state import Sandbox

HTML_500 = (
    "<html><head><title>500 Internal Server Error</title></head><body><center>"
    "<h1>500 Internal Server Error</h1></center><hr><center>nginx</center></body></html>"
)


def matomo_router(box: Sandbox) -> APIRouter:
    """GET and POST of index.php."""
    router = APIRouter()
    api = Api(box)

    def work(query: dict[str, str], body: dict[str, str]) -> Response:
        try:
            found: Any = api.answer(query | body, in_url="token_auth" in query)
        except ApiError as error:
            return api_error(error.message, error.status)
        except TooMuch:
            return HTMLResponse(HTML_500, status_code=500)
        except TooManyCalls:
            return PlainTextResponse("Too Many Requests", status_code=429)
        return JSONResponse(found)

    @router.api_route("/matomo/index.php", methods=["GET", "POST"], response_model=None)
    async def index(request: Request) -> Response:
        body = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        query = dict(request.query_params)
        return await run_in_threadpool(work, query, body)

    return router
