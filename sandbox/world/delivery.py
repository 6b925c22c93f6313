"""What the ads delivered, per ad and UTC hour of one property day. Spend in integer cents.

Clicks are the visits that reached the shop plus those that did not load; impressions follow from
each campaign's click rate. Sums over ads are exact because every cell is an integer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world import brand
from sandbox.world.draws import I64, day_generator
from sandbox.world.journeys import Journeys
from sandbox.world.plan import Plan

LOST_CLICKS = 0.17  # clicks that never load the page, relative to visits
_PAID_VISITS_PER_NEW = 0.355  # paid visits of a day per new person, first and return

# Share of impressions, or of the metric named after it.
VIDEO_STEPS = {
    "video_play_actions": ("impressions", 0.93),
    "video_watched_2s": ("video_play_actions", 0.34),
    "video_watched_6s": ("video_watched_2s", 0.36),
    "video_views_p25": ("video_play_actions", 0.21),
    "video_views_p50": ("video_views_p25", 0.47),
    "video_views_p75": ("video_views_p50", 0.56),
    "video_views_p100": ("video_views_p75", 0.66),
    "engaged_view": ("video_watched_6s", 0.95),
    "engaged_view_15s": ("video_watched_6s", 0.41),
    "likes": ("impressions", 0.0045),
    "comments": ("likes", 0.05),
    "shares": ("likes", 0.09),
    "follows": ("likes", 0.07),
    "profile_visits": ("impressions", 0.0011),
    "clicks_on_music_disc": ("impressions", 0.0002),
}
METRICS = ("spend", "impressions", "clicks", "reach_base", *VIDEO_STEPS, "watch_ms")
ROW = {name: position for position, name in enumerate(METRICS)}


@dataclass(frozen=True)
class Delivery:
    """`cells` is [metric, ad, hour]; `first_hour` counts hours since the epoch."""

    day: int
    first_hour: int
    cells: I64


def delivery(plan: Plan, visits: Journeys) -> Delivery:
    """Deliver the ads of the day of `visits`."""
    today = plan.day(visits.day)
    ads, hours = len(plan.accounts.ads), today.seconds // 3_600
    first_hour = today.midnight // 3_600
    paid = visits.touch.channel == brand.TIKTOK_PAID
    hour = visits.touch.start[paid] // 3_600 - first_hour
    arrived = np.bincount(
        visits.touch.ad[paid].astype(np.int64) * hours + hour, minlength=ads * hours
    ).reshape(ads, hours)

    draw = day_generator(plan.config.seed, visits.day, "delivery")
    shape = np.diff(today.hour_cdf)
    if hours != 24:  # the two days a year that have 23 or 25 hours
        shape = np.interp(np.linspace(0, 1, hours), np.linspace(0, 1, 24), shape)
        shape = shape / shape.sum()
    paid_visits = _PAID_VISITS_PER_NEW * today.new_people * today.ad_share + today.extra_clicks
    expected = paid_visits[:, None] * shape[None, :]
    running = (paid_visits > 0)[:, None]
    clicks = arrived + draw.poisson(expected * LOST_CLICKS)
    campaigns = [plan.accounts.campaigns[ad.campaign] for ad in plan.accounts.ads]
    ctr = np.array([c.ctr for c in campaigns])[:, None] * np.exp(0.05 * draw.normal(size=(ads, 1)))
    wanted = expected * (1 + LOST_CLICKS) / ctr * np.exp(0.12 * draw.normal(size=(ads, hours)))
    impressions = np.maximum(draw.poisson(wanted), clicks * 9) * running
    cpm = np.array([c.cpm_cents for c in campaigns])[:, None] * np.exp(
        0.07 * draw.normal(size=(ads, 1))
    )
    cost = impressions * cpm / 1_000
    spend = np.floor(cost + draw.random(size=cost.shape)).astype(np.int64) * running

    cells = np.zeros((len(METRICS), ads, hours), dtype=np.int64)
    cells[ROW["spend"]], cells[ROW["impressions"]], cells[ROW["clicks"]] = (
        spend, impressions, clicks,
    )  # fmt: skip
    cells[ROW["reach_base"]] = impressions
    for name, (of, share) in VIDEO_STEPS.items():
        cells[ROW[name]] = draw.binomial(cells[ROW[of]], share)
    cells[ROW["watch_ms"]] = (
        cells[ROW["video_play_actions"]] * 2_900 + cells[ROW["video_views_p25"]] * 5_100
    )
    return Delivery(visits.day, first_hour, cells)


def reach(impressions: I64) -> I64:
    """Distinct people behind some impressions of one entity over one period.

    A concave law: the reach of a whole is below the sum of the reaches of its parts and above the
    largest of them, so it can never be added, whatever the level or the period.
    """
    return np.minimum(np.rint(impressions.astype(np.float64) ** 0.957), impressions).astype(
        np.int64
    )
