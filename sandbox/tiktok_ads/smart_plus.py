"""Upgraded Smart+ campaigns, ad groups and ads (contract: tiktok.md 3.3); nulls are dropped."""

from __future__ import annotations

from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_ads.ad_records import UTM, ad_record
from sandbox.tiktok_ads.entities import Entity, filtered, record
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.world.zones import utc_text


def smart_plus_records(box: Sandbox, level: str, advertiser: int,
                       filtering: dict[str, Any]) -> list[dict[str, Any]]:  # fmt: skip
    """Records of a level that pass the filter, newest id first."""
    wanted = filtering.get("smart_plus_ad_ids")
    if wanted is not None and (not isinstance(wanted, list) or level != "ad"):
        raise Refusal(40002, "filtering.smart_plus_ad_ids: Field must be set to array")
    campaigns = box.world.accounts.campaigns
    found = [
        entity
        for entity in filtered(box, level, advertiser, filtering)
        if campaigns[entity.campaign].smart_plus
    ]
    if level == "ad":
        ads: dict[str, list[Entity]] = {}
        for entity in found:
            ads.setdefault(entity.entity_id_v2, []).append(entity)
        made = [_ad(box, key, ads[key]) for key in sorted(ads, key=int, reverse=True)]
        made = [one for one in made if wanted is None or one["smart_plus_ad_id"] in wanted]
    else:
        made = [{**record(box, entity), **_extra(box, entity)} for entity in found]
    return [{name: value for name, value in one.items() if value is not None} for one in made]


def _extra(box: Sandbox, entity: Entity) -> dict[str, Any]:
    if entity.level != "campaign":
        return {}
    budget = box.world.accounts.campaigns[entity.campaign].budget_on(box.today)
    return {
        "current_budget": budget,
        "budget_auto_adjust_strategy": "UNSET",
        "smart_plus_adgroup_mode": "MULTIPLE",
        "catalog_enabled": False,
        "catalog_type": None,
    }


def _ad(box: Sandbox, key: str, creatives: list[Entity]) -> dict[str, Any]:
    """One Smart+ ad over its creatives; texts, calls and pages are lists of the whole ad."""
    creatives = sorted(creatives, key=lambda entity: entity.position)
    times = {"create_time": "", "modify_time": ""}
    records = [
        ad_record(box.world.accounts, one.position, box.today, one.deleted is not None, times)
        for one in creatives
    ]
    first = records[0]
    created = min(one.created for one in creatives)
    modified = max(one.modified or one.created for one in creatives)
    return {
        "smart_plus_ad_id": key,
        **{name: first[name] for name in ("adgroup_id", "adgroup_name", "campaign_id",
                                          "campaign_name", "advertiser_id")},
        "ad_name": f"Smart+ {first['ad_name']}",
        "operation_status": first["operation_status"],
        "secondary_status": first["secondary_status"],
        "create_time": utc_text(created),
        "modify_time": utc_text(modified),
        "creative_list": [_creative(one) for one in records],
        "ad_text_list": [{"ad_text": first["ad_text"]}, {"ad_text": "Né de la marée."}],
        "call_to_action_list": [{"call_to_action": first["call_to_action"]}],
        "landing_page_url_list": [
            {"landing_page_url": url}
            for url in dict.fromkeys(one["landing_page_url"] for one in records)
        ],
        "deeplink_list": [],
        "interactive_add_on_list": [],
        "page_list": [],
        "custom_product_page_list": [],
        "auto_message_list": [],
        "disclaimer": {},
        "ad_configuration": {
            "identity_id": "7400000000000000555",
            "identity_type": "CUSTOMIZED_USER",
            "dark_post_status": "ON",
            "catalog_creative_toggle": False,
            "tracking_info": {"tracking_pixel_id": str(first["tracking_pixel_id"])},
            "utm_params": UTM,
            "deeplink_utm_params": [],
        },
    }  # fmt: skip


def _creative(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "ad_material_id": f"18{one['ad_id'][-14:]}",
        "material_operation_status": one["operation_status"],
        "creative_info": {
            "ad_format": one["ad_format"],
            "material_name": one["ad_name"],
            "video_info": {"video_id": one["video_id"], "file_name": f"{one['ad_name']}.mp4"},
            "image_info": [{"web_uri": uri} for uri in one["image_ids"]],
            "identity_id": "7400000000000000555",
            "identity_type": "CUSTOMIZED_USER",
        },
    }
