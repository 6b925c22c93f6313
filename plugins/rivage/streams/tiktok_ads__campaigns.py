"""Campaigns, deleted ones included: /campaign/get/."""

from rivage.streams._tiktok_entities import CALLS
from rivage.streams.model import Column, Snapshot, Stream

STREAM = Stream(
    name="tiktok_ads__campaigns",
    connector="tiktok_ads",
    endpoint="campaign/get/",
    doc="Campaigns: name, objective, budget, status; TopView and deleted ones included.",
    keys=("campaign_id",),
    window=Snapshot(),
    options={"calls": CALLS},
    columns=(
        Column("campaign_id", required=True),
        Column("advertiser_id", required=True),
        Column("campaign_name", required=True),
        Column("objective"),
        Column("objective_type"),
        Column("campaign_type"),
        Column("operation_status"),
        Column("secondary_status"),
        Column("budget", type="DOUBLE"),
        Column("budget_mode"),
        Column("campaign_automation_type"),
        Column("is_smart_performance_campaign", type="BOOLEAN"),
        Column("roas_bid", type="DOUBLE"),
        Column("create_time"),
        Column("modify_time"),
    ),
)
