"""What Airflow asks an installed provider: connection types and their forms."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": ["string", "null"]}
_SECRET = {"type": ["string", "null"], "format": "password"}
_BASE = "https://business-api.tiktok.com/open_api/v1.3/"


def get_provider_info() -> dict[str, Any]:
    """Declares the connection types; imported by every Airflow process, so no imports."""
    return {
        "package-name": "rivage",
        "name": "Rivage",
        "description": "Pulls TikTok, web analytics and the back office for Rivage.",
        "connection-types": [
            _type(
                "rivage_tiktok_ads",
                "TikTokAdsHook",
                "Rivage: TikTok Ads",
                access="Access token",
                host=f"Base URL, empty for {_BASE}",
                fields={
                    "app_id": ("App id", _TEXT),
                    "app_secret": ("App secret", _SECRET),
                    "advertiser_ids": ("Advertiser ids, comma-separated; empty for all", _TEXT),
                },
            ),
            _type(
                "rivage_tiktok_organic",
                "TikTokOrganicHook",
                "Rivage: TikTok organic",
                access="Refresh token",
                host=f"Base URL, empty for {_BASE}",
                fields={
                    "client_id": ("Client id", _TEXT),
                    "client_secret": ("Client secret", _SECRET),
                    "hashtags": ("Hashtags to follow, comma-separated", _TEXT),
                },
            ),
            _type(
                "rivage_tiktok_shop",
                "TikTokShopHook",
                "Rivage: TikTok Shop",
                access="Refresh token",
                host="Base URL, empty for TikTok's",
                fields={
                    "app_key": ("App key", _TEXT),
                    "app_secret": ("App secret", _SECRET),
                    "auth_url": ("Token URL, empty for TikTok's", _TEXT),
                },
            ),
            _type(
                "rivage_matomo",
                "MatomoHook",
                "Rivage: Matomo",
                access="token_auth",
                host="https://<your Matomo>",
                fields={"site_ids": ("Site ids, comma-separated; empty for all", _TEXT)},
            ),
            _type(
                "rivage_ga4",
                "Ga4Hook",
                "Rivage: GA4",
                access="Service-account key (JSON)",
                host="Base URL, empty for Google's",
                fields={
                    "property_id": ("Property id", _TEXT),
                    "export_url": ("bigquery://… or folder of the daily event export", _TEXT),
                },
            ),
            _type(
                "rivage_shopify",
                "ShopifyHook",
                "Rivage: Shopify",
                access="Admin API access token",
                host="https://<shop>.myshopify.com",
                fields={
                    "client_id": ("Client id", _TEXT),
                    "client_secret": ("Client secret", _SECRET),
                    "api_version": ("API version", _TEXT),
                },
            ),
        ],
    }


def _type(
    kind: str,
    hook: str,
    title: str,
    *,
    access: str,
    host: str,
    fields: dict[str, tuple[str, dict[str, Any]]],
) -> dict[str, Any]:
    return {
        "connection-type": kind,
        "hook-class-name": f"rivage.airflow.hooks.{hook}",
        "hook-name": title,
        "ui-field-behaviour": {
            "hidden-fields": ["schema", "port", "login"],
            "relabeling": {"password": access, "host": "Base URL"},
            "placeholders": {"host": host},
        },
        "conn-fields": {
            name: {"label": label, "schema": schema} for name, (label, schema) in fields.items()
        },
    }
