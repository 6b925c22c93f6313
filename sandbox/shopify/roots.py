"""What a query may start from (QueryRoot)."""

from __future__ import annotations

from typing import Any

from sandbox.shopify.access import Access
from sandbox.shopify.bulk import BulkOperations
from sandbox.shopify.order_node import order_node
from sandbox.shopify.order_table import FIRST_ID, matching, order_table, page
from sandbox.shopify.products import product_node, product_position
from sandbox.shopify.select import Connection, FieldError
from sandbox.state import Sandbox
from sandbox.world import brand

SHOP = {
    "__typename": "Shop", "id": "gid://shopify/Shop/61000000001", "name": brand.SHOP_NAME,
    "myshopifyDomain": brand.SHOP_DOMAIN, "currencyCode": "EUR",
    "ianaTimezone": "Europe/Paris", "email": "contact@atelier-rivage.example",
    "plan": {"__typename": "ShopPlan", "displayName": "Basic", "shopifyPlus": False},
}  # fmt: skip


class Roots:
    """Root fields of one shop; `sizes` collects how many objects each list really held."""

    def __init__(self, box: Sandbox, access: Access, bulk: BulkOperations) -> None:
        self._box, self._access, self._bulk = box, access, bulk

    def query(self, sizes: dict[str, int]) -> dict[str, Any]:
        """The fields by name; functions take the field's arguments."""

        def orders(arguments: dict[str, Any]) -> Connection:
            self._page_size("orders", arguments)
            table = order_table(self._box)
            rows, cursors, more, before = page(table, arguments)
            sizes["orders"] = len(rows)
            found = [order_node(self._box, int(table.day[n]), int(table.row[n])) for n in rows]
            return Connection(found, cursors, more, before)

        def products(arguments: dict[str, Any]) -> Connection:
            count, count_all = self._page_size("products", arguments), len(brand.PRODUCTS)
            begin = int(arguments.get("after") or -1) + 1
            chosen = range(begin, min(begin + count, count_all))
            sizes["products"] = len(chosen)
            found = [product_node(n) for n in chosen]
            return Connection(found, [str(n) for n in chosen], begin + count < count_all, begin > 0)

        return {
            "__typename": "QueryRoot",
            "shop": SHOP,
            "orders": orders,
            "order": lambda arguments: self._object(str(arguments.get("id")), "Order"),
            "refund": lambda arguments: self._object(str(arguments.get("id")), "Refund"),
            "node": lambda arguments: self._object(str(arguments.get("id"))),
            "nodes": lambda arguments: [self._object(str(i)) for i in arguments.get("ids") or ()],
            "ordersCount": self._orders_count,
            "products": products,
            "productsCount": {"__typename": "Count", "count": len(brand.PRODUCTS),
                              "precision": "EXACT"},
            "product": lambda arguments: self._object(str(arguments.get("id")), "Product"),
            "bulkOperation": lambda arguments: self._bulk.shown(str(arguments.get("id"))),
            "currentBulkOperation": lambda _: self._bulk.newest(),
            "currentAppInstallation": {
                "__typename": "AppInstallation", "id": "gid://shopify/AppInstallation/7001",
                "accessScopes": [{"__typename": "AccessScope", "handle": scope}
                                 for scope in self._access.scopes],
            },
        }  # fmt: skip

    def mutation(self) -> dict[str, Any]:
        """What may be changed: bulk operations start and stop."""
        return {
            "__typename": "MutationRoot",
            "bulkOperationRunQuery": self._bulk.start,
            "bulkOperationCancel": self._bulk.cancel,
        }

    def _page_size(self, name: str, arguments: dict[str, Any]) -> int:
        count, most = arguments.get("first"), self._box.settings.shopify_max_page_size
        if not isinstance(count, int) or not 0 <= count <= most:
            raise FieldError(f"you must provide first or last, at most {most}", ["query", name])
        return count

    def _object(self, gid: str, kind: str | None = None) -> dict[str, Any] | None:
        """Any object by its global id; null when there is none of that kind."""
        found_kind, _, number = gid.removeprefix("gid://shopify/").partition("/")
        if kind not in (None, found_kind):
            raise FieldError(f"Invalid global id '{gid}'", ["query"])
        if found_kind == "Order":
            return self._order(int(number) - FIRST_ID)
        if found_kind == "Refund":
            order = self._order((int(number) - FIRST_ID) // 10)
            refunds = order["refunds"]({}) if order else []
            return next((one for one in refunds if one["id"] == gid), None)
        if found_kind == "Product":
            position = product_position(gid)
            return None if position is None else product_node(position)
        return self._bulk.shown(gid) if found_kind == "BulkOperation" else None

    def _order(self, number: int) -> dict[str, Any] | None:
        table = order_table(self._box)
        rows = (table.number == number).nonzero()[0]
        if not len(rows):
            return None
        return order_node(self._box, int(table.day[rows[0]]), int(table.row[rows[0]]))

    def _orders_count(self, arguments: dict[str, Any]) -> dict[str, Any]:
        total = int(matching(order_table(self._box), arguments.get("query")).sum())
        precision = "EXACT" if total <= 10_000 else "AT_LEAST"
        return {"__typename": "Count", "count": min(total, 10_000), "precision": precision}
