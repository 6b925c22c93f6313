"""Airflow connections as Rivage settings: one hook per API.

A connection, if it exists, is laid over the environment; if none exists the
environment alone counts, so the same DAGs run with a `.env` file or with Airflow's
connections, and the stages never know which.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

if TYPE_CHECKING:
    from rivage.settings import Settings


class RivageHook(BaseHook):
    """What the hooks share: find the connection, build settings, test the access."""

    conn_name_attr = "conn_id"
    conn_type: ClassVar[str]
    default_conn_name: ClassVar[str]
    hook_name: ClassVar[str]
    connectors: ClassVar[tuple[str, ...]]
    area: ClassVar[str]
    """Field of Settings that the connection fills."""
    password_field: ClassVar[str]
    extra_fields: ClassVar[tuple[str, ...]]
    secret_fields: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, conn_id: str | None = None) -> None:
        super().__init__()
        self.conn_id = conn_id or self.default_conn_name

    def overrides(self) -> dict[str, Any]:
        """Settings that the connection states; empty when there is no such connection."""
        try:
            connection = self.get_connection(self.conn_id)
        except AirflowNotFoundException:
            return {}
        stated: dict[str, Any] = {}
        if connection.host:
            host = connection.host
            stated["base_url"] = host if "://" in host else f"https://{host}"
        if connection.password:
            stated[self.password_field] = connection.password
        extra = connection.extra_dejson
        stated |= {name: extra[name] for name in self.extra_fields if extra.get(name)}
        for name in {self.password_field} | self.secret_fields:
            if value := stated.get(name):
                for text in _texts(value):
                    mask_secret(text)
        return stated

    def settings(self) -> Settings:
        """The process settings with this connection laid over them."""
        from rivage.settings import settings

        return self.over(settings())

    def over(self, base: Settings) -> Settings:
        """Settings with this connection laid over them."""
        stated = self.overrides()
        if not stated:
            return base
        kind = type(getattr(base, self.area))
        return base.model_copy(update={self.area: kind(**stated)})

    def get_conn(self) -> Any:
        """The first connector of this API, ready to pull."""
        from rivage.connectors import connect

        return connect(self.connectors[0], self.settings())

    def test_connection(self) -> tuple[bool, str]:
        """Run the connectors' own checks; stops at the first step that fails."""
        from rivage.connectors import configured, connect
        from rivage.errors import RivageError

        done = []
        try:
            chosen = self.settings()
            # The first one names what is missing when nothing is set at all.
            spoken_of = configured(chosen)
            for name in self.connectors:
                if name not in spoken_of and name != self.connectors[0]:
                    continue
                for step in connect(name, chosen).check():
                    if not step.ok:
                        return False, f"{step.name}: {step.detail}"
                    done.append(f"{step.name}: {step.detail}")
        except RivageError as error:
            return False, str(error)
        return True, "; ".join(done)


class TikTokAdsHook(RivageHook):
    """Connection type `rivage_tiktok_ads`."""

    conn_type = "rivage_tiktok_ads"
    default_conn_name = "rivage_tiktok_ads"
    hook_name = "Rivage: TikTok Ads"
    connectors = ("tiktok_ads", "tiktok_creators")
    area = "tiktok_ads"
    password_field = "access_token"  # noqa: S105  a field's name
    extra_fields = ("app_id", "app_secret", "advertiser_ids")
    secret_fields = frozenset({"app_secret"})


class Ga4Hook(RivageHook):
    """Connection type `rivage_ga4`: the Data API and the export folder."""

    conn_type = "rivage_ga4"
    default_conn_name = "rivage_ga4"
    hook_name = "Rivage: GA4"
    connectors = ("ga4", "ga4_export")
    area = "ga4"
    password_field = "credentials"  # noqa: S105  a field's name
    extra_fields = ("property_id", "export_url")


class ShopifyHook(RivageHook):
    """Connection type `rivage_shopify`."""

    conn_type = "rivage_shopify"
    default_conn_name = "rivage_shopify"
    hook_name = "Rivage: Shopify"
    connectors = ("shopify",)
    area = "shopify"
    password_field = "access_token"  # noqa: S105  a field's name
    extra_fields = ("client_id", "client_secret", "api_version")
    secret_fields = frozenset({"client_secret"})


class TikTokOrganicHook(RivageHook):
    """Connection type `rivage_tiktok_organic`: the Accounts API."""

    conn_type = "rivage_tiktok_organic"
    default_conn_name = "rivage_tiktok_organic"
    hook_name = "Rivage: TikTok organic"
    connectors = ("tiktok_organic",)
    area = "tiktok_organic"
    password_field = "refresh_token"  # noqa: S105  a field's name
    extra_fields = ("client_id", "client_secret", "hashtags")
    secret_fields = frozenset({"client_secret"})


class TikTokShopHook(RivageHook):
    """Connection type `rivage_tiktok_shop`: the Shop Open API."""

    conn_type = "rivage_tiktok_shop"
    default_conn_name = "rivage_tiktok_shop"
    hook_name = "Rivage: TikTok Shop"
    connectors = ("tiktok_shop",)
    area = "tiktok_shop"
    password_field = "refresh_token"  # noqa: S105  a field's name
    extra_fields = ("app_key", "app_secret", "auth_url")
    secret_fields = frozenset({"app_secret"})


class MatomoHook(RivageHook):
    """Connection type `rivage_matomo`."""

    conn_type = "rivage_matomo"
    default_conn_name = "rivage_matomo"
    hook_name = "Rivage: Matomo"
    connectors = ("matomo",)
    area = "matomo"
    password_field = "token_auth"  # noqa: S105  a field's name
    extra_fields = ("site_ids",)


HOOKS: tuple[type[RivageHook], ...] = (
    TikTokAdsHook,
    TikTokOrganicHook,
    TikTokShopHook,
    Ga4Hook,
    MatomoHook,
    ShopifyHook,
)


def hook_of(connector: str) -> RivageHook | None:
    """The hook that holds a connector's access; None for a connector without one."""
    return next((kind() for kind in HOOKS if connector in kind.connectors), None)


def _texts(value: str) -> list[str]:
    """The strings to mask: the value, and the leaves of a JSON document such as a key file."""
    try:
        document = json.loads(value)
    except ValueError:
        return [value]
    if not isinstance(document, dict):
        return [value]
    return [value, *(leaf for leaf in document.values() if isinstance(leaf, str))]
