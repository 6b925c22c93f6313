"""Airflow connections become settings; without one the environment counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rivage.airflow.hooks import HOOKS, Ga4Hook, ShopifyHook, TikTokAdsHook, hook_of
from rivage.airflow.provider import get_provider_info
from rivage.connectors import CONNECTORS
from rivage.connectors.base import CheckStep
from rivage.errors import TokenExpired
from rivage.settings import settings


@pytest.fixture(autouse=True)
def fresh_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RIVAGE_TIKTOK_ADS_ACCESS_TOKEN", "from-environment")
    monkeypatch.setenv("RIVAGE_TIKTOK_ADS_APP_ID", "app-from-environment")
    settings.cache_clear()
    yield
    settings.cache_clear()


def connection(monkeypatch: pytest.MonkeyPatch, conn_id: str, **fields: Any) -> None:
    monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(fields))


def test_without_a_connection_the_environment_counts() -> None:
    found = TikTokAdsHook().settings()
    assert found.tiktok_ads.access_token is not None
    assert found.tiktok_ads.access_token.get_secret_value() == "from-environment"


def test_a_connection_is_laid_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    connection(
        monkeypatch, "rivage_tiktok_ads", conn_type="rivage_tiktok_ads", password="from-connection",
        host="https://example.test/v1/", extra={"advertiser_ids": "1, 2"},
    )  # fmt: skip
    own = TikTokAdsHook().settings().tiktok_ads
    assert own.access_token is not None
    assert own.access_token.get_secret_value() == "from-connection"
    assert own.base_url == "https://example.test/v1/"
    assert own.advertiser_ids == ("1", "2")
    assert own.app_id == "app-from-environment"
    assert settings().tiktok_ads.advertiser_ids == ()


def test_a_bare_host_means_https(monkeypatch: pytest.MonkeyPatch) -> None:
    connection(monkeypatch, "rivage_shopify", conn_type="rivage_shopify", host="a.myshopify.com")
    assert ShopifyHook().settings().shopify.base_url == "https://a.myshopify.com"


def test_secrets_are_masked_also_inside_a_key_file(monkeypatch: pytest.MonkeyPatch) -> None:
    masked: list[str] = []
    monkeypatch.setattr("rivage.airflow.hooks.mask_secret", masked.append)
    key = json.dumps({"private_key": "-----SECRET-----", "client_email": "a@b"})
    connection(monkeypatch, "rivage_ga4", conn_type="rivage_ga4", password=key)
    connection(
        monkeypatch, "rivage_shopify", conn_type="rivage_shopify", password="pw",
        extra={"client_secret": "cs"},
    )  # fmt: skip
    assert Ga4Hook().settings().ga4.credentials == key
    ShopifyHook().settings()
    assert {"-----SECRET-----", key, "pw", "cs"} <= set(masked)


class Fake:
    def __init__(self, *steps: CheckStep, error: Exception | None = None) -> None:
        self.steps, self.error = steps, error

    def check(self) -> Iterator[CheckStep]:
        yield from self.steps
        if self.error:
            raise self.error


def test_the_connection_test_tells_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Fake(CheckStep("token", True, "valid"), CheckStep("accounts", True, "2 visible"))
    monkeypatch.setattr("rivage.connectors.connect", lambda name, chosen: good)
    assert TikTokAdsHook().test_connection() == (True, "token: valid; accounts: 2 visible")


def test_the_connection_test_stops_at_the_first_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Fake(CheckStep("token", False, "expired"), CheckStep("accounts", True, "never asked"))
    monkeypatch.setattr("rivage.connectors.connect", lambda name, chosen: bad)
    assert TikTokAdsHook().test_connection() == (False, "token: expired")
    dead = Fake(error=TokenExpired("The token was revoked."))
    monkeypatch.setattr("rivage.connectors.connect", lambda name, chosen: dead)
    ok, said = Ga4Hook().test_connection()
    assert (ok, "revoked" in said) == (False, True)


PUBLIC = {"ecb", "inputs"}
"""Connectors without an access to keep."""


def test_every_connector_has_a_hook_and_every_hook_a_form() -> None:
    for name in CONNECTORS:
        assert (hook_of(name) is None) == (name in PUBLIC), name
    forms = {entry["connection-type"]: entry for entry in get_provider_info()["connection-types"]}
    for kind in HOOKS:
        form = forms.pop(kind.conn_type)
        assert form["hook-class-name"] == f"{kind.__module__}.{kind.__qualname__}"
        assert form["hook-name"] == kind.hook_name
        assert set(form["conn-fields"]) == set(kind.extra_fields)
    assert not forms


def test_airflow_accepts_the_provider() -> None:
    import airflow
    import jsonschema

    schema = next(path for path in airflow.__path__ if path)
    with open(f"{schema}/provider_info.schema.json") as file:  # noqa: PTH123
        jsonschema.validate(get_provider_info(), json.load(file))
