"""Connectors by name. Importing this package loads no HTTP or cloud library."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from rivage.errors import UnknownStream

if TYPE_CHECKING:
    from rivage.connectors.base import Connector
    from rivage.settings import Settings

__all__ = ["CONNECTORS", "Entry", "configured", "connect"]


@dataclass(frozen=True)
class Entry:
    """One connector.

    Args:
        family: the source family whose ingest DAG runs it.
        place: module under connectors/ and what makes one, as `module:Class`; imported on
            first use, because the libraries behind some are heavy.
        at_once: pulls that may run at the same time.
        why: the reason for `at_once`, in the API's own terms.
    """

    family: str
    place: str
    at_once: int
    why: str


CONNECTORS = {
    "tiktok_ads": Entry(
        "tiktok_ads", "tiktok_ads:TikTokAds", 4,
        "The QPS budget belongs to the developer app; the limiter shares it.",
    ),
    "tiktok_organic": Entry(
        "tiktok_organic", "tiktok_organic:TikTokOrganic", 2,
        "Accounts API calls count against the same developer app.",
    ),
    "tiktok_creators": Entry(
        "tiktok_organic", "tiktok_creators:TikTokCreators", 2,
        "TikTok One calls count against the same developer app.",
    ),
    "tiktok_shop": Entry(
        "tiktok_shop", "tiktok_shop:TikTokShop", 2,
        "Shop limits are dynamic and unpublished; analytics asks for one call a second.",
    ),
    "ga4": Entry(
        "web_analytics", "ga4:Ga4", 2,
        "GA4 allows ten requests at once per property, other tools included.",
    ),
    "ga4_export": Entry(
        "web_analytics", "ga4_export:connector", 2,
        "Days read at once; each may be hundreds of MB.",
    ),
    "matomo": Entry(
        "web_analytics", "matomo:Matomo", 1,
        "The visitor log is heavy on the Matomo server; its cloud allows 200 calls a minute.",
    ),
    "shopify": Entry(
        "commerce", "shopify:Shopify", 2,
        "The cost budget is per app and shop.",
    ),
    "ecb": Entry(
        "reference", "ecb:Ecb", 1,
        "One small file for all days.",
    ),
    "inputs": Entry(
        "reference", "inputs:Inputs", 1,
        "Local files.",
    ),
}  # fmt: skip
"""Connector name -> where it is and how it may be used."""


def configured(settings: Settings) -> list[str]:
    """Connectors that some setting speaks of; the others are left out, not refused.

    A half-set one is in the list, so that its missing part is named when it is used.
    """
    if settings.sources:
        return [name for name in CONNECTORS if name in settings.sources]
    organic, shop = settings.tiktok_organic, settings.tiktok_shop
    # The same key reads the export from BigQuery, also where nobody asks the Data API.
    exported = (settings.ga4.export_url or "").startswith("bigquery:")
    spoken_of = {
        "tiktok_ads": settings.tiktok_ads.access_token or settings.tiktok_ads.app_id,
        "tiktok_organic": organic.refresh_token or organic.client_id,
        "tiktok_creators": settings.tiktok_creators.enabled,
        "tiktok_shop": shop.app_key or shop.refresh_token,
        "ga4": settings.ga4.property_id or (settings.ga4.credentials and not exported),
        "ga4_export": settings.ga4.export_url,
        "matomo": settings.matomo.base_url,
        "shopify": settings.shopify.base_url,
        "ecb": settings.ecb.enabled,
        "inputs": settings.inputs.folder,
    }
    return [name for name in CONNECTORS if spoken_of[name]]


def connect(name: str, settings: Settings) -> Connector:
    """The connector a stream names, ready to use.

    Raises:
        SettingMissing: a setting of this API is absent; the error names the variable.
        UnknownStream: no connector has this name.
    """
    if name not in CONNECTORS:
        raise UnknownStream(
            f"There is no connector {name!r}; there are {', '.join(CONNECTORS)}.",
            do="Correct `connector` in the stream's declaration.",
        )
    module, _, cls = CONNECTORS[name].place.partition(":")
    made = getattr(import_module(f"{__name__}.{module}"), cls)(settings)
    return cast("Connector", made)
