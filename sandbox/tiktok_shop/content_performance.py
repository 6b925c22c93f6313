"""Analytics of videos, LIVE sessions and products: aggregates of the asked span, without a date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_shop.envelope import invalid
from sandbox.tiktok_shop.gateway import Call
from sandbox.tiktok_shop.listing import paged
from sandbox.tiktok_shop.sales import Line, Span, figures, latest, lines, rate, span, traffic
from sandbox.world import brand, shop_plan
from sandbox.world.content import BRAND, BRAND_HANDLE, BRAND_OPEN_ID, CREATOR, Live, Post
from sandbox.world.draws import day_generator
from sandbox.world.shop_plan import CARD, LIVE, SEARCH, SHOP_TAB, VIDEO
from sandbox.world.zones import midnight, utc_text

_ACCOUNTS = ("OFFICIAL_ACCOUNTS", "MARKETING_ACCOUNTS", "AFFILIATE_ACCOUNTS")
_PART_COUNTS = ("attributed_orders", "attributed_sku_orders", "attributed_sold_items")


def videos(box: Sandbox, call: Call) -> dict[str, Any]:
    """`GET /analytics/202605/shop_videos/performance`."""
    asked, kind = span(call), call.query.get("account_type", "ALL")
    if kind not in ("ALL", *_ACCOUNTS):
        raise invalid("Invalid request. Invalid 'account_type' query parameter.")
    sold: dict[int, list[Line]] = {}
    for line in lines(box, asked):
        if line.post >= 0:
            sold.setdefault(line.post, []).append(line)
    begin, end = _ready(box, asked)
    found = []
    for position, post in enumerate(box.world.content.posts):
        wanted = {BRAND: ("ALL", _ACCOUNTS[0]), CREATOR: ("ALL", _ACCOUNTS[2])}.get(post.kind, ())
        if kind not in wanted or post.published >= end:
            continue
        some = sold.get(position, [])
        count = box.world.content.counters
        if begin < end and (some or count(post, end).views > count(post, begin).views):
            found.append(_video(box, asked, post, some, begin, end))
    found.sort(key=lambda one: (-float(one["gmv"]["amount"]), one["id"]))
    return {**paged(call, "videos", found), "latest_available_date": latest(box).isoformat()}


def _ready(box: Sandbox, asked: Span) -> tuple[int, int]:
    """First and last instant of the span's days that are computed; equal when there is none."""
    days = [day for day in asked.days() if day <= latest(box)]
    if not days:
        return 0, 0
    return midnight(days[0]), midnight(days[-1]) + 86_400


def _video(box: Sandbox, asked: Span, post: Post, some: list[Line], begin: int,
           end: int) -> dict[str, Any]:  # fmt: skip
    before, after = (box.world.content.counters(post, at) for at in (begin, end))
    views, all_of = after.views - before.views, figures(some)
    seen = traffic(some, views)
    product = brand.PRODUCTS[post.product]
    own = post.kind == BRAND
    open_id = BRAND_OPEN_ID if own else box.world.content.creators[post.author].creator_id
    return {
        "id": post.item_id,
        "title": post.caption,
        "username": post.handle,
        "creator": {"user_name": post.handle, "nick_name": post.handle.title(),
                    "open_id": open_id, "creator_country": "FR",
                    "author_type": _ACCOUNTS[0] if own else _ACCOUNTS[2]},
        "video_post_time": utc_text(post.published),
        "duration": int(post.seconds),
        "views": views,
        "likes": after.likes - before.likes,
        "comments": after.comments - before.comments,
        "shares": after.shares - before.shares,
        "new_followers": after.new_followers - before.new_followers,
        **seen,
        "click_through_rate": rate(seen["product_clicks"], views),
        "gmv": asked.money(all_of["cents"] * 1.1),
        "attributed_gmv": asked.money(all_of["cents"]),
        "indirect_gmv": asked.money(all_of["cents"] * 0.1),
        "gpm": asked.money(all_of["cents"] * 1_000 / views if views else 0),
        "sku_orders": all_of["sku_orders"],
        "items_sold": all_of["items"],
        "avg_customers": all_of["orders"] // max((asked.end - asked.first).days, 1),
        "ctor": rate(all_of["orders"], seen["product_clicks"]),
        "video_finish_rate": f"{after.finished:.4f}",
        "v_to_l_clicks": views // 900,
        "products": [{"id": shop_plan.product_id(post.product), "name": product.title}],
        "hash_tags": list(post.hashtags),
        "advertisable": post.spark,
    }  # fmt: skip


