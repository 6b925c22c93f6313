"""What a token may lack (setting `without_scopes`): each platform then refuses in its own way.

Names are the platform's own where it has one; the Marketing API's answers name only paths.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

MARKETING = {
    "tiktok_ads.audience_reports": ("/report/integrated/get/", "report_type=AUDIENCE"),
    "tiktok_ads.gmv_max": ("/gmv_max/*", ""),
    "tiktok_ads.gmv_max_reports": ("/gmv_max/report/get/", ""),
    "tiktok_ads.pixels": ("/pixel/list/", ""),
    "tiktok_ads.pixel_stats": ("/pixel/event/stats/", ""),
    "tiktok_ads.smart_plus": ("/smart_plus/*", ""),
    "tiktok_one": ("/tto/*", ""),
}
"""Glob on the path, and what the query holds besides."""

ACCOUNT = (
    "user.info.basic", "user.info.username", "user.info.profile", "user.info.stats",
    "user.account.type", "user.insights", "video.list", "video.insights", "comment.list",
    "biz.brand.insights",
)  # fmt: skip
"""Of the Accounts API."""

SHOP = {
    "authorization": "seller.authorization.info",
    "order": "seller.order.info",
    "product": "seller.product.basic",
    "return_refund": "seller.return_refund.basic",
    "finance": "seller.finance.info",
    "affiliate_seller": "seller.affiliate_collaboration.read",
    "analytics": "data.shop_analytics.public.read",
}
"""Of TikTok Shop, by the first part of a path."""

SHOPIFY = ("read_all_orders", "read_customers", "read_inventory", "read_orders", "read_products")
NEEDS_PRODUCTS = ("product", "products", "productsCount", "variant")
"""Fields of the shop's schema that only read_products opens."""

GA4_REVENUE, REVENUE_METRICS = "ga4.revenue", ("purchaseRevenue", "totalRevenue", "eventValue")
"""The caller's role has 'no revenue metrics'."""
VISITS_LOG = "matomo.visits_log"

KNOWN = (*MARKETING, *ACCOUNT, *SHOP.values(), *SHOPIFY, GA4_REVENUE, VISITS_LOG)


def marketing_refuses(without: list[str], path: str, query: str) -> bool:
    """Whether the Marketing token lacks what this call needs."""
    needed = (MARKETING[name] for name in without if name in MARKETING)
    return any(fnmatchcase(path, glob) and part in query for glob, part in needed)
