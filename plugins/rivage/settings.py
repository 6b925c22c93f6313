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


def comma_separated(value: object) -> object:
    """The parts of a text; what is no text stays as it is. For fields that hold several."""
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
    requests_per_second: float = 9.2
    """The basic level allows 10 a second; the rest is room for calls that arrive late and
    so come closer to the next. Bench: bench/rate_budget.py."""
    page_size: int = 1000

    _split = field_validator("advertiser_ids", mode="before")(comma_separated)


class Ga4(BaseSettings):
    """GA4 Data API, and the place that receives the daily event export."""

    model_config = _config("GA4_")

    base_url: str = "https://analyticsdata.googleapis.com"
    property_id: str | None = None
    credentials: str | None = None
    """Path of a service-account key file, or the JSON itself."""
    export_url: str | None = None
    """Folder or bucket prefix holding events_YYYYMMDD*.parquet, or
    bigquery://<project>/analytics_<property id>."""
    bigquery_base_url: str = "https://bigquery.googleapis.com"
    """Or the regional host of the dataset's location."""
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


class TikTokOrganic(BaseSettings):
    """TikTok Accounts API. The access token lives 24 h; the refresh token renews it and is
    replaced at each renewal, so the newest one is kept under `<home>/tokens`, not here."""

    model_config = _config("TIKTOK_ORGANIC_")

    base_url: str = "https://business-api.tiktok.com/open_api/v1.3/"
    client_id: str | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    """The first one, from the consent; later ones come from TikTok."""
    hashtags: Annotated[tuple[str, ...], NoDecode] = ()
    """Hashtags whose posts are read, without `#`."""
    requests_per_second: float = 5.0
    requests_per_minute: int = Field(40, ge=4)
    """Calls of one path for one account; TikTok's limit, besides the app's own."""

    _split = field_validator("hashtags", mode="before")(comma_separated)


class TikTokCreators(BaseSettings):
    """TikTok One. Uses the Marketing API's app and token, which need the creator scopes."""

    model_config = _config("TIKTOK_CREATORS_")

    enabled: bool = False
    account_ids: Annotated[tuple[str, ...], NoDecode] = ()
    """TikTok One account ids; discovered by the app id and secret when empty."""

    _split = field_validator("account_ids", mode="before")(comma_separated)


class TikTokShop(BaseSettings):
    """TikTok Shop Open API: its own app, own consent, signed requests."""

    model_config = _config("TIKTOK_SHOP_")

    base_url: str = "https://open-api.tiktokglobalshop.com"
    auth_url: str = "https://auth.tiktok-shops.com"
    app_key: str | None = None
    app_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    refresh_token: SecretStr | None = None
    """The first one; renewed ones are kept under `<home>/tokens`."""
    requests_per_second: float = 2.0
    page_size: int = 50


class Matomo(BaseSettings):
    """Matomo's Live API; the token goes into the POST body."""

    model_config = _config("MATOMO_")

    base_url: str | None = None
    token_auth: SecretStr | None = None
    site_ids: Annotated[tuple[str, ...], NoDecode] = ()
    requests_per_second: float = 3.0
    page_size: int = 500

    _split = field_validator("site_ids", mode="before")(comma_separated)


class Ecb(BaseSettings):
    """The European Central Bank's daily reference rates; public, no key."""

    model_config = _config("ECB_")

    enabled: bool = True
    base_url: str = "https://data-api.ecb.europa.eu"
    currencies: Annotated[tuple[str, ...], NoDecode] = ("USD", "GBP", "CHF")
    """Currencies read against the euro."""

    _split = field_validator("currencies", mode="before")(comma_separated)


class Inputs(BaseSettings):
    """Files the team keeps by hand."""

    model_config = _config("INPUTS_")

    folder: Path | None = None
    """Folder of the files; each present file is one stream."""
    required: Annotated[tuple[str, ...], NoDecode] = ()
    """Files that must be there, by name without `.csv`; any other may be missing."""

    _split = field_validator("required", mode="before")(comma_separated)


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
    sources: Annotated[tuple[str, ...], NoDecode] = ()
    """Connectors the brand has; those whose own settings are filled in when empty. For
    processes that build but hold no access: they can't tell from settings they lack."""
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
    retry_first_wait: float = 1.0
    """Longest first wait, in seconds, before a request is repeated; waits double from there."""
    tiktok_ads: TikTokAds = Field(default_factory=TikTokAds)
    ga4: Ga4 = Field(default_factory=Ga4)
    shopify: Shopify = Field(default_factory=Shopify)
    tiktok_organic: TikTokOrganic = Field(default_factory=TikTokOrganic)
    tiktok_creators: TikTokCreators = Field(default_factory=TikTokCreators)
    tiktok_shop: TikTokShop = Field(default_factory=TikTokShop)
    matomo: Matomo = Field(default_factory=Matomo)
    ecb: Ecb = Field(default_factory=Ecb)
    inputs: Inputs = Field(default_factory=Inputs)

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    _split = field_validator("sources", "ignored_accounts", mode="before")(comma_separated)

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
    def tokens(self) -> Path:
        """Renewed tokens, one owner-only file per API and account."""
        return self.home / "tokens"

    @property
    def limits(self) -> Path:
        return self.home / "limits"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process-wide settings, read once."""
    return Settings()
