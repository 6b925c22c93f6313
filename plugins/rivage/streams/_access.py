"""Permissions that are granted one by one, and where to ask for each.

A Marketing API permission is ticked in the app first and by each ad account's owner again
at the consent, so it can be missing at either end.

Sources: the permission lists of TikTok's API for Business portal, of the TikTok Shop Partner
Center and of the Shopify Admin API; GA4 data restrictions; Matomo's visits log.
"""

from __future__ import annotations

from rivage.streams.model import Access

_PORTAL = "business-api.tiktok.com/portal, My Apps > your app > Scope of permission"


def _marketing(scope: str) -> Access:
    return Access(
        scope,
        f"{_PORTAL}: tick this permission; once it is approved, let the ad account's owner "
        "authorise the app again and set RIVAGE_TIKTOK_ADS_ACCESS_TOKEN.",
    )


def _organic(scope: str) -> Access:
    return Access(
        scope,
        f"{_PORTAL} > TikTok Accounts: ask for this scope; then let the account's owner consent "
        "again and set RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN.",
    )


def _shop(scope: str) -> Access:
    return Access(
        scope,
        "partner.tiktokshop.com, App & Service > your app > Manage API: enable this scope; then "
        "let the seller authorise the app again and set RIVAGE_TIKTOK_SHOP_REFRESH_TOKEN.",
    )


AUDIENCE_REPORTS = _marketing("Reporting > Consolidated Report (AUDIENCE)")
GMV_MAX = _marketing("Ads Management > GMV MAX")
GMV_MAX_REPORTS = _marketing("Reporting > GMV MAX Report")
PIXELS = _marketing("Pixel Management > Read Pixels")
PIXEL_STATS = _marketing("Pixel Management > Pixel Level Reporting")
SMART_PLUS = _marketing("Ads Management > Smart+ > Read Smart+ Ads")
TIKTOK_ONE = _marketing("TikTok Creator Marketplace (TikTok One)")

ACCOUNT_INSIGHTS = _organic("user.insights")
VIDEOS = _organic("video.list")
COMMENTS = _organic("comment.list")
MENTIONS = _organic("biz.brand.insights")

SHOP_PRODUCTS = _shop("seller.product.basic")
SHOP_RETURNS = _shop("seller.return_refund.basic")
SHOP_ANALYTICS = _shop("data.shop_analytics.public.read")
SHOP_AFFILIATES = _shop("seller.affiliate_collaboration.read")

PRODUCTS = Access(
    "read_products, read_inventory",
    "dev.shopify.com, Apps > your app > Versions > Scopes (for an older custom app: the shop's "
    "admin, Settings > Apps > Develop apps > Configuration); then install the new version.",
)
METRICS = Access(
    "cost and revenue metrics",
    "analytics.google.com, Admin > Property access management > the service account: remove "
    "'No cost metrics' and 'No revenue metrics'.",
)
EXPORT_FILES = Access(
    "read access to the export's folder",
    "the bucket's permissions (console.cloud.google.com/storage for gs://): let this machine's "
    "identity list and read objects.",
)
VISITS_LOG = Access(
    "visits log",
    "Matomo, Administration > Privacy > Anonymize data: switch the visits log and visitor "
    "profile on.",
)
