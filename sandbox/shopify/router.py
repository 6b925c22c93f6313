"""Routes of the shop: token exchange and the GraphQL endpoint."""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from sandbox.faults.shapes import throttled
from sandbox.shopify.graphql import BadDocument, Node, parse
from sandbox.shopify.order_node import order_node
from sandbox.shopify.order_table import FIRST_ID, matching, order_table, page
from sandbox.shopify.select import Connection, FieldError, cost, select
from sandbox.state import Sandbox
from sandbox.world import brand

BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105
_VERSION = re.compile(r"\d{4}-(01|04|07|10)")


class Bucket:
    """Cost points of the app and shop, restored by the second."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._level, self._at = box.settings.shopify_bucket, time.monotonic()

    def level(self) -> float:
        """Points available now."""
        now, limits = time.monotonic(), self._box.settings
        self._level = min(
            limits.shopify_bucket,
            self._level + (now - self._at) * limits.shopify_restore_rate,
        )
        self._at = now
        return self._level

    def take(self, points: float) -> None:
        """Spend points."""
        self._level = self.level() - points

    def shown(self, asked: int, actual: int | None) -> dict[str, Any]:
        """The `cost` extension."""
        return {
            "requestedQueryCost": asked,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self._box.settings.shopify_bucket,
                "currentlyAvailable": int(self.level()),
                "restoreRate": self._box.settings.shopify_restore_rate,
            },
        }


class Shop:
    """The calls, without HTTP."""

    def __init__(self, box: Sandbox) -> None:
        self.box, self.bucket = box, Bucket(box)
        self.tokens: dict[str, float] = {}

    def token(self, form: dict[str, str]) -> Response:
        """Client credentials for a token of a day."""
        known = self.box.credentials
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        if (form.get("client_id"), form.get("client_secret")) != (
            known.shopify_client_id, known.shopify_client_secret,
        ):  # fmt: skip
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        token = f"shpat_sandbox-daily-token-{len(self.tokens) + 1}"
        seconds = self.box.settings.shopify_token_seconds
        self.tokens[token] = time.time() + seconds
        scope = "read_orders,read_customers"
        if self.box.settings.shopify_read_all_orders:
            scope += ",read_all_orders"
        return JSONResponse({"access_token": token, "scope": scope, "expires_in": seconds})

    def allowed(self, token: str | None) -> bool:
        """Whether a token is current."""
        static = token == self.box.credentials.shopify_access_token
        return static or self.tokens.get(token or "", 0.0) > time.time()

    def served_version(self, asked: str) -> str:
        """A retired version falls forward to the oldest supported one."""
        limits = self.box.settings
        if not _VERSION.fullmatch(asked):
            return limits.shopify_newest_version
        return min(max(asked, limits.shopify_oldest_version), limits.shopify_newest_version)

    def answer(self, body: dict[str, Any]) -> Response:
        """One GraphQL call."""
        try:
            kind, nodes, defaults = parse(str(body.get("query", "")), body.get("operationName"))
        except BadDocument as bad:
            return JSONResponse({"errors": [{"message": str(bad), "locations": []}]})
        if kind != "query":
            return JSONResponse({"errors": [{"message": "Schema is not configured for mutations"}]})
        variables = defaults | (body.get("variables") or {})
        asked = cost(nodes, variables)
        if asked > self.box.settings.shopify_bucket:
            text = f"Query cost is {asked}, which exceeds the single query max cost limit"
            extension = {"code": "MAX_COST_EXCEEDED", "cost": asked}
            return JSONResponse({"errors": [{"message": text, "extensions": extension}]})
        if asked > self.bucket.level():
            return throttled(self.box, self.bucket.shown(asked, None))
        sizes: dict[str, int] = {}
        try:
            data = select(self._root(sizes), nodes, variables, ["query"])
        except FieldError as error:
            problem = {"message": str(error), "path": error.path,
                       "extensions": {"code": "undefinedField"}}  # fmt: skip
            return JSONResponse({"errors": [problem]})
        actual = cost(nodes, variables, sizes)
        self.bucket.take(actual)
        return JSONResponse(
            {"data": data, "extensions": {"cost": self.bucket.shown(asked, actual)}}
        )

    def _root(self, sizes: dict[str, int]) -> dict[str, Any]:
        box = self.box

        def orders(arguments: dict[str, Any]) -> Connection:
            count, most = arguments.get("first"), box.settings.shopify_max_page_size
            if not isinstance(count, int) or not 0 <= count <= most:
                raise FieldError(
                    f"you must provide first or last, at most {most}", ["query", "orders"]
                )
            table = order_table(box)
            rows, cursors, more, before = page(table, arguments)
            sizes["orders"] = len(rows)
            found = [order_node(box, int(table.day[n]), int(table.row[n])) for n in rows]
            return Connection(found, cursors, more, before)

        def order(arguments: dict[str, Any]) -> dict[str, Any] | None:
            table = order_table(box)
            number = int(str(arguments.get("id", "")).rsplit("/", 1)[-1] or 0) - FIRST_ID
            rows = (table.number == number).nonzero()[0]
            if not len(rows):
                return None
            return order_node(box, int(table.day[rows[0]]), int(table.row[rows[0]]))

        def orders_count(arguments: dict[str, Any]) -> dict[str, Any]:
            total = int(matching(order_table(box), arguments.get("query")).sum())
            exact = total <= 10_000
            return {"__typename": "Count", "count": min(total, 10_000),
                    "precision": "EXACT" if exact else "AT_LEAST"}  # fmt: skip

        shop = {
            "__typename": "Shop", "id": "gid://shopify/Shop/61000000001", "name": brand.SHOP_NAME,
            "myshopifyDomain": brand.SHOP_DOMAIN, "currencyCode": "EUR",
            "ianaTimezone": "Europe/Paris", "email": "contact@atelier-rivage.example",
        }  # fmt: skip
        return {"__typename": "QueryRoot", "shop": shop, "orders": orders, "order": order,
                "ordersCount": orders_count}  # fmt: skip


def shopify_router(box: Sandbox) -> APIRouter:
    """All routes of the shop."""
    router, shop = APIRouter(prefix="/admin"), Shop(box)

    @router.post("/oauth/access_token", response_model=None)
    async def token(request: Request) -> Response:
        raw = (await request.body()).decode()
        json_body = "json" in request.headers.get("content-type", "")
        return shop.token(json.loads(raw) if json_body else dict(parse_qsl(raw)))

    @router.post("/api/{version}/graphql.json", response_model=None)
    async def graphql(version: str, request: Request) -> Response:
        headers = {"X-Shopify-API-Version": shop.served_version(version)}
        if not shop.allowed(request.headers.get("x-shopify-access-token")):
            return JSONResponse({"errors": BAD_TOKEN}, status_code=401, headers=headers)
        try:
            body = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"errors": "Bad Request"}, status_code=400, headers=headers)
        response = await run_in_threadpool(shop.answer, body)
        response.headers.update(headers)
        return response

    return router


__all__ = ["Node", "shopify_router"]
