"""Routes of the shop: tokens, GraphQL, files of bulk operations, and the older REST orders."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse

from sandbox.faults.shapes import throttled
from sandbox.shopify.access import BAD_TOKEN, Access, Bucket, denied, denied_fields
from sandbox.shopify.bulk import FOLDER, BulkOperations
from sandbox.shopify.graphql import BadDocument, parse
from sandbox.shopify.rest import RestOrders
from sandbox.shopify.roots import Roots
from sandbox.shopify.select import FieldError, cost, select
from sandbox.state import Sandbox

MUTATION_COST = 10
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class Shop:
    """The GraphQL endpoint, without HTTP."""

    def __init__(self, box: Sandbox) -> None:
        self.box, self.bucket = box, Bucket(box)
        self.access, self.bulk = Access(box), BulkOperations(box)
        self.roots = Roots(box, self.access, self.bulk)

    def answer(self, body: dict[str, Any]) -> Response:
        """One GraphQL call."""
        try:
            kind, nodes, defaults = parse(str(body.get("query", "")), body.get("operationName"))
        except BadDocument as bad:
            return JSONResponse({"errors": [{"message": str(bad), "locations": []}]})
        if kind not in ("query", "mutation"):
            return JSONResponse({"errors": [{"message": f"Schema has no {kind}s"}]})
        variables = defaults | (body.get("variables") or {})
        asked = cost(nodes, variables) if kind == "query" else MUTATION_COST
        if asked > self.box.settings.shopify_bucket:
            text = f"Query cost is {asked}, which exceeds the single query max cost limit"
            extension = {"code": "MAX_COST_EXCEEDED", "cost": asked}
            return JSONResponse({"errors": [{"message": text, "extensions": extension}]})
        if asked > self.bucket.level():
            return throttled(self.box, self.bucket.shown(asked, None))
        sizes: dict[str, int] = {}
        root = self.roots.query(sizes) if kind == "query" else self.roots.mutation()
        try:
            data = select(root, nodes, variables, ["query"])
        except FieldError as error:
            problem = {"message": str(error), "path": error.path,
                       "extensions": {"code": "undefinedField"}}  # fmt: skip
            return JSONResponse({"errors": [problem]})
        actual = cost(nodes, variables, sizes) if kind == "query" else MUTATION_COST
        self.bucket.take(actual)
        shown = {"data": data, "extensions": {"cost": self.bucket.shown(asked, actual)}}
        problems = denied(data, denied_fields(self.box), [])
        return JSONResponse(shown | ({"errors": problems} if problems else {}))


def shopify_router(box: Sandbox) -> APIRouter:
    """All routes of the shop."""
    router, shop, rest = APIRouter(), Shop(box), RestOrders(box)

    @router.post("/admin/oauth/access_token", response_model=None)
    async def token(request: Request) -> Response:
        raw = (await request.body()).decode()
        json_body = "json" in request.headers.get("content-type", "")
        return shop.access.token(json.loads(raw) if json_body else dict(parse_qsl(raw)))

    @router.post("/admin/api/{version}/graphql.json", response_model=None)
    async def graphql(version: str, request: Request) -> Response:
        headers = {"X-Shopify-API-Version": shop.access.served_version(version)}
        if not shop.access.allowed(request.headers.get("x-shopify-access-token")):
            return JSONResponse({"errors": BAD_TOKEN}, status_code=401, headers=headers)
        try:
            body = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"errors": "Bad Request"}, status_code=400, headers=headers)
        response = await run_in_threadpool(shop.answer, body)
        response.headers.update(headers)
        return response

    @router.get("/admin/api/{version}/orders.json", response_model=None)
    def orders(version: str, request: Request) -> Response:
        headers = {"X-Shopify-API-Version": shop.access.served_version(version)}
        if not shop.access.allowed(request.headers.get("x-shopify-access-token")):
            return JSONResponse({"errors": BAD_TOKEN}, status_code=401, headers=headers)
        response = rest.answer(version, dict(request.query_params))
        response.headers.update(headers)
        return response

    @router.get(FOLDER + "/{name}", response_model=None)
    def bulk_file(name: str, request: Request) -> Response:
        """Signed links need no token; they answer byte ranges, as object stores do."""
        path = shop.bulk.file(name)
        if path is None or not request.query_params.get("Signature"):
            return PlainTextResponse("<Error><Code>AccessDenied</Code></Error>", status_code=403)
        size = path.stat().st_size
        asked = _RANGE.fullmatch(request.headers.get("range", ""))
        first = int(asked[1]) if asked else 0
        last = min(int(asked[2]) if asked and asked[2] else size - 1, size - 1)
        if first >= size:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
        with path.open("rb") as file:
            file.seek(first)
            body = file.read(last - first + 1)
        headers = {"Content-Range": f"bytes {first}-{last}/{size}"} if asked else {}
        kind = "application/jsonl"
        return Response(body, 206 if asked else 200, headers, media_type=kind)

    return router
