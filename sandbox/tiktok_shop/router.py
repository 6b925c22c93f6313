"""Paths of the Shop API and of its token service."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from sandbox.scopes import SHOP
from sandbox.state import Sandbox
from sandbox.tiktok_shop import affiliate, aftersales, content_performance, finance
from sandbox.tiktok_shop import products as listings
from sandbox.tiktok_shop.envelope import Refusal, answer, invalid
from sandbox.tiktok_shop.gateway import Call, admit
from sandbox.tiktok_shop.listing import Item, search
from sandbox.tiktok_shop.order_life import last_change, order_id
from sandbox.tiktok_shop.order_node import order_node
from sandbox.tiktok_shop.shop_performance import shop_performance
from sandbox.tiktok_shop.tokens import Tokens
from sandbox.world import World, brand, shop_plan

Handler = Callable[[Sandbox, Call], dict[str, Any]]
_MOST_IDS = 50


def _shops(box: Sandbox, call: Call) -> dict[str, Any]:  # noqa: ARG001
    return {
        "shops": [
            {"id": shop_plan.SHOP_ID, "name": brand.SHOP_NAME, "region": shop_plan.SHOP_REGION,
             "seller_type": "LOCAL", "cipher": shop_plan.SHOP_CIPHER, "code": shop_plan.SHOP_CODE}
        ]
    }  # fmt: skip


@lru_cache(maxsize=8)
def _orders(world: World, last_day: int, instant: int) -> tuple[Item, ...]:
    found = []
    for day in range(last_day + 1):
        orders = world.shop_orders(day)
        changed = last_change(orders, instant)
        for row in (orders.created <= instant).nonzero()[0].tolist():
            created = int(orders.created[row])
            found.append(Item(order_id(day, row, orders), created, int(changed[row]), (day, row)))
    return tuple(found)


def _search_orders(box: Sandbox, call: Call) -> dict[str, Any]:
    wanted = call.filters.get("order_status")

    def kept(item: Item) -> bool:
        return wanted is None or order_node(box, *item.place)["status"] == wanted

    return search(box, call, "orders", lambda instant: _orders(box.world, box.last_day, instant),
                  lambda item: order_node(box, *item.place), keep=kept)  # fmt: skip


def _order_details(box: Sandbox, call: Call) -> dict[str, Any]:
    ids = [one for one in call.query.get("ids", "").split(",") if one]
    if not 0 < len(ids) <= _MOST_IDS:
        raise invalid("Invalid request. Invalid 'ids' query parameter.")
    known = {item.id: item for item in _orders(box.world, box.last_day, box.clock.epoch)}
    for one in ids:
        if one not in known:
            raise Refusal(400, 21008111, f"Order {one} does not belong to this shop.")
    return {"orders": [order_node(box, *known[one].place) for one in ids]}


def _search_products(box: Sandbox, call: Call) -> dict[str, Any]:
    wanted = call.filters.get("status", "ALL")
    if not listings.known_status(wanted):
        raise invalid("Invalid request. Invalid 'status' in the request body.")
    return search(
        box, call, "products", lambda instant: listings.products(box, instant),
        lambda item: listings.product_node(box, item),
        keep=lambda item: wanted in ("ALL", listings.status(box, item)),
    )  # fmt: skip


def _search_returns(box: Sandbox, call: Call) -> dict[str, Any]:
    return search(box, call, "return_orders",
                  lambda instant: aftersales.returns(box.world, box.last_day, instant),
                  lambda item: aftersales.return_node(box, item), "return_ids")  # fmt: skip


def _search_cancellations(box: Sandbox, call: Call) -> dict[str, Any]:
    return search(box, call, "cancellations",
                  lambda instant: aftersales.cancellations(box.world, box.last_day, instant),
                  lambda item: aftersales.cancel_node(box, item), "cancel_ids")  # fmt: skip


def _affiliate_orders(box: Sandbox, call: Call) -> dict[str, Any]:
    return search(box, call, "orders",
                  lambda instant: affiliate.affiliate_orders(box.world, box.last_day, instant),
                  lambda item: affiliate.affiliate_node(box, item))  # fmt: skip


PATHS: dict[tuple[str, str], Handler] = {
    ("GET", "/authorization/202309/shops"): _shops,
    ("POST", "/order/202309/orders/search"): _search_orders,
    ("GET", "/order/202507/orders"): _order_details,
    ("POST", "/product/202502/products/search"): _search_products,
    ("POST", "/return_refund/202602/returns/search"): _search_returns,
    ("POST", "/return_refund/202602/cancellations/search"): _search_cancellations,
    ("GET", "/finance/202309/statements"): finance.statements,
    ("POST", "/affiliate_seller/202410/orders/search"): _affiliate_orders,
    ("GET", "/analytics/202609/shop/performance"): shop_performance,
    ("GET", "/analytics/202605/shop_videos/performance"): content_performance.videos,
    ("GET", "/analytics/202609/shop_lives/performance"): content_performance.lives,
    ("GET", "/analytics/202605/shop_products/performance"): content_performance.products,
}
"""One version per resource; others were retired or never existed, and are unknown paths."""


def tiktok_shop_router(box: Sandbox) -> APIRouter:
    """All routes."""
    router, tokens = APIRouter(), Tokens(box)

    def serve(call: Call) -> Response:
        try:
            handler = PATHS.get((call.method, call.path))
            if handler is None:
                if any(path == call.path for _, path in PATHS):
                    raise Refusal(405, 36009010, "Invalid method.")
                raise Refusal(404, 36009009, f"Invalid path. {call.path} does not exist.")
            admit(box, tokens, call)
            return answer(box, handler(box, call))
        except Refusal as refusal:
            return answer(box, None, refusal.status, refusal.code, refusal.message)

    async def gateway(request: Request) -> Response:
        call = Call(request.method, request.url.path, dict(request.query_params),
                    request.headers, await request.body())  # fmt: skip
        return await run_in_threadpool(serve, call)

    for area in SHOP:
        router.add_api_route(f"/{area}/{{rest:path}}", gateway, response_model=None,
                             methods=["GET", "POST", "PUT", "DELETE"])  # fmt: skip

    def token_service(work: Callable[[dict[str, str]], Any]) -> Callable[[Request], Response]:
        def endpoint(request: Request) -> Response:
            data, code, message = work(dict(request.query_params))
            return answer(box, data, 200, code, message)

        return endpoint

    for verb, work in (("get", tokens.exchange), ("refresh", tokens.refresh)):
        router.add_api_route(f"/api/v2/token/{verb}", token_service(work), methods=["GET"],
                             name=f"token {verb}", response_model=None)  # fmt: skip
    return router
