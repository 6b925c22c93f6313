"""Ad records field by field (contract: tiktok.md 3.2)."""

from __future__ import annotations

from typing import Any

from sandbox.tiktok_ads.records import GOALS, PIXEL_ID
from sandbox.world import brand
from sandbox.world.ad_account import AdAccounts

_ALWAYS_NULL_AD = (
    "call_to_action_id", "deeplink", "music_id", "identity_authorized_bc_id", "page_id", "card_id",
    "impression_tracking_url", "click_tracking_url", "tracking_app_id",
    "viewability_postbid_partner",
    "viewability_vast_url", "brand_safety_vast_url", "product_specific_type", "catalog_id",
    "product_set_id", "shopping_ads_fallback_type", "shopping_ads_video_package_id",
    "dynamic_format", "vertical_video_strategy", "carousel_image_index", "playable_url",
)  # fmt: skip


UTM = [
    {"key": key, "value": value}
    for key, value in (
        ("utm_source", "tiktok"), ("utm_medium", "paid_social"),
        ("utm_campaign", "__CAMPAIGN_NAME__"), ("utm_id", "__CAMPAIGN_ID__"),
        ("utm_term", "__AID__"), ("utm_content", "__CID__"),
    )
]  # fmt: skip


def landing_page(position: int) -> str:
    """Destination of an ad before tags."""
    return f"https://{brand.HOST}/products/{brand.PRODUCTS[position % 8].handle}"


def ad_record(plan: AdAccounts, position: int, day: int, deleted: bool,
              times: dict[str, str]) -> dict[str, Any]:  # fmt: skip
    """An ad, or a creative of a Smart+ ad."""
    ad = plan.ads[position]
    campaign, group = plan.campaigns[ad.campaign], plan.adgroups[ad.adgroup]
    url = landing_page(position)
    status = "DELIVERY_OK"
    if deleted:
        status = "CAMPAIGN_DELETE" if campaign.deleted == ad.deleted else "DELETE"
    record: dict[str, Any] = {
        "ad_id": ad.ad_id,
        "adgroup_id": group.adgroup_id,
        "campaign_id": campaign.campaign_id,
        "advertiser_id": plan.advertisers[ad.advertiser].advertiser_id,
        "ad_name": ad.name_on(day),
        "adgroup_name": group.name,
        "campaign_name": campaign.name_on(day),
        "operation_status": "DISABLE" if deleted else "ENABLE",
        "secondary_status": f"AD_STATUS_{status}",
        "ad_format": "SINGLE_VIDEO",
        "ad_text": "La mer prend soin de vous.",
        "ad_texts": None,
        "call_to_action": "SHOP_NOW",
        "landing_page_url": url,
        "landing_page_urls": None,
        "deeplink_type": "NORMAL",
        "display_name": brand.SHOP_NAME,
        "video_id": f"v10033g50000c{position:08d}",
        "image_ids": [f"ad-site-i18n-sg/2026{position:08d}"],
        "tiktok_item_id": ad.item_id,
        "identity_id": f"7400{position:015d}" if campaign.spark else None,
        "identity_type": "AUTH_CODE" if campaign.spark else "CUSTOMIZED_USER",
        "profile_image_url": f"https://{brand.HOST}/logo.png",
        "avatar_icon_web_uri": "ad-site-i18n-sg/202609010001",
        "creative_type": None,
        "creative_authorized": False,
        "is_aco": False,
        "is_new_structure": True,
        "utm_params": UTM,
        "vast_moat_enabled": False,
        "brand_safety_postbid_partner": "UNSET",
        "branded_content_disabled": False,
        "dark_post_status": "OFF" if campaign.spark else None,
        "item_duet_status": "ENABLE" if campaign.spark else None,
        "item_stitch_status": "ENABLE" if campaign.spark else None,
        "tracking_pixel_id": int(PIXEL_ID) if campaign.objective == "WEB_CONVERSIONS" else 0,
        "sku_ids": [],
        "item_group_ids": [],
        "promotional_music_disabled": False,
        "optimization_event": GOALS[campaign.objective][1],
        "campaign_automation_type": "UPGRADED_SMART_PLUS_CREATIVE"
        if campaign.smart_plus
        else "MANUAL",
        "smart_plus_ad_id": ad.ad_id_v2 if campaign.smart_plus else None,
        **dict.fromkeys(_ALWAYS_NULL_AD),
        **times,
    }
    if campaign.smart_plus:
        record["modify_time"] = None
    return record
