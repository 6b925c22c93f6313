"""How every path under /open_api/v1.3/ is served: token, budget, envelope."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import check_rate, check_token
from sandbox.tiktok_ads.envelope import Refusal, answer

Call = Callable[[Request], tuple[dict[str, Any], dict[str, str]] | Response]
"""The data of an answer and extra headers, or a raw body; raises Refusal."""
Post = Callable[[Request, Mapping[str, Any]], dict[str, Any]]
"""The data of an answer to a JSON body; raises Refusal."""
Check = Callable[[Request], None]


class Routes:
    """Adds paths to a router; each ends with a slash, and one without is a real 404."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.router = APIRouter(prefix="/open_api/v1.3")

    def get(
        self, path: str, call: Call, *, needs_reports: bool = False, check: Check | None = None
    ) -> None:
        """A GET path; `check` replaces the Marketing token's check."""
        box = self._box

        def endpoint(request: Request) -> Response:
            try:
                if check is None:
                    check_token(box, request, needs_reports)
                else:
                    check(request)
                check_rate(box, request)
                found = call(request)
            except Refusal as refusal:
                return answer(box, code=refusal.code, message=refusal.message)
            if isinstance(found, Response):
                return found
            data, headers = found
            return answer(box, data, headers=headers)

        self.router.add_api_route(path, endpoint, methods=["GET"], name=path, response_model=None)

    def post(self, path: str, call: Post, *, needs_reports: bool = False) -> None:
        """A POST path with a JSON object as its body."""
        box = self._box

        def served(request: Request, text: bytes) -> Response:
            try:
                check_token(box, request, needs_reports)
                check_rate(box, request)
                try:
                    body = json.loads(text)
                except ValueError:
                    body = None
                if not isinstance(body, dict):
                    raise Refusal(40002, "The request body is not a JSON object.")
                return answer(box, call(request, body))
            except Refusal as refusal:
                return answer(box, code=refusal.code, message=refusal.message)

        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(served, request, await request.body())

        self.router.add_api_route(path, endpoint, methods=["POST"], name=path, response_model=None)


def only(values: dict[str, Any], fields: list[str] | None) -> dict[str, Any]:
    """The asked fields of a record, all when none are named."""
    return values if not fields else {name: values[name] for name in fields if name in values}
