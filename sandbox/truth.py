"""What really happened, for tests that compare."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from sandbox.state import Sandbox
from sandbox.tiktok_ads.cube import ROW, cube, visible_days
from sandbox.world import brand
from sandbox.world.orders import SOURCE_NAMES
from sandbox.world.places import REGIONS
from sandbox.world.zones import iso_z, local_date


def ads_daily(box: Sandbox, first: date, last: date) -> list[dict[str, Any]]:
    """Spend in cents, impressions and clicks per account-local day and ad, as of now.

    Includes restatements, so it is what the platform says when asked now. Of the purchases it
    claims, `double_purchases` are one order counted a second time.
    """
    plan, found = box.world.accounts, []
    for position, account in enumerate(plan.advertisers):
        days = visible_days(box, account.zone, first, last)
        numbers = cube(box, account.zone, days, "stat_time_day").cells
        for at, ad in enumerate(plan.ads):
            if ad.advertiser != position:
                continue
            for nth, day in enumerate(days):
                spend, impressions, clicks, claimed, double = (
                    int(numbers[ROW[name], at, nth])
                    for name in ("spend", "impressions", "clicks", "purchases", "double_purchases")
                )
                if not (spend or impressions or clicks):
                    continue
                found.append(
                    {
                        "advertiser_id": account.advertiser_id,
                        "report_date": day.isoformat(),
                        "campaign_id": plan.campaigns[ad.campaign].campaign_id,
                        "adgroup_id": plan.adgroups[ad.adgroup].adgroup_id,
                        "ad_id": ad.ad_id,
                        "spend_cents": spend,
                        "impressions": impressions,
                        "clicks": clicks,
                        "claimed_purchases": claimed,
                        "double_purchases": double,
                    }
                )
    return found


def orders_truth(box: Sandbox, first: date, last: date) -> list[dict[str, Any]]:
    """Orders created on property days first to last, with the true cause, as of now."""
    now, config, found = box.clock.epoch, box.world.config, []
    window = range(max(config.index(first), 0), min(config.index(last), box.last_day) + 1)
    for day in window:
        orders, web = box.world.orders(day), box.world.sessions(day)
        for row in np.flatnonzero(orders.created <= now).tolist():
            refunds: list[dict[str, Any]] = [
                {"at": iso_z(int(at[row])), "cents": int(cents[row])}
                for at, cents in (
                    (orders.refunded, orders.refund_cents),
                    (orders.refunded_again, orders.second_refund_cents),
                )
                if 0 < at[row] <= now
            ]
            cancelled = 0 < orders.cancelled[row] <= now
            channel, visit = int(orders.cause_channel[row]), int(orders.visit[row])
            consent = int(web.journeys.people.consent[visit]) if visit >= 0 else -1
            found.append(
                {
                    "name": f"#{int(orders.number[row])}",
                    "created_at": iso_z(int(orders.created[row])),
                    "order_date": local_date(int(orders.created[row])).isoformat(),
                    "source": SOURCE_NAMES[int(orders.source[row])],
                    "test": bool(orders.test[row]),
                    "cancelled": bool(cancelled),
                    # Counted as revenue: neither test nor cancelled.
                    "counted": not (orders.test[row] or cancelled),
                    "total_cents": int(orders.total[row]),
                    # Region of the customer, None abroad.
                    "region": REGIONS[orders.region[row]].code if orders.region[row] >= 0 else None,
                    "refunded_cents": sum(one["cents"] for one in refunds),
                    "refunds": refunds,
                    "last_channel": brand.CHANNELS[web.journeys.touch.channel[visit]]
                    if visit >= 0
                    else None,
                    # None: the order would have happened anyway.
                    "caused_by": brand.CHANNELS[channel] if channel >= 0 else None,
                    "caused_by_ad_id": box.world.accounts.ads[orders.cause_ad[row]].ad_id
                    if orders.cause_ad[row] >= 0
                    else None,
                    "has_web_purchase_event": consent == brand.CONSENT_FULL,
                }
            )
    return found


def sessions_truth(box: Sandbox, first: date, last: date) -> list[dict[str, Any]]:
    """Visits by property day and by what analytics may know of them, as of now.

    `agreed`: full consent, in the export with an id. `known`: those of them that the API has
    counted by now. `modelled`: consent denied, counted by the API
    without a person. `blocked`: in nobody's numbers. `gateway_returns`: known visits that came back
    from the payment page, which the API counts as a session more.
    """
    config, found = box.world.config, []
    window = range(max(config.index(first), 0), min(config.index(last), box.last_day) + 1)
    for day in window:
        web = box.world.sessions(day)
        consent = web.journeys.people.consent
        counted = web.processed_at <= box.clock.epoch
        known = counted & (consent == brand.CONSENT_FULL)
        blocked = consent == brand.CONSENT_BLOCKED
        found.append(
            {
                "report_date": config.day(day).isoformat(),
                "agreed": int((consent == brand.CONSENT_FULL).sum()),
                "known": int(known.sum()),
                "modelled": int((counted & ~known & ~blocked).sum()),
                "blocked": int(blocked.sum()),
                "gateway_returns": int((known & web.gateway).sum()),
            }
        )
    return found


def account_truth(box: Sandbox, first: date, last: date) -> list[dict[str, Any]]:
    """The brand's TikTok account by UTC day; `followers` at the end of the day."""
    epoch = date(1970, 1, 1)
    found = []
    for number in range((first - epoch).days, (last - epoch).days + 1):
        day = box.world.profile.day(number)
        found.append(
            {
                "report_date": date.fromordinal(epoch.toordinal() + number).isoformat(),
                "followers": day.followers,
                "new_followers": day.new_followers,
                "lost_followers": day.lost_followers,
                "video_views": day.views,
                "profile_views": day.profile_views,
            }
        )
    return found
