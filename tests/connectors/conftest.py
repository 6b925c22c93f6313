"""Settings without the machine's environment, a loopback server, and a recorded sleep."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from rivage.connectors import redaction
from rivage.connectors.ga4 import RETRIES, Ga4
from rivage.connectors.ga4_export_bigquery import Ga4ExportBigQuery
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.tiktok_ads import TikTokAds as TikTokAdsConnector
from rivage.settings import Ga4 as Ga4Settings
from rivage.settings import Settings, Shopify, TikTokAds
from tests.connectors.fake_bigquery import ConnectBigQuery
from tests.connectors.fake_ga4 import Connect
from tests.connectors.loopback import Call, Loopback, Reply

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("RIVAGE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # no .env of the repository
    monkeypatch.setattr(redaction, "_known", set())


@pytest.fixture
def serve() -> Iterator[Callable[..., Loopback]]:
    started: list[Loopback] = []

    def start(answer: Callable[[Call], Reply], **more: Any) -> Loopback:
        started.append(Loopback(answer, **more))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., Settings]:
    def build(
        tiktok_ads: dict[str, Any] | None = None,
        ga4: dict[str, Any] | None = None,
        shopify: dict[str, Any] | None = None,
        **more: Any,
    ) -> Settings:
        fast = {"home": tmp_path / "home", "connect_timeout": 1.0, "read_timeout": 2.0}
        return Settings(
            **{**fast, **more},
            tiktok_ads=TikTokAds(**(tiktok_ads or {})),
            ga4=Ga4Settings(**(ga4 or {})),
            shopify=Shopify(**(shopify or {})),
        )

    return build


@pytest.fixture
def slept() -> list[float]:
    """Seconds of every wait, none of which takes place."""
    return []


@pytest.fixture
def session(configure: Callable[..., Settings], slept: list[float]) -> Callable[..., HttpSession]:
    def build(retries: Retries | None = None, **more: Any) -> HttpSession:
        settings = more.pop("settings", None) or configure(**more.pop("configure", {}))
        return HttpSession(
            settings,
            retries=retries,
            sleep=slept.append,
            now=lambda: NOON,
            jitter=lambda: 0.5,
            **more,
        )

    return build


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def connect_ga4(
    serve: Callable[..., Loopback],
    configure: Callable[..., Any],
    slept: list[float],
    private_key: str,
    tmp_path: Any,
) -> Connect:
    def build(fake: Callable[[Call], Reply], inline: bool = True, **own: Any) -> Ga4:
        server = serve(fake)
        key = {
            "type": "service_account",
            "client_email": "reader@project.iam.gserviceaccount.com",
            "private_key": private_key,
            "private_key_id": "key-1",
            "token_uri": f"{server.url}/token",
        }
        credentials = json.dumps(key)
        if not inline:
            (tmp_path / "key.json").write_text(credentials)
            credentials = str(tmp_path / "key.json")
        base = {"base_url": server.url, "property_id": "123", "credentials": credentials}
        settings = configure(ga4={**base, **own})
        session = HttpSession(settings, retries=RETRIES, sleep=slept.append)
        connector = Ga4(settings, session, now=lambda: datetime.now(UTC))
        connector.server = server  # type: ignore[attr-defined]
        return connector

    return build


@pytest.fixture
def connect_bigquery(
    serve: Callable[..., Loopback],
    configure: Callable[..., Any],
    slept: list[float],
    private_key: str,
) -> ConnectBigQuery:
    def build(fake: Callable[[Call], Reply], **more: Any) -> Ga4ExportBigQuery:
        server = serve(fake)
        key = {
            "type": "service_account",
            "client_email": "reader@shop-data.iam.gserviceaccount.com",
            "private_key": private_key,
            "private_key_id": "key-1",
            "token_uri": f"{server.url}/token",
        }
        own = {"export_url": "bigquery://shop-data/analytics_123", "bigquery_base_url": server.url}
        settings = configure(ga4={**own, "credentials": json.dumps(key)}, **more)
        session = HttpSession(settings, sleep=slept.append, jitter=lambda: 0.5)
        connector = Ga4ExportBigQuery(settings, session, sleep=slept.append)
        connector.server = server  # type: ignore[attr-defined]
        return connector

    return build


@pytest.fixture
def connect_tiktok(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Callable[..., TikTokAdsConnector]:
    def build(fake: Callable[[Call], Reply], keep: bool = True, **own: Any) -> TikTokAdsConnector:
        server = serve(fake, keep=keep)
        base = {"base_url": f"{server.url}/open_api/v1.3", "access_token": "token-of-the-app"}
        settings = configure(tiktok_ads={**base, **own}, read_timeout=own.pop("timeout", 5.0))
        retries = Retries(attempts=2, restricted_seconds=300)
        session = HttpSession(settings, retries=retries, sleep=slept.append)
        connector = TikTokAdsConnector(settings, session, now=lambda: NOON, sleep=slept.append)
        connector.server = server  # type: ignore[attr-defined]
        return connector

    return build
