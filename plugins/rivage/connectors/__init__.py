"""Connectors by name. Importing this package loads no HTTP or cloud library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rivage.errors import UnknownStream

if TYPE_CHECKING:
    from rivage.connectors.base import Connector
    from rivage.settings import Settings

__all__ = ["CONNECTORS", "configured", "connect"]

CONNECTORS = {
    "tiktok_ads": "tiktok_ads",
    "ga4": "web_analytics",
    "ga4_export": "web_analytics",
    "shopify": "commerce",
}
"""Connector name -> the source family whose ingest DAG runs it."""


def configured(settings: Settings) -> list[str]:
    """Connectors that some setting speaks of; the others are left out, not refused.

    A half-set one is in the list, so that its missing part is named when it is used.
    """
    spoken_of = {
        "tiktok_ads": settings.tiktok_ads.access_token or settings.tiktok_ads.app_id,
        "ga4": settings.ga4.property_id or settings.ga4.credentials,
        "ga4_export": settings.ga4.export_url,
        "shopify": settings.shopify.base_url,
    }
    return [name for name in CONNECTORS if spoken_of[name]]


def connect(name: str, settings: Settings) -> Connector:
    """The connector a stream names, ready to use.

    Raises:
        SettingMissing: a setting of this API is absent; the error names the variable.
        UnknownStream: no connector has this name.
    """
    # Each import is here because the libraries behind it are heavy.
    if name == "tiktok_ads":
        from rivage.connectors.tiktok_ads import TikTokAds

        return TikTokAds(settings)
    if name == "ga4":
        from rivage.connectors.ga4 import Ga4

        return Ga4(settings)
    if name == "ga4_export":
        from rivage.connectors.ga4_export import Ga4Export

        return Ga4Export(settings)
    if name == "shopify":
        from rivage.connectors.shopify import Shopify

        return Shopify(settings)
    raise UnknownStream(
        f"There is no connector {name!r}; there are {', '.join(CONNECTORS)}.",
        do="Correct `connector` in the stream's declaration.",
    )
