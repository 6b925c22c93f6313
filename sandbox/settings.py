"""Switches of the sandbox that can be changed while it runs (`PUT /_sandbox/settings`)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sandbox.scopes import KNOWN


class Settings(BaseModel):
    """Defaults are the documented behaviour of the real services."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    without_scopes: list[str] = Field([], description="not granted, see sandbox/scopes.py")
    # Ad platform
    tiktok_qps: int = Field(10, ge=0, description="calls per second and app, 0 = no limit")
    tiktok_advertiser_qps: int = Field(0, ge=0, description="per advertiser and path, 0 = none")
    tiktok_max_page_size: int = Field(1_000, ge=1)
    tiktok_ad_truncation: int = Field(20_000, ge=1, description="newest ads a report looks at")
    tiktok_query_size_limit: int = Field(0, ge=0, description="metrics x days, 0 = no limit")
    tiktok_missing_advertiser_code: int = Field(40001, description="40001 or 40106")
    tiktok_revoked_advertisers: list[str] = []
    tiktok_advertisers_without_pixels: list[str] = []
    tiktok_reach_delay_hours: int = Field(16, ge=0)
    tiktok_async_reports: bool = Field(False, description="the app is on the allow list of tasks")
    tiktok_task_checks: int = Field(2, ge=0, description="looks before a task has ended")
    tiktok_task_outcome: Literal["SUCCESS", "FAILED"] = "SUCCESS"
    tiktok_task_creations_per_second: int = Field(2, ge=0, description="0 = no limit")
    tiktok_filler_ads: int = Field(0, ge=0, description="synthetic ads in ad reports")
    # Accounts API and TikTok One
    tiktok_strict_rotation: bool = Field(
        False, description="a refresh token that was used once is refused from then on"
    )
    tiktok_account_token_seconds: int = Field(86_400, ge=1)
    # Analytics API
    ga4_tokens_per_day: int = 200_000
    ga4_tokens_per_hour: int = 40_000
    ga4_tokens_per_project_hour: int = 14_000
    ga4_thresholded_requests: int = 120
    ga4_concurrent_requests: int = 10
    ga4_threshold_users: int = Field(0, ge=0, description="rows below are withheld, 0 = off")
    ga4_other_row_after: int = Field(0, ge=0, description="rows kept before (other), 0 = off")
    ga4_sampling_percent: int = Field(100, ge=1, le=100)
    ga4_time_zone: str = "Europe/Paris"
    ga4_max_limit: int = 250_000
    ga4_token_seconds: int = 3_599
    ga4_currency: str = "EUR"
    ga4_hidden_metrics: list[str] = Field([], description="the caller's role may not see these")
    ga4_truncations: list[str] = Field([], description="types of dataTruncationReasons")
    # Warehouse of the event export
    bigquery_page_bytes: int = Field(10_000_000, ge=1, description="size of a page's rows")
    bigquery_volume_rows: int = Field(
        0, ge=0, description="rows of yesterday in analytics_417200324"
    )
    bigquery_denied: list[str] = Field([], description="globs of tables the account can't open")
    bigquery_tokens: Literal["plain", "empty_text", "empty_page", "stuck"] = Field(
        "plain",
        description="the last page has an empty one; a page without rows before each next one; "
        "no token leads on",
    )
    bigquery_anonymous: bool = Field(False, description="calls without a token are answered")
    # Visitor log
    matomo_typing: Literal["string", "number"] = "number"
    matomo_hide_visitors: bool = Field(False, description="ids of visitors come as false")
    matomo_new_visit_after_midnight: bool = True
    matomo_campaign_plugin: bool = Field(True, description="MarketingCampaignsReporting")
    matomo_secure_only: bool = Field(True, description="the token is refused in the address")
    matomo_calls_per_minute: int = Field(0, ge=0, description="200 in the cloud, 0 = no limit")
    matomo_most_rows: int = Field(5_000, ge=1, description="a larger answer ends in HTML 500")
    matomo_most_actions: int = Field(500, ge=1, description="actions kept per visit")
    # Shop
    shopify_bucket: float = 2_000.0
    shopify_restore_rate: float = 100.0
    shopify_token_seconds: int = 86_399
    shopify_oldest_version: str = "2026-01"
    shopify_newest_version: str = "2026-10"
    shopify_max_page_size: int = 250
    shopify_denied_fields: list[str] = Field([], description="answered null with ACCESS_DENIED")
    shopify_bulk_at_once: int = Field(5, ge=0, description="running bulk operations, 1 before 2026")
    shopify_bulk_seconds: float = Field(0.3, ge=0, description="shortest run of a bulk operation")
    shopify_bulk_outcome: Literal["COMPLETED", "FAILED", "SHORT"] = Field(
        "COMPLETED", description="FAILED leaves partial data, SHORT completes with lost lines"
    )
    shopify_rest_bucket: int = Field(40, ge=1, description="REST calls a full bucket allows")
    shopify_rest_leak: float = Field(2.0, gt=0, description="REST calls restored per second")
    # TikTok Shop
    tiktok_shop_qps: int = Field(10, ge=0, description="calls per second and app, 0 = no limit")
    tiktok_shop_token_seconds: int = Field(604_799, description="life of a new access token")
    tiktok_shop_tokens_valid_from: int = Field(0, description="epoch; older tokens are expired")
    tiktok_gmv_max_qps: int = Field(8, ge=0, description="GMV Max reports per second, 0 = no limit")
    tiktok_shop_index_lag: int = Field(120, ge=0, description="seconds a search index trails")
    tiktok_shop_analytics_hours: int = Field(12, ge=0, description="until a day is computed")

    @field_validator("without_scopes")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        if unknown := sorted(set(names) - set(KNOWN)):
            raise ValueError(f"no such scope: {', '.join(unknown)}; there are {', '.join(KNOWN)}")
        return names
