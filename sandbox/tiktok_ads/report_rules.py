"""Which dimensions and metrics may meet in one report (contract: tiktok.md 4.1, 4.3, 5)."""

from __future__ import annotations

from sandbox.tiktok_ads.entities import LEVELS
from sandbox.tiktok_ads.envelope import CONFLICT, Refusal
from sandbox.tiktok_ads.metric_names import (
    CASH,
    KNOWN,
    LEVEL_OF_ATTRIBUTE,
    allowed_by_audience,
    allowed_by_country,
)

BASIC, AUDIENCE = "BASIC", "AUDIENCE"
ID_DIMENSIONS = {"advertiser_id": "advertiser", "campaign_id": "campaign", "adgroup_id": "adgroup",
                 "ad_id": "ad", "ad_id_v2": "ad"}  # fmt: skip
DAY, HOUR = "stat_time_day", "stat_time_hour"
TIME_DIMENSIONS = (DAY, HOUR)
BASIC_DIMENSIONS = {
    "country_code", "ad_type", "image_id", "video_material_id", "custom_event_type",
    "event_source_id", "page_id", "component_name", "room_id", "post_id", "minis_id",
    "search_terms", "search_keyword", "match_type", "skan_postback_sequence",
}  # fmt: skip
_INTERESTS = {"interest_category", "interest_category_tier2", "interest_category_tier3",
              "interest_category_tier4"}  # fmt: skip
AUDIENCE_DIMENSIONS = _INTERESTS | {
    "gender", "age", "country_code", "province_id", "dma_id", "ac", "language", "platform",
    "placement", "ad_type", "behavior_id", "purchase_intention", "hashtag", "audience_tags",
    "additional_interests", "contextual_tag", "device_brand_id",
}  # fmt: skip
LEVEL_ORDER = ("advertiser", *LEVELS)
DATE_CAPS = {HOUR: 1, DAY: 30, None: 365}


def check_names(kind: str, dimensions: list[str], metrics: list[str]) -> None:
    """Every name exists; an unknown metric is named in the refusal."""
    others = BASIC_DIMENSIONS if kind == BASIC else AUDIENCE_DIMENSIONS
    for name in dimensions:
        if name not in ID_DIMENSIONS and name not in TIME_DIMENSIONS and name not in others:
            raise Refusal(40002, f"dimensions: Invalid enum value {name}.")
    unknown = [name for name in metrics if name not in KNOWN]
    if unknown:
        raise Refusal(
            40002,
            "Please correct the information in invalid metric fields and try again. "
            f"Invalid metric fields: {unknown}. ",
        )


def check_combination(kind: str, level: str, dimensions: list[str], metrics: list[str], *,
                      lifetime: bool, many: bool, is_async: bool) -> None:  # fmt: skip
    """Dimensions and metrics that have no relation are refused as a whole."""
    ids = [name for name in dimensions if name in ID_DIMENSIONS]
    times = [name for name in dimensions if name in TIME_DIMENSIONS]
    others = [name for name in dimensions if name not in ids and name not in times]
    own_ids = [name for name in ids if not (many and name == "advertiser_id")]
    bad: bool = bool(
        len(own_ids) > 1
        or len(times) > 1
        or len(set(dimensions)) != len(dimensions)
        or any(ID_DIMENSIONS[name] != level for name in own_ids)
        or (lifetime and (times or others))
        or ("ad_type" in others and level == "advertiser")
    )
    if kind == BASIC:
        bad |= len(others) > 1 or ("country_code" in others and HOUR in times)
    else:
        pair = set(others) == {"age", "gender"} and len(others) == 2
        bad |= (len(others) != 1 and not pair) or lifetime or HOUR in times
        bad |= bool(times) and bool({*_INTERESTS, "device_brand_id"} & set(others))
    for name in metrics:
        bad |= not _metric_fits(kind, level, times, others, name, is_async)
    if bad:
        raise Refusal(40002, CONFLICT)


def _metric_fits(kind: str, level: str, times: list[str], others: list[str], name: str,
                 is_async: bool) -> bool:  # fmt: skip
    belongs = LEVEL_OF_ATTRIBUTE.get(name)
    if belongs is not None:
        return LEVEL_ORDER.index(belongs) <= LEVEL_ORDER.index(level)
    if kind == AUDIENCE:
        return all(allowed_by_audience(name, other, is_async) for other in others)
    if name in CASH and (level != "advertiser" or times != [DAY]):
        return False
    if is_async and name == "billed_cost":
        return False
    if name.startswith(("skan_", "paid_eng")) and times == [HOUR]:
        return False
    return not others or allowed_by_country(name)
