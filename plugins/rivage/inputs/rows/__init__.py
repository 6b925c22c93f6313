"""One module per file: its columns in the file's order, and the rules within a row."""

from rivage.inputs.rows.campaign_plans import CampaignPlan
from rivage.inputs.rows.channel_rules import ChannelRule
from rivage.inputs.rows.creator_contracts import CreatorContract
from rivage.inputs.rows.experiments import Experiment
from rivage.inputs.rows.goals import Goal
from rivage.inputs.rows.other_costs import OtherCost
from rivage.inputs.rows.outreach import Outreach
from rivage.inputs.rows.promo_codes import PromoCode
from rivage.inputs.rows.row import SHOP, Row

FILES: dict[str, type[Row]] = {
    "creator_contracts": CreatorContract,
    "goals": Goal,
    "experiments": Experiment,
    "promo_codes": PromoCode,
    "other_costs": OtherCost,
    "channel_rules": ChannelRule,
    "outreach": Outreach,
    "campaign_plans": CampaignPlan,
}
"""Stem of each file -> its row."""


__all__ = [
    "FILES",
    "SHOP",
    "CampaignPlan",
    "ChannelRule",
    "CreatorContract",
    "Experiment",
    "Goal",
    "OtherCost",
    "Outreach",
    "PromoCode",
    "Row",
]
