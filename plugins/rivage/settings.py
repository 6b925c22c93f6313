"""Settings: environment variables named RIVAGE_<AREA>_<NAME>, or a `.env` file.

Secrets are `SecretStr`: they print as asterisks in logs, errors and reprs.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

REPO = Path(__file__).resolve().parents[2]


def _config(area: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=f"RIVAGE_{area}", env_file=".env", extra="ignore", env_ignore_empty=True
    )


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


class TikTokAds(BaseSettings):
    """TikTok Marketing API. A token without app id and secret can't discover accounts."""

    model_config = _config("TIKTOK_ADS_")

    base_url: str = "https://business-api.tiktok.com/open_api/v1.3/"
    access_token: SecretStr | None = None
    app_id: str | None = None
    app_secret: SecretStr | None = None
    advertiser_ids: Annotated[tuple[str, ...], NoDecode] = ()
    requests_per_second: float = 8.0
    page_size: int = 1000

    _split = field_validator("advertiser_ids", mode="before")(_comma_separated)


class Ga4(BaseSettings):
    """GA4 Data API, and the folder that receives the daily event export."""

    model_config = _config("GA4_")

    base_url: str = "https://analyticsdata.googleapis.com"
    property_id: str | None = None
    credentials: str | None = None
    """Path of a service-account key file, or the JSON itself."""
    export_url: str | None = None
    """Folder or bucket prefix holding events_YYYYMMDD*.parquet."""
    requests_per_second: float = 5.0
    page_size: int = 10_000


class Shopify(BaseSettings):
    """Shopify Admin GraphQL API: a static token, or client credentials for 24 h tokens."""

    model_config = _config("SHOPIFY_")

    base_url: str | None = None
    """`https://<shop>.myshopify.com`"""
    api_version: str = "2026-10"
    access_token: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    requests_per_second: float = 8.0
    page_size: int = 50


class Settings(BaseSettings):
    """Everything outside a single API."""

    model_config = _config("")

    home: Path = Path(".rivage")
    """Root of all state: landing/, warehouse.duckdb, published/, audit/, limits/."""
    reporting_currency: str = "EUR"
    reporting_timezone: str = "Europe/Paris"
    privacy_salt: SecretStr | None = None
    """Salt of the hashes that replace personal data; keep it, or hashes stop matching."""
    landing_url: str = ""
    """Folder or fsspec URL of landing; `<home>/landing` when empty."""
    ignored_accounts: Annotated[tuple[str, ...], NoDecode] = ()
    """Accounts that ended: kept in landing, but marts no longer wait for them."""
    keep_versions: int = 14
    memory_limit: str = "1GB"
    threads: int = 2
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    retry_seconds: float = 180.0
    """Longest time one request is repeated within the HTTP session; the scheduler's own
    retries, minutes apart, come on top."""
    tiktok_ads: TikTokAds = Field(default_factory=TikTokAds)
    ga4: Ga4 = Field(default_factory=Ga4)
    shopify: Shopify = Field(default_factory=Shopify)

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    _split = field_validator("ignored_accounts", mode="before")(_comma_separated)

    @model_validator(mode="after")
    def _landing_at_home(self) -> Settings:
        if not self.landing_url:
            self.landing_url = str(self.home / "landing")
        return self

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def candidate(self) -> Path:
        return self.home / "candidate.duckdb"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def audits(self) -> Path:
        return self.home / "audit"

    @property
    def limits(self) -> Path:
        return self.home / "limits"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process-wide settings, read once."""
    return Settings()
