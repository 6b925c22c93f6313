"""Campaigns, ad groups and ads as of now: which exist, their status and their records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_ads.ad_records import ad_record
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.tiktok_ads.records import adgroup_record, campaign_record
from sandbox.world.zones import midnight, utc_text

LEVELS = ("campaign", "adgroup", "ad")
_CREATED_AT = 9 * 3_600  # seconds after local midnight
_STATUSES = {
    "STATUS_NOT_DELETE", "STATUS_ALL", "STATUS_DELETE", "STATUS_DELIVERY_OK", "STATUS_DISABLE",
    "STATUS_NOT_DELIVERY",
}  # fmt: skip
RESERVED = "RESERVATION_TOP_VIEW"
_BUYING = ("AUCTION", "RESERVATION_RF", RESERVED)
TOP_VIEW = (
    "Invalid param: 'filtering.buying_types'. The value 'RESERVATION_TOP_VIEW' cannot be combined "
    "with other enum values for this parameter. Please check and try again."
)


@dataclass(frozen=True)
class Entity:
    """One campaign, ad group or ad at its position in the account plan."""

    level: str
    position: int
    entity_id: str
    entity_id_v2: str
    advertiser: int
    campaign: int
    adgroup: int
    created: int  # epoch seconds, like the next two
    deleted: int | None
    modified: int | None


def _instant(box: Sandbox, day: int) -> int:
    return midnight(box.world.config.day(day))


def entities(box: Sandbox, level: str) -> list[Entity]:
    """Everything of a level that exists by now, deleted or not, newest id last."""
    plan, now = box.world.accounts, box.clock.epoch
    found: list[Entity] = []
    for position, item in enumerate(getattr(plan, f"{level}s")):
        campaign_at = position if level == "campaign" else item.campaign
        campaign = plan.campaigns[campaign_at]
        created = _instant(box, item.created) + _CREATED_AT
        deleted_day = item.deleted if level != "adgroup" else campaign.deleted
        deleted = None if deleted_day is None else _instant(box, deleted_day)
        changes = [created, *(_instant(box, day) + _CREATED_AT for day in _changes(item))]
        if deleted is not None:
            changes.append(deleted)
        if created > now:
            continue
        entity_id = getattr(item, f"{level}_id")
        found.append(
            Entity(
                level=level,
                position=position,
                entity_id=entity_id,
                entity_id_v2=item.ad_id_v2 if level == "ad" else entity_id,
                advertiser=campaign.advertiser,
                campaign=campaign_at,
                adgroup=item.adgroup if level == "ad" else position,
                created=created,
                deleted=deleted if deleted is not None and deleted <= now else None,
                modified=max(change for change in changes if change <= now),
            )
        )
    return found


def _changes(item: Any) -> list[int]:
    """Days on which a name or budget changed."""
    return [day for day, _ in (*getattr(item, "renames", ()), *getattr(item, "budgets", ()))]


def status_allows(status: str, deleted: bool) -> bool:
    """Whether a primary status filter lets an entity through."""
    if status not in _STATUSES:
        raise Refusal(40002, f"filtering.primary_status: Invalid enum value {status}.")
    if status == "STATUS_ALL":
        return True
    if status in ("STATUS_DISABLE", "STATUS_NOT_DELIVERY"):
        return False
    return deleted == (status == "STATUS_DELETE")


def _check_filter(filtering: dict[str, Any], level: str) -> None:
    for name in ("campaign_ids", "adgroup_ids", "ad_ids", "ad_ids_v2"):
        wanted = filtering.get(name)
        if wanted is None:
            continue
        if not isinstance(wanted, list):
            raise Refusal(40002, f"filtering.{name}: Field must be set to array")
        if len(wanted) > 100:
            raise Refusal(40011, f"filtering.{name}: Longer than maximum length 100.")
    buying = buying_types(filtering)
    if unknown := [one for one in buying if one not in _BUYING]:
        raise Refusal(40002, f"filtering.buying_types: Invalid enum value {unknown[0]}.")
    if RESERVED in buying and len(buying) > 1:
        raise Refusal(40002, TOP_VIEW)
    if "modified_after" in filtering and level != "ad":
        raise Refusal(40002, "filtering.modified_after: Unknown field.")


def buying_types(filtering: dict[str, Any]) -> list[str]:
    """The asked buying types; the default leaves TopView out."""
    return list(filtering.get("buying_types") or _BUYING[:2])


def filtered(box: Sandbox, level: str, advertiser: int, filtering: dict[str, Any]) -> list[Entity]:
    """Entities of an advertiser that pass the filter, newest id first."""
    _check_filter(filtering, level)
    status = filtering.get("primary_status") or "STATUS_NOT_DELETE"
    if filtering.get("secondary_status", "").endswith("_STATUS_ALL"):
        status = "STATUS_ALL"
    accounts, kept = box.world.accounts, []
    buying = buying_types(filtering)
    origins = filtering.get("campaign_system_origins")
    for entity in entities(box, level):
        campaign = accounts.campaigns[entity.campaign]
        ids = {
            "campaign_ids": campaign.campaign_id,
            "adgroup_ids": accounts.adgroups[entity.adgroup].adgroup_id,
            "ad_ids": entity.entity_id,
            "ad_ids_v2": entity.entity_id_v2,
        }
        name = _name(box, entity)
        fuzzy = filtering.get(f"{level}_name")
        automation = filtering.get("is_smart_performance_campaign")
        modified = utc_text(entity.modified or entity.created)
        created = utc_text(entity.created)
        after = str(filtering.get("modified_after", "")).replace("T", " ").rstrip("Z")
        if (
            (RESERVED if campaign.reserved else "AUCTION") not in buying
            or (origins and "TT_ADS_PLATFORM" not in origins)
            or entity.advertiser != advertiser
            or not status_allows(status, entity.deleted is not None)
            or any(filtering.get(key) and ids[key] not in filtering[key] for key in ids)
            or (fuzzy and fuzzy.lower() not in name.lower())
            or filtering.get("objective_type", campaign.objective) != campaign.objective
            or (automation is not None and automation != campaign.smart_plus)
            or created < filtering.get("creation_filter_start_time", "")
            or created > filtering.get("creation_filter_end_time", "9")
            or modified < after
        ):
            continue
        kept.append(entity)
    return sorted(kept, key=lambda entity: int(entity.entity_id), reverse=True)


def _name(box: Sandbox, entity: Entity) -> str:
    accounts = box.world.accounts
    if entity.level == "campaign":
        return accounts.campaigns[entity.campaign].name_on(box.today)
    if entity.level == "adgroup":
        return accounts.adgroups[entity.position].name
    return accounts.ads[entity.position].name_on(box.today)


def record(box: Sandbox, entity: Entity) -> dict[str, Any]:
    """The record of an entity as sent."""
    times = {
        "create_time": utc_text(entity.created),
        "modify_time": utc_text(entity.modified or entity.created),
    }
    plan, deleted = box.world.accounts, entity.deleted is not None
    if entity.level == "campaign":
        return campaign_record(plan, entity.position, box.today, deleted, times)
    if entity.level == "adgroup":
        return adgroup_record(plan, entity.position, box.today, deleted, times)
    return ad_record(plan, entity.position, box.today, deleted, times)
