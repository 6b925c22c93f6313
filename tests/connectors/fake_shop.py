"""A shop's token endpoint and GraphQL answers, as far as the connector needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.connectors.loopback import Call, Reply


def gql_error(code: str, cost: dict[str, Any] | None = None, **more: Any) -> Reply:
    error = {"message": code.title(), "extensions": {"code": code}, **more}
    return Reply({"errors": [error], "extensions": {"cost": cost or {}}})


class FakeShop:
    """Orders with `lines[i]` lines each; `before` may answer first."""

    def __init__(
        self,
        orders: int = 3,
        lines: dict[int, int] | None = None,
        before: Callable[[Call], Reply | None] = lambda call: None,
        scopes: list[str] | None = None,
        token: Any = None,
        refunds: int = 0,
        cost: dict[str, Any] | None = None,
    ) -> None:
        self.refunds = refunds
        self.cost = cost
        self.orders = orders
        self.lines = lines or {}
        self.before = before
        self.scopes = scopes
        self.token = token
        self.tokens = 0
        self.valid = "shpat_static"
        self.asked: list[dict[str, Any]] = []

    def __call__(self, call: Call) -> Reply:
        if call.path == "/admin/oauth/access_token":
            self.tokens += 1
            self.valid = f"shpua_{self.tokens:06d}"
            return self.token or Reply({"access_token": self.valid, "expires_in": 86399})
        if call.path != "/admin/api/2026-10/graphql.json":
            return Reply({"errors": "Not Found"}, 404)
        if call.headers.get("X-Shopify-Access-Token") != self.valid:
            return Reply({"errors": "[API] Invalid API key or access token"}, 401)
        first = self.before(call)
        if first is not None:
            return first
        body = {"data": self._data(call.json), "extensions": {"cost": self.cost or {}}}
        return Reply(body, headers={"X-Shopify-API-Version": "2026-10"})

    def _data(self, asked: dict[str, Any]) -> dict[str, Any]:
        text, variables = asked["query"], asked["variables"]
        if "shop {" in text:
            return {
                "shop": {
                    "name": "Demo",
                    "ianaTimezone": "Europe/Paris",
                    "currencyCode": "EUR",
                    "myshopifyDomain": "demo.myshopify.com",
                }
            }
        if "currentAppInstallation" in text:
            if self.scopes is None:
                return {"currentAppInstallation": None}
            rows = [{"handle": scope} for scope in self.scopes]
            return {"currentAppInstallation": {"accessScopes": rows}}
        self.asked.append(variables)
        if "nodes(ids" in text:
            lines = {"refundLineItems": self._list([{"quantity": 1}], 1, 1)}
            return {"nodes": [{"id": i, "refunds": [lines]} for i in variables["ids"]]}
        start = int(variables["after"] or 0)
        end = start + variables["first"]
        if "order(id" in text:
            total = self.lines[int(variables["id"])]
            nodes = [{"id": f"l{n}"} for n in range(start, min(total, end))]
            return {"order": {"lineItems": self._list(nodes, end, total)}}
        nodes = [self._order(n) for n in range(start, min(self.orders, end))]
        return {"orders": self._list(nodes, end, self.orders)}

    def _order(self, number: int) -> dict[str, Any]:
        total = self.lines.get(number, 1)
        lines = [{"id": f"l{n}"} for n in range(min(total, 100))]
        return {
            "id": str(number),
            "updatedAt": f"2026-11-01T10:{number // 60:02d}:{number % 60:02d}Z",
            "refunds": [{"id": "r"}] if number < self.refunds else [],
            "lineItems": {"nodes": lines, "pageInfo": {"hasNextPage": total > 100}},
        }

    @staticmethod
    def _list(nodes: list[dict[str, Any]], end: int, total: int) -> dict[str, Any]:
        more = end < total
        info = {"hasNextPage": more, "endCursor": str(end) if more else None}
        return {"nodes": nodes, "pageInfo": info}
