"""The `filtering` of a report (contract: tiktok.md 4.4, 4.5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.tiktok_ads.entities import TOP_VIEW
from sandbox.tiktok_ads.envelope import CONFLICT, Refusal
from sandbox.tiktok_ads.report_params import Params
from sandbox.world.ad_account import Campaign

_TYPES = {"IN", "NOT_IN", "CONTAIN_ANY_OF", "MATCH", "GREATER_EQUAL", "GREATER_THAN", "LOWER_EQUAL",
          "LOWER_THAN", "BETWEEN", "RANGE"}  # fmt: skip
_IDS = ("campaign_ids", "adgroup_ids", "ad_ids", "ad_ids_v2")
_STATUSES = ("campaign_status", "adgroup_status", "ad_status")
_ASYNC_IDS, _SYNC_IDS = 20_000, 100
# Legal, and without effect on this brand.
_WITHOUT_EFFECT = {
    "campaign_type", "optimization_goal", "promotion_type", "billing_event", "bid_strategy",
    "image_mode", "identity_type", "creative_material_mode", "campaign_product_source",
    "destination", "age", "gender", "dpa_target_audience_type", "app_promotion_type",
    "campaign_label_ids", "campaign_label_names", "campaign_label_types", "create_time",
    "playable_status",
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What a report is limited to; `status` None lets deleted entities through as well."""

    status: str | None = "STATUS_NOT_DELETE"
    ids: dict[str, set[str]] = field(default_factory=dict)
    without: dict[str, set[str]] = field(default_factory=dict)
    facts: dict[str, set[str]] = field(default_factory=dict)

    def takes(self, campaign: Campaign, ids: Mapping[str, str]) -> bool:
        """Whether an entity of this campaign, with these ids, is in the report."""
        own = {
            "buying_type": "RESERVATION_TOP_VIEW" if campaign.reserved else "AUCTION",
            "campaign_system_origins": "TT_ADS_PLATFORM",
            "campaign_automation_type": "UPGRADED_SMART_PLUS" if campaign.smart_plus else "MANUAL",
            "objective_type": campaign.objective,
        }
        return (
            all(ids[name] in wanted for name, wanted in self.ids.items())
            and not any(ids[name] in refused for name, refused in self.without.items())
            and all(own[name] in wanted for name, wanted in self.facts.items())
        )


def read_filters(params: Params, level: str, dimensions: list[str]) -> Filters:
    """All three keys of a filter are mandatory; the status must be the data level's own."""
    found = Filters(status=None if params.is_async else "STATUS_NOT_DELETE")
    status = found.status
    for item in params.array("filtering") or []:
        if not isinstance(item, dict) or not {"field_name", "filter_type", "filter_value"} <= set(
            item
        ):
            raise Refusal(40002, "filtering: Missing data for required field.")
        if item["filter_type"] not in _TYPES:
            raise Refusal(40002, f"filter_type: Invalid enum value {item['filter_type']}.")
        name, value = item["field_name"], _value(item["filter_value"])
        if params.is_async and name not in _IDS:
            raise Refusal(40002, f"filtering: {name} is not supported by asynchronous reports.")
        if name in _STATUSES:
            if name != f"{level}_status":
                raise Refusal(40002, f"filtering: {name} does not match the data level.")
            status = value[0]
        elif name in _IDS:
            most = _ASYNC_IDS if params.is_async and name != "ad_ids_v2" else _SYNC_IDS
            if len(value) > most:
                raise Refusal(40002, f"filtering.{name}: Longer than maximum length {most}.")
            if {"ad_ids": "ad_id_v2", "ad_ids_v2": "ad_id"}.get(name) in dimensions:
                raise Refusal(40002, CONFLICT)
            target = found.without if item["filter_type"] == "NOT_IN" else found.ids
            target[name] = set(value)
        elif name in ("buying_type", "campaign_system_origins", "campaign_automation_type",
                      "objective_type"):  # fmt: skip
            if name == "buying_type" and "RESERVATION_TOP_VIEW" in value and len(value) > 1:
                raise Refusal(40002, TOP_VIEW)
            found.facts[name] = set(value)
        elif name not in _WITHOUT_EFFECT:
            raise Refusal(40002, f"filtering.field_name: Invalid enum value {name}.")
    return Filters(status, found.ids, found.without, found.facts)


def _value(text: Any) -> list[str]:
    """`filter_value` is JSON inside JSON."""
    if not isinstance(text, str):
        raise Refusal(40002, "filter_value: Not a valid string.")
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
