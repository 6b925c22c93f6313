"""What ads bring to the brand's LIVE sessions and to its hashtag challenge, hour by hour."""

from __future__ import annotations

import numpy as np

from sandbox.state import Sandbox
from sandbox.world.content import CHALLENGE_DAYS
from sandbox.world.draws import I64, uniform
from sandbox.world.zones import midnight

BRAND_ROWS = ("live_views", "live_effective_views", "live_product_clicks",
              "clicks_on_hashtag_challenge")  # fmt: skip
_LIVE_SHARES = (0.03, 0.012, 0.0015)  # of the impressions while a LIVE is on
_CHALLENGE_SHARE = 0.0009


def brand_rows(box: Sandbox, impressions: I64, first: int) -> I64:
    """[BRAND_ROWS, ad, hour] of Spark ads, from their impressions [ad, hour]."""
    plan, config = box.world.accounts, box.world.config
    hours = impressions.shape[1]
    spark = np.array([plan.campaigns[ad.campaign].spark for ad in plan.ads])
    found = np.zeros((len(BRAND_ROWS), *impressions.shape), dtype=np.int64)
    for live in box.world.content.lives:
        begin, end = live.start // 3_600 - first, -(-live.end // 3_600) - first
        during = slice(max(begin, 0), max(min(end, hours), 0))
        for row, share in enumerate(_LIVE_SHARES):
            shown = np.where(spark[:, None], impressions[:, during], 0)
            found[row, :, during] = _some(shown, share, first + during.start)
    begin = midnight(config.day(CHALLENGE_DAYS[0])) // 3_600 - first
    end = midnight(config.day(CHALLENGE_DAYS[1] + 1)) // 3_600 - first
    during = slice(max(begin, 0), max(min(end, hours), 0))
    shown = np.where(spark[:, None], impressions[:, during], 0)
    found[3, :, during] = _some(shown, _CHALLENGE_SHARE, first + during.start)
    return found


def _some(shown: I64, share: float, first: int) -> I64:
    """A share of impressions [ad, hour] in whole numbers; hours differ in which way they round.

    The roundings of an ad's hour are the same for all shares, so that a smaller share never
    gives more.
    """
    ads, hours = shown.shape
    hour = np.arange(first, first + hours, dtype=np.uint64)
    keys = hour[None, :] * np.uint64(1_000) + np.arange(ads, dtype=np.uint64)[:, None]
    return np.asarray(np.floor(shown * share + uniform(keys, "brand rows")).astype(np.int64))
