"""Demo credentials. They open nothing but this server and are the same for everybody."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.world.content import CHALLENGE

PROJECT = "sandbox-demo"
PROPERTY_ID = "417200311"
SERVICE_ACCOUNT = "rivage-sandbox@sandbox-demo.iam.example"
KEY_FILE = "ga4-service-account.json"
AUDIENCE = "https://oauth2.googleapis.com/token"
INPUTS = Path(__file__).resolve().parents[1] / "inputs"
"""What the brand's team keeps by hand, beside the sandbox in the checkout."""


@dataclass(frozen=True)
class Credentials:
    """Every identifier and token a client needs."""

    tiktok_app_id: str = "7400000000000000017"
    tiktok_app_secret: str = "sandbox-app-secret"  # noqa: S105
    tiktok_access_token: str = "sandbox-tiktok-access-token"  # noqa: S105
    # Accepted, but without the reporting scope.
    tiktok_token_without_reports: str = "sandbox-tiktok-token-without-reports"  # noqa: S105
    # The brand's own account: the first refresh token, as the consent gave it.
    tiktok_refresh_token: str = "sandbox-tiktok-refresh-token-of-the-consent"  # noqa: S105
    tiktok_auth_code: str = "sandbox-tiktok-auth-code"
    tiktok_one_account_id: str = "7450000000000000021"
    ga4_property_id: str = PROPERTY_ID
    # A property the service account was never added to.
    ga4_foreign_property_id: str = "400000001"
    matomo_site_id: str = "1"
    matomo_token: str = "5a4db0c5a4db0c5a4db0c5a4db0c0017"  # noqa: S105
    shopify_shop: str = "atelier-rivage.myshopify.com"
    shopify_access_token: str = "shpat_sandbox-static-token"  # noqa: S105
    shopify_client_id: str = "sandbox-client-id"
    shopify_client_secret: str = "sandbox-client-secret"  # noqa: S105
    tiktok_shop_app_key: str = "6hsandboxshop"
    tiktok_shop_app_secret: str = "sandbox-shop-app-secret"  # noqa: S105
    tiktok_shop_refresh_token: str = "TTP_sandbox-shop-first-refresh-token"  # noqa: S105
    tiktok_shop_auth_code: str = "TTP_sandbox-shop-auth-code"


def write_atomically(path: Path, text: str) -> None:
    """Readers see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    Path(name).replace(path)


def service_account_key(home: Path, token_uri: str) -> dict[str, str]:
    """The key file's content; the private key is generated once per home and kept."""
    path = home / KEY_FILE
    if path.exists():
        key: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    else:
        private = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        pem = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        key = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "sandbox-key-1",
            "private_key": pem,
            "client_email": SERVICE_ACCOUNT,
            "client_id": "100000000000000000017",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_x509_cert_url": "https://www.googleapis.com/robot/v1/metadata/x509/sandbox",
            "universe_domain": "googleapis.com",
        }
    key["token_uri"] = token_uri
    write_atomically(path, json.dumps(key, indent=2))
    return key


def environment(
    credentials: Credentials, url: str, home: Path, bucket: Path, export: str = "files"
) -> dict[str, str]:
    """Settings of a pipeline that reads this sandbox.

    Args:
        export: where the event export is read: "files" or "bigquery".
    """
    dataset = f"analytics_{credentials.ga4_property_id}"
    exports = {
        "files": str((bucket / dataset).resolve()),
        "bigquery": f"bigquery://{PROJECT}/{dataset}",
    }
    return {
        "RIVAGE_TIKTOK_ADS_BASE_URL": f"{url}/open_api/v1.3/",
        "RIVAGE_TIKTOK_ADS_ACCESS_TOKEN": credentials.tiktok_access_token,
        "RIVAGE_TIKTOK_ADS_APP_ID": credentials.tiktok_app_id,
        "RIVAGE_TIKTOK_ADS_APP_SECRET": credentials.tiktok_app_secret,
        "RIVAGE_TIKTOK_ORGANIC_BASE_URL": f"{url}/open_api/v1.3/",
        "RIVAGE_TIKTOK_ORGANIC_CLIENT_ID": credentials.tiktok_app_id,
        "RIVAGE_TIKTOK_ORGANIC_CLIENT_SECRET": credentials.tiktok_app_secret,
        "RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN": credentials.tiktok_refresh_token,
        "RIVAGE_TIKTOK_ORGANIC_HASHTAGS": CHALLENGE,
        "RIVAGE_TIKTOK_CREATORS_ENABLED": "true",
        # One account serves many pipelines here, so its budget per minute is not the real 40.
        "RIVAGE_TIKTOK_ORGANIC_REQUESTS_PER_MINUTE": "600",
        "RIVAGE_TIKTOK_ORGANIC_REQUESTS_PER_SECOND": "8",
        "RIVAGE_GA4_BASE_URL": url,
        "RIVAGE_GA4_PROPERTY_ID": credentials.ga4_property_id,
        "RIVAGE_GA4_CREDENTIALS": str((home / KEY_FILE).resolve()),
        "RIVAGE_GA4_EXPORT_URL": exports[export],
        "RIVAGE_GA4_BIGQUERY_BASE_URL": url,
        "RIVAGE_MATOMO_BASE_URL": f"{url}/matomo/",
        "RIVAGE_MATOMO_TOKEN_AUTH": credentials.matomo_token,
        "RIVAGE_MATOMO_SITE_IDS": credentials.matomo_site_id,
        # An installation of one's own has no limit; the cloud's is 200 calls a minute.
        "RIVAGE_MATOMO_REQUESTS_PER_SECOND": "20",
        "RIVAGE_SHOPIFY_BASE_URL": url,
        "RIVAGE_SHOPIFY_ACCESS_TOKEN": credentials.shopify_access_token,
        "RIVAGE_SHOPIFY_API_VERSION": "2026-10",
        "RIVAGE_INPUTS_FOLDER": str(INPUTS),
        "RIVAGE_TIKTOK_SHOP_BASE_URL": url,
        "RIVAGE_TIKTOK_SHOP_AUTH_URL": url,
        "RIVAGE_TIKTOK_SHOP_APP_KEY": credentials.tiktok_shop_app_key,
        "RIVAGE_TIKTOK_SHOP_APP_SECRET": credentials.tiktok_shop_app_secret,
        "RIVAGE_TIKTOK_SHOP_REFRESH_TOKEN": credentials.tiktok_shop_refresh_token,
        # The real budget is unpublished; this one is the sandbox's own, less a margin.
        "RIVAGE_TIKTOK_SHOP_REQUESTS_PER_SECOND": "8",
        "RIVAGE_ECB_BASE_URL": url,
    }