def lives(box: Sandbox, call: Call) -> dict[str, Any]:
    """`GET /analytics/202609/shop_lives/performance`; the account type has to be said."""
    asked, kind = span(call), call.query.get("account_type")
    if kind not in _ACCOUNTS:
        raise invalid("Invalid request. Missing or invalid 'account_type' query parameter.")
    begin, end = _ready(box, asked)
    some = lines(box, asked)
    found = [
        _session(box, asked, live, [line for line in some if line.live == position])
        for position, live in enumerate(box.world.content.lives)
        if kind == _ACCOUNTS[0] and begin <= live.start < end and live.end <= box.clock.epoch
    ]
    return {
        **paged(call, "live_stream_sessions", found),
        "latest_available_date": latest(box).isoformat(),
        "updated_at": f"{latest(box).isoformat()} 23:59:59",
    }


def _session(box: Sandbox, asked: Span, live: Live, some: list[Line]) -> dict[str, Any]:
    draw = day_generator(box.world.config.seed, live.day, "live room")
    all_of, money = figures(some), asked.money
    viewers = int(2_600 * live.strength * (0.8 + 0.4 * draw.random()))
    views = int(viewers * 1.35)
    clicks = int(views * 0.11) + 6 * all_of["orders"]
    impressions, shown = int(views * 3.4), int(views * 1.9)
    hours, likes, minutes = (live.end - live.start) / 3_600, int(views * 2.2), int(views * 0.21)
    duration = int(65 + 40 * draw.random())
    orders, cents = all_of["orders"], all_of["cents"]
    talk = {"likes": likes, "comments": int(views * 0.12), "shares": int(views * 0.012),
            "new_followers": int(viewers * 0.021)}  # fmt: skip
    return {
        "id": live.room_id,
        "title": live.title,
        "start_time": str(live.start),
        "end_time": str(live.end),
        "creator": {"user_name": BRAND_HANDLE, "nick_name": brand.SHOP_NAME,
                    "open_id": BRAND_OPEN_ID, "creator_country": "FR",
                    "author_type": _ACCOUNTS[0]},
        "sales_performance": {
            "live_attributed_gmv": money(cents), "live_gmv": money(cents * 1.1),
            "live_indirect_gmv": money(cents * 0.1), "live_attributed_orders": orders,
            "live_attributed_sku_orders": all_of["sku_orders"],
            "live_attributed_items_sold": all_of["items"], "attributed_customers": orders,
            "products_sold": len({line.product for line in some}),
            "created_sku_orders": all_of["sku_orders"] + orders // 12,
            "payment_rate": rate(orders, orders + orders // 12),
            "aov": money(cents / max(orders, 1)),
            "avg_price": money(cents / max(all_of["items"], 1)),
        },
        "traffic": {
            "views": views, "viewers": viewers, "pcu": viewers // 7, "acu": viewers // 16,
            "impressions": impressions, "impressions_per_hour": int(impressions / hours),
            "product_impressions": shown, "product_clicks": clicks,
            "products_added": len(brand.PRODUCTS), "ctr": rate(clicks, views),
            "ctor": rate(orders, clicks), "ctor_sku_order": rate(all_of["sku_orders"], clicks),
            "live_ctr": rate(clicks, shown), "tap_through_rate": rate(views, impressions),
            "order_rate_sku_orders": rate(all_of["sku_orders"], views),
            "avg_viewing_duration": duration,
            "avg_viewing_duration_per_viewer": int(duration * 1.35),
            "over_1m_views": minutes, "over_1m_live_viewing_rate": rate(minutes, views),
            "gmv_per_hour": money(cents / hours), "show_gpm": money(cents * 1_000 / impressions),
            "watch_gpm": money(cents * 1_000 / views),
        },
        "interaction_performance": {
            **talk, "like_rate": rate(likes, views), "comment_rate": rate(talk["comments"], views),
            "share_rate": rate(talk["shares"], views),
            "follow_rate": rate(talk["new_followers"], viewers),
        },
    }  # fmt: skip


def products(box: Sandbox, call: Call) -> dict[str, Any]:
    """`GET /analytics/202605/shop_products/performance`."""
    asked = span(call)
    some = lines(box, asked)
    begin, end = _ready(box, asked)
    found = [
        _product(asked, position, [line for line in some if line.product == position])
        for position in range(len(brand.PRODUCTS) if begin < end else 0)
    ]
    sort = call.query.get("sort_field", "gmv")
    if sort not in ("gmv", "items_sold", "orders"):
        raise invalid("Invalid request. Invalid 'sort_field' query parameter.")
    found.sort(key=lambda one: -float(one["total_performance"]["gmv"]["amount"]))
    return {**paged(call, "products", found), "latest_available_date": latest(box).isoformat()}


def _product(asked: Span, position: int, some: list[Line]) -> dict[str, Any]:
    def part(views: float, keep: Callable[[Line], bool], name: str = "attributed_gmv",
             counts: tuple[str, ...] = _PART_COUNTS) -> dict[str, Any]:  # fmt: skip
        chosen = [line for line in some if keep(line)]
        all_of, seen = figures(chosen), traffic(chosen, views)
        return {
            name: asked.money(all_of["cents"]),
            **dict(zip(counts, (all_of["orders"], all_of["sku_orders"], all_of["items"]),
                       strict=True)),
            "estimated_customers": all_of["orders"],
            "aov": asked.money(all_of["cents"] / max(all_of["orders"], 1)),
            **seen, "ctr": rate(seen["product_clicks"], seen["product_impressions"]),
            "add_cart_count": seen["product_clicks"] // 7,
            "click_order_rate": rate(all_of["orders"], seen["product_clicks"]),
        }  # fmt: skip

    days = (asked.end - asked.first).days
    views = 90.0 * days * float(brand.PRODUCT_WEIGHTS[position]) * 8
    tab = [line for line in some if line.origin in (SHOP_TAB, SEARCH)]
    return {
        "id": shop_plan.product_id(position),
        "total_performance": {
            **part(views, lambda _: True, "gmv", ("orders", "sku_orders", "items_sold")),
        },
        "seller_live_performance": part(views / 9, lambda one: one.origin == LIVE),
        "seller_video_performance": part(
            views / 4, lambda one: one.origin == VIDEO and one.creator < 0
        ),
        "seller_product_card_performance": part(
            views / 4, lambda one: one.origin == CARD and one.creator < 0
        ),
        "affiliate_total_performance": part(views / 6, lambda one: one.creator >= 0),
        "affiliate_video_performance": part(
            views / 8, lambda one: one.origin == VIDEO and one.creator >= 0, "attributed_video_gmv"
        ),
        "affiliate_live_performance": part(0, lambda _: False, "live_attributed_gmv"),
        "shop_tab_performance": {
            "shop_tab_product_impressions": int(views * 2),
            "shop_tab_product_clicks": int(views / 9),
            "shop_tab_gmv": {**asked.money(sum(line.cents for line in tab))},
            "shop_tab_sold_items": sum(line.units for line in tab),
        },
    }  # fmt: skip
