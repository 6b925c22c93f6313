"""Stores an advertiser may promote, and the GMV Max campaigns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import advertiser_position, array, paging, parsed, required
from sandbox.tiktok_ads.envelope import Refusal, page_info
from sandbox.tiktok_ads.routes import only
from sandbox.world import brand, shop_plan
from sandbox.world.shop_plan import PROMOTIONS, Promotion
from sandbox.world.zones import midnight, utc_text, zone

OWNER = 0
"""Position of the advertiser that may run GMV Max; the others see the store as well."""

_TYPES = {"PRODUCT_GMV_MAX": False, "LIVE_GMV_MAX": True}
_BC_ID = "7400000000000000099"
LARGEST_PAGE = 100


def store_list(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """`GET /gmv_max/store/list/`: no paging, and the same store under several advertisers."""
    position = advertiser_position(box, required(request, "advertiser_id"))
    owner = box.world.accounts.advertisers[OWNER]
    return {
        "store_list": [
            {
                "store_id": shop_plan.SHOP_ID,
                "store_name": brand.SHOP_NAME,
                "store_code": shop_plan.SHOP_CODE,
                "store_status": "ACTIVE",
                "store_role": "AD_PROMOTION",
                "is_gmv_max_available": position == OWNER,
                "is_owner_bc": position == OWNER,
                "store_authorized_bc_id": _BC_ID,
                "store_authorized_bc_info": {
                    "bc_id": _BC_ID, "bc_name": "Atelier Rivage SAS", "user_role": "ADMIN",
                },
                "targeting_region_codes": ["FR"],
                "thumbnail_url": "https://p16-oec-va.shop-images.example/store.jpeg",
                "exclusive_authorized_advertiser_info": {
                    "advertiser_id": owner.advertiser_id, "advertiser_name": owner.name,
                },
            }
        ]
    }, {}  # fmt: skip


def available_store(advertiser: int, store_id: str) -> None:
    """Refuse a store that this advertiser can't promote."""
    if store_id != shop_plan.SHOP_ID or advertiser != OWNER:
        raise Refusal(40002, f"store_ids: The advertiser has no GMV Max access to {store_id}.")


def campaign_list(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """`GET /gmv_max/campaign/get/`; its promotion types are other words than the report's."""
    position = advertiser_position(box, required(request, "advertiser_id"))
    required(request, "filtering")
    filtering = parsed(request.query_params.get("filtering"), "filtering", dict)
    types = filtering.get("gmv_max_promotion_types")
    if not isinstance(types, list) or not types:
        raise Refusal(40002, "filtering.gmv_max_promotion_types: Field must be set to array")
    for one in types:
        if one not in _TYPES:
            raise Refusal(40002, f"filtering.gmv_max_promotion_types: Invalid enum value {one}.")
    stores = filtering.get("store_ids")
    fields, status = array(request, "fields"), filtering.get("primary_status")
    page, page_size = paging(box, request, most=LARGEST_PAGE)
    found = [
        _record(box, promotion)
        for promotion in reversed(PROMOTIONS)
        if position == OWNER
        and promotion.created <= box.today
        and promotion.live in [_TYPES[one] for one in types]
        and (not stores or shop_plan.SHOP_ID in stores)
        and _status_allows(status, _deleted(box, promotion))
    ]
    shown = [only(one, fields) for one in found[(page - 1) * page_size : page * page_size]]
    return {"list": shown, "page_info": page_info(page, page_size, len(found))}, {}


def _deleted(box: Sandbox, promotion: Promotion) -> bool:
    return promotion.deleted is not None and promotion.deleted <= box.today


def _status_allows(status: object, deleted: bool) -> bool:
    if status == "STATUS_ALL":
        return True
    return deleted == (status == "STATUS_DELETE")


def _record(box: Sandbox, promotion: Promotion) -> dict[str, Any]:
    deleted = _deleted(box, promotion)
    created = midnight(box.world.config.day(promotion.created)) + 34_200
    changed = midnight(box.world.config.day(promotion.deleted or 0)) if deleted else created
    return {
        "advertiser_id": box.world.accounts.advertisers[OWNER].advertiser_id,
        "campaign_id": promotion.campaign_id,
        "campaign_name": promotion.name,
        "operation_status": "DISABLE" if deleted else "ENABLE",
        "secondary_status": "CAMPAIGN_STATUS_DELETE" if deleted else "CAMPAIGN_STATUS_ENABLE",
        "objective_type": "PRODUCT_SALES",
        "roi_protection_compensation_status": "NOT_APPLICABLE" if promotion.live else "IN_EFFECT",
        "create_time": utc_text(created),
        "modify_time": utc_text(changed),
    }


def room_facts(box: Sandbox, position: int) -> dict[str, str]:
    """Attributes of a LIVE room in a report; the launch is in the account's zone."""
    live = box.world.content.lives[position]
    minutes = (live.end - live.start) // 60
    launched = datetime.fromtimestamp(live.start, UTC).astimezone(zone(shop_plan.SHOP_ZONE))
    return {
        "live_name": live.title,
        "live_status": "END" if live.end <= box.clock.epoch else "ONGOING",
        "live_launched_time": launched.strftime("%Y-%m-%d %H:%M:%S"),
        "live_duration": f"{minutes // 60}h {minutes % 60}m",
    }
