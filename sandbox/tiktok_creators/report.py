"""GET /tto/tcm/report/: the posts of one campaign, organic and paid apart.

Totals are lifetime to date; `daily_stats` come only with a date range, and a metric without a
value is missing there. Some numbers are text: the real service sends both.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_organic.account import newest_instant
from sandbox.tiktok_organic.paging import shares
from sandbox.world import brand
from sandbox.world.content import Counters, Post
from sandbox.world.zones import utc_text

_DAY = 86_400
_SPLIT = ("likes", "comments", "shares", "favorites", "reach")


def _counts(box: Sandbox, post: Post, epoch: int) -> tuple[Counters, dict[str, tuple[int, int]]]:
    """Organic and paid totals of a post at an instant, by name."""
    organic = box.world.content.counters(post, epoch)
    paid = box.world.content.paid_views(post, epoch)
    parts = {"video_views": (organic.views, paid)}
    for name in _SPLIT:
        # Paid viewers react half as often; reach is as concave as ever.
        rate = getattr(organic, name) / max(organic.views, 1)
        parts[name] = (getattr(organic, name), int(paid * rate * (0.9 if name == "reach" else 0.5)))
    return organic, parts


def _rate(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def _engaged(parts: dict[str, tuple[int, int]], side: int) -> int:
    return sum(parts[name][side] for name in ("likes", "comments", "shares"))


def report_row(box: Sandbox, post: Post, first: date | None, last: date | None) -> dict[str, Any]:
    """One post of the report."""
    instant = newest_instant(box)
    totals, parts = _counts(box, post, instant)
    person = box.world.content.creators[post.author]
    organic, paid = parts["video_views"]
    views = organic + paid
    clicks = int(paid * 0.011)
    cost = round(paid * 0.0061, 2)
    row: dict[str, Any] = {
        "video_id": post.item_id,
        "video_info": {
            "caption": " ".join([post.caption, *(f"#{tag}" for tag in post.hashtags)]),
            "video_link": f"https://www.tiktok.com/@{post.handle}/video/{post.item_id}",
            "create_time": utc_text(post.published),
            "duration": post.seconds,
        },
        "creator_info": {
            "creator_id": person.creator_id,
            "handle_name": person.handle,
            "display_name": person.name,
            "profile_image": f"https://{brand.HOST}/avatars/{person.code}.jpg",
        },
        "ad_clicks": clicks,
        "ad_conversions": int(clicks * 0.021),
        "ad_cost": str(cost),
        "ad_cpa": None,
        "ad_cpc": str(_rate(cost, clicks)),
        "ad_cpm": str(_rate(cost * 1_000, paid)),
        "ad_ctr": _rate(clicks, paid),
        "ad_cvr": 0.021 if clicks else 0.0,
        "ad_impressions": int(paid * 1.07),
        "ad_roas": None,
        "engagement_count": _engaged(parts, 0) + _engaged(parts, 1),
        "engagement_rate": _rate(_engaged(parts, 0) + _engaged(parts, 1), views),
        "engagement_rate_organic": _rate(_engaged(parts, 0), organic),
        "engagement_rate_paid": _rate(_engaged(parts, 1), paid),
        "engagement_rate_benchmark_p25": 0.031,
        "engagement_rate_benchmark_p50": 0.052,
        "video_completion_rate": round(totals.finished * (0.93 if paid else 1.0), 4),
        "video_completion_rate_organic": totals.finished,
        "video_completion_rate_paid": round(totals.finished * 0.7, 4) if paid else None,
        "video_completion_rate_benchmark_p25": 0.06,
        "video_completion_rate_benchmark_p50": 0.11,
        "video_view_retention": [round(0.9**second, 4) for second in range(0, 30, 3)],
        "total_play_time": str(int(totals.watched_seconds + paid * 4)),
        "average_view_time": _rate(totals.watched_seconds + paid * 4, views),
        "average_view_time_organic": _rate(totals.watched_seconds, organic),
        "average_view_time_paid": 4.0 if paid else None,
        "two_seconds_views": 0.58, "organic_two_seconds_views": 0.6, "paid_two_seconds_views": 0.5,
        "six_seconds_views": 0.31, "organic_six_seconds_views": 0.33, "paid_six_seconds_views": 0.2,
        "video_views_by_source": {
            name: int(views * share)
            for name, share in (("for_you", 0.7), ("hashtag", 0.06), ("sound", 0.02),
                                ("personal_profile", 0.09), ("search", 0.05), ("following", 0.06),
                                ("other", 0.02))
        },
        "video_boosted_date": utc_text(post.published + 2 * _DAY) if paid else "1970-01-01",
        "anchor_id": "7462000000000000011",
        "anchor_metrics": {"source": "TTO", "video_views": views,
                           "anchor_views": int(views * 0.4), "anchor_clicks": int(views * 0.006),
                           "anchor_unique_views": int(views * 0.36),
                           "anchor_unique_clicks": int(views * 0.005)},
        "lifetime_gender_distribution": shares(("FEMALE", "MALE"), "gender", (0.78, 0.22)),
        "lifetime_top_age_distribution": shares(("18-24", "25-34", "35+"), "age", (0.4, 0.4, 0.2)),
        "lifetime_top_country_distribution": shares(brand.COUNTRIES, "country", (8, 1, 0.5, 0.5)),
        "lifetime_device_distribution": shares(("ios", "android"), "device", (0.56, 0.44)),
    }  # fmt: skip
    for name, (free, bought) in parts.items():
        # Counts as text, their parts as numbers.
        row |= {name: str(free + bought), f"{name}_organic": free, f"{name}_paid": bought}
    if first and last:
        row["daily_stats"] = _daily(box, post, first, last)
    return row


def _daily(box: Sandbox, post: Post, first: date, last: date) -> list[dict[str, Any]]:
    """One object per UTC day with views; what a day did not have is left out."""
    found = []
    born = datetime.fromtimestamp(post.published, UTC).date()
    day = max(first, born)
    while day <= last:
        start = (day - date(1970, 1, 1)).days * _DAY
        if start + _DAY > newest_instant(box):
            break
        before, after = _counts(box, post, start)[1], _counts(box, post, start + _DAY)[1]
        gains = {name: (after[name][0] - before[name][0], after[name][1] - before[name][1])
                 for name in after}  # fmt: skip
        free, bought = gains["video_views"]
        if free + bought:
            stat: dict[str, Any] = {"date": day.isoformat(), "views": free + bought,
                                    "video_views_organic": free}  # fmt: skip
            if bought:
                stat["video_views_paid"] = bought
            for name in _SPLIT[:4]:
                stat |= {name: sum(gains[name]), f"{name}_organic": gains[name][0]}
            found.append(stat | {"reach": sum(gains["reach"])})
        day += timedelta(days=1)
    return found
