"""Which post each Spark ad shows: a Spark ad is a post of the brand or a creator, promoted."""

from __future__ import annotations

from dataclasses import replace

from sandbox.world.ad_account import AdAccounts
from sandbox.world.config import WorldConfig
from sandbox.world.content import BRAND, CREATOR, Content
from sandbox.world.zones import midnight


def with_posts(accounts: AdAccounts, content: Content, config: WorldConfig) -> AdAccounts:
    """The same plan, with `item_id` on the ads of Spark campaigns.

    An ad shows a post that is older than itself; two ads of a group show two posts as long as
    there are enough.
    """
    ads = []
    for position, ad in enumerate(accounts.ads):
        item_id = None
        if accounts.campaigns[ad.campaign].spark:
            older = content.published(midnight(config.day(ad.created)), BRAND, CREATOR)
            promoted = [post for post in older if post.spark] or list(older)
            if promoted:
                item_id = promoted[-1 - position % len(promoted)].item_id
        ads.append(replace(ad, item_id=item_id))
    return replace(accounts, ads=tuple(ads))
