"""Attribute metrics: facts of the entity a report row is about."""

from __future__ import annotations

from sandbox.state import Sandbox
from sandbox.tiktok_ads.ad_records import ad_record, landing_page
from sandbox.tiktok_ads.metric_names import LEVEL_OF_ATTRIBUTE
from sandbox.tiktok_ads.records import adgroup_record, campaign_record
from sandbox.world import brand

_TIMES = {"create_time": "", "modify_time": ""}
_GOAL_TEXT = {"WEB_CONVERSIONS": "Conversion", "REACH": "Reach", "TRAFFIC": "Click"}


def attributes(box: Sandbox, level: str, advertiser: int, position: int) -> dict[str, str]:
    """All attribute texts of an entity; `-` when the platform has none."""
    plan, day = box.world.accounts, box.today
    account = plan.advertisers[advertiser]
    found = dict.fromkeys(LEVEL_OF_ATTRIBUTE, "-") | {
        "advertiser_name": account.name,
        "advertiser_id": account.advertiser_id,
        "currency": "EUR",
        "timezone": account.zone,
    }
    if level == "advertiser" or position < 0:
        return found
    campaign_at = position
    adgroup_at: int | None = None
    if level == "ad":
        campaign_at, adgroup_at = plan.ads[position].campaign, plan.ads[position].adgroup
    elif level == "adgroup":
        campaign_at, adgroup_at = plan.adgroups[position].campaign, position
    campaign = campaign_record(plan, campaign_at, day, False, _TIMES)
    found |= {
        "campaign_name": campaign["campaign_name"],
        "campaign_id": campaign["campaign_id"],
        "objective_type": campaign["objective_type"],
        "campaign_automation_type": campaign["campaign_automation_type"],
        "split_test": "0",
        "campaign_budget": f"{campaign['budget']:.2f}",
        "campaign_dedicate_type": "IOS14_NOT_DEDICATED",
    }
    if adgroup_at is not None:
        group = adgroup_record(plan, adgroup_at, day, False, _TIMES)
        automatic = group["placement_type"] == "PLACEMENT_TYPE_AUTOMATIC"
        found |= {
            "adgroup_name": group["adgroup_name"],
            "adgroup_id": group["adgroup_id"],
            "placement_type": "Automatic Placement" if automatic else "Select Placement",
            "promotion_type": "Website",
            "budget": f"{group['budget']:.2f}",
            "smart_target": _GOAL_TEXT[campaign["objective_type"]],
            "billing_event": group["billing_event"],
            "bid": "0.00",
            "bid_secondary_goal": "0.00",
            "tt_app_id": "0",
            "tt_app_name": "0",
            "mobile_app_id": "0",
        }
    if level == "ad":
        ad = ad_record(plan, position, day, False, _TIMES)
        found |= {
            "ad_name": ad["ad_name"],
            "ad_id": ad["ad_id"],
            "ad_id_v2": plan.ads[position].ad_id_v2,
            "ad_text": ad["ad_text"],
            "call_to_action": "Shop now",
            "ad_profile_image": f"https://{brand.HOST}/logo.png",
            "ad_url": landing_page(position),
            "image_mode": "Video",
            "is_aco": "False",
            "is_smart_creative": "False",
            "video_id": ad["video_id"],
            "file_name": f"{ad['ad_name']}.mp4",
            "identity_id": ad["identity_id"] or "",
            "tiktok_item_id": ad["tiktok_item_id"] or "0",
        }
    return found
