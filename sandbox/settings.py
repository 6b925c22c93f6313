"""Switches of the sandbox that can be changed while it runs (`PUT /_sandbox/settings`)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Defaults are the documented behaviour of the real services."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    # Ad platform
    tiktok_qps: int = Field(10, ge=0, description="calls per second and app, 0 = no limit")
    tiktok_advertiser_qps: int = Field(0, ge=0, description="per advertiser and path, 0 = none")
    tiktok_max_page_size: int = Field(1_000, ge=1)
    tiktok_ad_truncation: int = Field(20_000, ge=1, description="newest ads a report looks at")
    tiktok_query_size_limit: int = Field(0, ge=0, description="metrics x days, 0 = no limit")
    tiktok_missing_advertiser_code: int = Field(40001, description="40001 or 40106")
    tiktok_revoked_advertisers: list[str] = []
    tiktok_reach_delay_hours: int = Field(16, ge=0)
    # Analytics API
    ga4_tokens_per_day: int = 200_000
    ga4_tokens_per_hour: int = 40_000
    ga4_tokens_per_project_hour: int = 14_000
    ga4_thresholded_requests: int = 120
    ga4_threshold_users: int = Field(0, ge=0, description="rows below are withheld, 0 = off")
    ga4_other_row_after: int = Field(0, ge=0, description="rows kept before (other), 0 = off")
    ga4_sampling_percent: int = Field(100, ge=1, le=100)
    ga4_time_zone: str = "Europe/Paris"
    ga4_max_limit: int = 250_000
    ga4_token_seconds: int = 3_599
    # Shop
    shopify_read_all_orders: bool = True
    shopify_bucket: float = 2_000.0
    shopify_restore_rate: float = 100.0
    shopify_token_seconds: int = 86_399
    shopify_oldest_version: str = "2026-01"
    shopify_newest_version: str = "2026-10"
    shopify_max_page_size: int = 250
