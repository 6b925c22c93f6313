"""Per-day constants of the world: how many people arrive, which ads run, the shape of the day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.world import brand
from sandbox.world.ad_account import AdAccounts, build_ad_accounts
from sandbox.world.caused import GEO, Wave, waves
from sandbox.world.config import WorldConfig
from sandbox.world.content import Content
from sandbox.world.draws import F64, day_generator
from sandbox.world.spark import with_posts
from sandbox.world.zones import day_seconds, midnight


@dataclass(frozen=True)
class DayPlan:
    """Constants of one property day."""

    day: int
    midnight: int  # epoch second
    seconds: int
    new_people: int
    # Cumulative ad weights, keyed by (advertiser, is a return visit).
    ad_choice: dict[tuple[int, bool], F64]
    ad_share: F64  # share of the account's clicks, used for expected delivery
    extra_clicks: F64  # expected paid visits of extra people, by ad
    waves: tuple[Wave, ...]
    hour_cdf: F64  # 25 edges, 0 to 1
    campaign_label: tuple[int, ...]  # label code by campaign position


class Plan:
    """Makes and keeps `DayPlan`s; also the list of every campaign name ever used."""

    def __init__(self, config: WorldConfig) -> None:
        self.config = config
        self.content = Content(config)
        self.accounts: AdAccounts = with_posts(build_ad_accounts(), self.content, config)
        self._top_view_ad = next(
            n
            for n, ad in enumerate(self.accounts.ads)
            if self.accounts.campaigns[ad.campaign].reserved
        )
        self.labels: list[tuple[int, str]] = []  # (campaign position, name)
        for position, campaign in enumerate(self.accounts.campaigns):
            for name in (campaign.name, *(new for _, new in campaign.renames)):
                self.labels.append((position, name))
        self.day = lru_cache(maxsize=512)(self._day)

    def _label(self, campaign: int, day: int) -> int:
        name = self.accounts.campaigns[campaign].name_on(day)
        return self.labels.index((campaign, name))

    def active_ads(self, day: int) -> F64:
        """Weight of each auction ad on a day, 0 when it does not run."""
        weights = []
        for ad in self.accounts.ads:
            campaign = self.accounts.campaigns[ad.campaign]
            runs = ad.created <= day and (ad.deleted is None or day < ad.deleted)
            runs &= campaign.runs_on(day) and not campaign.reserved
            weights.append(ad.weight if runs else 0.0)
        noise = np.exp(
            0.18 * day_generator(self.config.seed, day, "ad weights").normal(size=len(weights))
        )
        return np.array(weights) * noise

    def _day(self, day: int) -> DayPlan:
        date = self.config.day(day)
        draw = day_generator(self.config.seed, day, "audience")
        weekday = date.weekday()
        volume = (
            self.config.new_people_per_day
            * brand.WEEKDAY_FACTOR[weekday]
            * (1.0 + 0.0015 * np.clip(day, -30, 365))
            * np.exp(0.06 * draw.normal())
        )
        new_people = int(volume) + int(draw.random() < volume % 1.0)
        weights = self.active_ads(day)
        choice: dict[tuple[int, bool], F64] = {}
        for advertiser in range(len(self.accounts.advertisers)):
            for returning in (False, True):
                row = weights.copy()
                for index, ad in enumerate(self.accounts.ads):
                    if ad.advertiser != advertiser:
                        row[index] = 0.0
                    elif self.accounts.campaigns[ad.campaign].retargeting:
                        row[index] *= 4.0 if returning else 0.05
                total = row.sum()
                choice[advertiser, returning] = np.cumsum(row / total)
        hours = brand.WEEKEND_HOURS if weekday >= 5 else brand.WEEKDAY_HOURS
        size = [1.0 if ad.advertiser == 0 else 0.15 for ad in self.accounts.ads]
        share = weights * np.array(size)
        begin, seconds = midnight(date), day_seconds(date)
        extra = waves(self.config, self.content.lives, self._top_view_ad, day, begin,
                      begin + seconds, new_people)  # fmt: skip
        extra_clicks = np.zeros(len(weights))
        for wave in extra:
            if wave.ad >= 0:
                extra_clicks[wave.ad] += wave.paid
            elif wave.source == GEO:
                extra_clicks += wave.paid * np.diff(choice[0, False], prepend=0.0)
        return DayPlan(
            day=day,
            midnight=begin,
            seconds=seconds,
            new_people=new_people,
            ad_choice=choice,
            ad_share=share / share.sum(),
            extra_clicks=extra_clicks,
            waves=extra,
            hour_cdf=np.concatenate([[0.0], np.cumsum(hours) / hours.sum()]),
            campaign_label=tuple(
                self._label(position, day) for position in range(len(self.accounts.campaigns))
            ),
        )
