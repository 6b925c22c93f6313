"""The brand's TikTok One campaigns: which creators post for which of them, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.state import Sandbox
from sandbox.world import brand
from sandbox.world.content import CREATOR, Post
from sandbox.world.zones import midnight, utc_text


@dataclass(frozen=True)
class Campaign:
    """One campaign; `first` and `last` are world days, `people` positions of creators."""

    campaign_id: str
    name: str
    kind: str
    first: int
    last: int
    people: tuple[int, ...]


CAMPAIGNS = (
    Campaign("7461000000000000301", "Ambassadeurs 2026", "LINK", -60, 10_000, (0, 1, 3)),
    Campaign("7461000000000000302", "Défi Marée Haute", "LINK", 10, 40, (2, 4)),
    Campaign("7461000000000000303", "Été, peaux sensibles", "INVITE", -60, -20, (2, 4)),
    Campaign("7461000000000000304", "Fêtes 2026", "INVITE", 60, 10_000, (0, 2)),
)  # fmt: skip


def begun(box: Sandbox) -> list[Campaign]:
    """Campaigns that exist by now, newest first as the API lists them."""
    now = box.clock.epoch
    return [one for one in reversed(CAMPAIGNS) if midnight(box.world.config.day(one.first)) <= now]


def posts_of(box: Sandbox, campaign: Campaign) -> list[Post]:
    """Posts linked to a campaign, newest first."""
    start = midnight(box.world.config.day(campaign.first))
    end = midnight(box.world.config.day(campaign.last + 1)) if campaign.last < 10_000 else None
    return [
        post
        for post in reversed(box.world.content.published(box.clock.epoch, CREATOR))
        if post.author in campaign.people
        and start <= post.published
        and (end is None or post.published < end)
    ]


def campaign_record(box: Sandbox, campaign: Campaign) -> dict[str, Any]:
    """A campaign as /tto/tcm/campaign/ sends it."""
    posts = posts_of(box, campaign)
    people = [box.world.content.creators[position] for position in campaign.people]
    created = midnight(box.world.config.day(campaign.first))
    return {
        "campaign_id": campaign.campaign_id,
        "campaign_type": campaign.kind,
        "campaign_name": campaign.name,
        "campaign_description": "Une vidéo par mois, avis honnête, produits offerts.",
        "brand_profile_id": "7460000000000000077",
        "brand_name": brand.SHOP_NAME,
        "handle_names": [person.handle for person in people],
        "anchor_id": "7462000000000000011",
        "video_ids": [post.item_id for post in posts],
        "advertiser_ids": [box.world.accounts.advertisers[0].advertiser_id],
        "country_codes": ["FR", "BE"],
        "spark_ads_requested_authorization_days": 30,
        "invite_link": f"https://www.tiktok.com/tto/invite/{campaign.campaign_id}-demo",
        "create_time": utc_text(created),
        "update_time": utc_text(posts[0].published if posts else created),
    }
