"""Account, campaign and ad group records field by field (contract: tiktok.md 3.1 and 3.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.world.ad_account import AdAccounts, Campaign

_GEONAMES = {"FR": "3017382", "RE": "935317"}
PIXEL_ID = "7412090000000000123"
GOALS = {"WEB_CONVERSIONS": ("CONVERT", "SHOPPING"), "REACH": ("REACH", None),
          "TRAFFIC": ("CLICK", None)}  # fmt: skip
_ALWAYS_NULL_ADGROUP = (
    "rf_estimated_cpr", "deep_funnel_optimization_status", "delivery_mode", "app_config",
    "device_price_ranges", "frequency", "frequency_schedule", "deep_bid_type", "vbo_window",
    "feed_type", "purchased_impression", "purchased_reach", "statistic_type",
    "custom_conversion_id", "brand_safety_partner", "rf_estimated_frequency", "rf_purchased_type",
    "deep_funnel_event_source", "deep_funnel_event_source_id", "deep_funnel_optimization_event",
    "app_id", "app_type", "app_download_url", "smart_interest_behavior_enabled",
    "smart_audience_enabled", "automated_keywords_enabled", "keywords", "conversion_window",
    "next_day_retention", "adgroup_app_profile_page_state", "schedule_infos",
    "secondary_optimization_event",
)  # fmt: skip
_EMPTY_LISTS_ADGROUP = (
    "category_exclusion_ids", "network_types", "actions",
    "interest_category_ids", "isp_ids", "excluded_custom_actions", "included_custom_actions",
    "audience_ids", "excluded_audience_ids", "languages", "tiktok_subplacements",
    "interest_keyword_ids",
)  # fmt: skip


def advertiser_record(plan: AdAccounts, position: int) -> dict[str, Any]:
    """An account. Personal fields are masked, but present."""
    account = plan.advertisers[position]
    return {
        "advertiser_id": account.advertiser_id,
        "name": account.name,
        "company": "Atelier Rivage SAS",
        "currency": "EUR",
        "country": account.country,
        "industry": "291201",
        "timezone": account.fixed_zone,
        "display_timezone": account.zone,
        "create_time": int(datetime(2025, 3, 3, 8 + position, tzinfo=UTC).timestamp()),
        "status": "STATUS_ENABLE",
        "role": "ROLE_ADVERTISER",
        "advertiser_account_type": "AUCTION",
        "balance": 1250.5 if position == 0 else 0,
        "language": "fr",
        "promotion_area": "0",
        "email": "c***e@atelier-rivage.example",
        "telephone_number": "+33*******42",
        "cellphone_number": None,
        "contacter": "C*** M***",
        "address": "1* rue du P***, 44000 N***",
        "description": None,
        "brand": "Atelier Rivage",
        "rejection_reason": None,
        "license_no": None,
        "license_url": None,
        "license_province": None,
        "license_city": None,
        "promotion_center_province": None,
        "promotion_center_city": None,
        "owner_bc_id": "7400000000000000099",
        "can_use_custom_identity": True,
        "ads_only_mode": False,
    }


def _budget_mode(campaign: Campaign) -> str:
    if campaign.smart_plus:
        return "BUDGET_MODE_INFINITE"
    return "BUDGET_MODE_TOTAL" if campaign.reserved else "BUDGET_MODE_DAY"


def automation(smart_plus: bool) -> str:
    """How a campaign is run."""
    return "UPGRADED_SMART_PLUS" if smart_plus else "MANUAL"


def campaign_record(plan: AdAccounts, position: int, day: int, deleted: bool,
                    times: dict[str, str]) -> dict[str, Any]:  # fmt: skip
    """A campaign."""
    campaign = plan.campaigns[position]
    record: dict[str, Any] = {
        "campaign_id": campaign.campaign_id,
        "advertiser_id": plan.advertisers[campaign.advertiser].advertiser_id,
        "campaign_name": campaign.name_on(day),
        "objective": "LANDING_PAGE",
        "objective_type": campaign.objective,
        "campaign_type": "REGULAR_CAMPAIGN",
        "operation_status": "DISABLE" if deleted else "ENABLE",
        "secondary_status": "CAMPAIGN_STATUS_DELETE" if deleted else "CAMPAIGN_STATUS_ENABLE",
        "budget": 0 if campaign.smart_plus else campaign.budget_on(day),
        "budget_mode": _budget_mode(campaign),
        "budget_optimize_on": campaign.smart_plus,
        "is_new_structure": True,
        "is_search_campaign": False,
        "is_smart_performance_campaign": campaign.smart_plus,
        "is_advanced_dedicated_campaign": False,
        "rta_bid_enabled": False,
        "rta_product_selection_enabled": False,
        "disable_skan_campaign": None,
        "campaign_automation_type": automation(campaign.smart_plus),
        "roas_bid": 0,
        "bid_type": None,
        "deep_bid_type": None,
        "optimization_goal": None,
        "app_id": None,
        "app_promotion_type": None,
        "rta_id": None,
        "split_test_variable": None,
        "sales_destination": "WEBSITE" if campaign.objective == "WEB_CONVERSIONS" else None,
        "virtual_objective_type": None,
        "campaign_product_source": None,
        "campaign_app_profile_page_state": None,
        "postback_window_mode": None,
        "rf_campaign_type": None,
        **times,
    }
    # Which optional fields a row carries varies from campaign to campaign.
    if position % 2 == 0:
        record |= {"special_industries": [], "catalog_enabled": False}
    return record


def adgroup_record(plan: AdAccounts, position: int, day: int, deleted: bool,
                   times: dict[str, str]) -> dict[str, Any]:  # fmt: skip
    """An ad group."""
    group = plan.adgroups[position]
    campaign = plan.campaigns[group.campaign]
    advertiser = plan.advertisers[campaign.advertiser]
    goal, event = GOALS[campaign.objective]
    return {
        **dict.fromkeys(_ALWAYS_NULL_ADGROUP),
        **{name: [] for name in _EMPTY_LISTS_ADGROUP},
        "adgroup_id": group.adgroup_id,
        "campaign_id": campaign.campaign_id,
        "advertiser_id": advertiser.advertiser_id,
        "adgroup_name": group.name,
        "campaign_name": campaign.name_on(day),
        "operation_status": "DISABLE" if deleted else "ENABLE",
        "secondary_status": "ADGROUP_STATUS_CAMPAIGN_DELETE"
        if deleted
        else "ADGROUP_STATUS_DELIVERY_OK",
        "placement_type": "PLACEMENT_TYPE_AUTOMATIC"
        if campaign.smart_plus
        else "PLACEMENT_TYPE_NORMAL",
        "placements": None if campaign.smart_plus else ["PLACEMENT_TIKTOK"],
        "budget": campaign.budget_on(day) // 2,
        "budget_mode": "BUDGET_MODE_DAY",
        "scheduled_budget": 0,
        "bid_price": 0,
        "conversion_bid_price": 0,
        "deep_cpa_bid": 0,
        "bid_type": "BID_TYPE_NO_BID",
        "bid_display_mode": "CPMV",
        "billing_event": "OCPM" if goal == "CONVERT" else "CPM" if goal == "REACH" else "CPC",
        "pacing": "PACING_MODE_SMOOTH",
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": times["create_time"],
        "schedule_end_time": "2036-01-01 00:00:00",
        "optimization_goal": goal,
        "optimization_event": event,
        "promotion_type": "WEBSITE" if goal != "REACH" else "WEBSITE_OR_DISPLAY",
        "age_groups": ["AGE_25_34", "AGE_35_44"] if position % 3 else None,
        "gender": "GENDER_FEMALE" if position % 4 == 0 else "GENDER_UNLIMITED",
        "operating_systems": ["IOS"] if position == 3 else [],
        "location_ids": [_GEONAMES[advertiser.country]],
        "dayparting": "1" * 336,
        "pixel_id": PIXEL_ID if goal == "CONVERT" else None,
        "category_id": "0",
        "click_attribution_window": "SEVEN_DAYS",
        "view_attribution_window": "ONE_DAY",
        "engaged_view_attribution_window": "ONE_DAY",
        "attribution_event_count": "EVERY" if goal == "CONVERT" else "UNSET",
        "spending_power": "ALL",
        "ios14_quota_type": "UNOCCUPIED",
        "creative_material_mode": "CUSTOM",
        "campaign_automation_type": automation(campaign.smart_plus),
        "brand_safety_type": "NO_BRAND_SAFETY",
        "comment_disabled": False,
        "share_disabled": False,
        "video_download_disabled": False,
        "inventory_filter_enabled": False,
        "is_hfss": False,
        "is_lhf_compliance": False,
        "is_new_structure": True,
        "search_result_enabled": position % 2 == 0,
        "auto_targeting_enabled": False,
        "is_smart_performance_campaign": campaign.smart_plus,
        # A boolean today, 0 or 1 in records made long ago.
        "skip_learning_phase": 1 if position == 0 else position % 2 == 0,
        **times,
    }
