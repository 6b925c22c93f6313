"""GET /business/get/: the profile as it is now, its audience, and one object per UTC day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from fastapi import Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.envelope import Refusal, scope_error
from sandbox.tiktok_organic.paging import check_business, fields_of, shares
from sandbox.world import brand
from sandbox.world.content import BRAND, BRAND_HANDLE
from sandbox.world.draws import uniform, word
from sandbox.world.profile import DAY

OLDEST_DAYS = 60
_PROFILE = ("is_business_account", "username", "display_name", "bio_description", "profile_image",
            "profile_deep_link", "is_verified", "followers_count", "following_count",
            "total_likes", "videos_count")  # fmt: skip
_AUDIENCE = ("audience_ages", "audience_genders", "audience_countries", "audience_cities")
_METRICS = ("video_views", "unique_video_views", "profile_views", "likes", "comments", "shares",
            "daily_total_followers", "daily_new_followers", "daily_lost_followers",
            "followers_count", "engaged_audience", "phone_number_clicks", "lead_submissions",
            "app_download_clicks", "bio_link_clicks", "email_clicks", "address_clicks",
            "audience_activity")  # fmt: skip
_ONLY_METRICS = set(_METRICS) - set(_PROFILE)


def computed_to(box: Sandbox) -> int:
    """Newest UTC day (counted from the epoch) whose numbers are out: 24 to 48 h after its end."""
    today = box.clock.epoch // DAY
    for number in (today - 2, today - 3):
        key = np.array([word("account", box.world.config.seed, number)], dtype=np.uint64)
        late = (1 + float(uniform(key, "latency")[0])) * DAY
        if box.clock.epoch >= (number + 1) * DAY + late:
            return number
    return today - 3


def business(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """The data of one call."""
    check_business(request)
    fields = fields_of(
        request, {*_PROFILE, *_AUDIENCE, *_METRICS}, ["display_name", "profile_image"]
    )
    first, last = _range(box, request)
    insights = [name for name in fields if name in _ONLY_METRICS or name in _AUDIENCE]
    if insights and "user.insights" in box.settings.without_scopes:
        raise scope_error(request)
    profile = _profile(box)
    data = {name: profile[name] for name in fields if name in profile}
    asked = [name for name in fields if name in _METRICS]
    if set(asked) & _ONLY_METRICS:
        data["metrics"] = _days(box, asked, first, last)
    return data, {}


def _range(box: Sandbox, request: Request) -> tuple[int, int]:
    today = box.clock.epoch // DAY
    days = []
    for name, fallback in (("start_date", today - 7), ("end_date", today - 1)):
        text = request.query_params.get(name)
        try:
            day = fallback if text is None else _number(date.fromisoformat(text))
        except ValueError:
            raise Refusal(40002, f"{name}: Not a valid date.") from None
        days.append(day)
    if days[0] < today - OLDEST_DAYS:
        raise Refusal(40002, "start_date: Must not be more than 60 days before today.")
    if days[0] > days[1]:
        raise Refusal(40002, "start_date: Must not be after end_date.")
    return days[0], days[1]


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _profile(box: Sandbox) -> dict[str, Any]:
    now, content = box.clock.epoch, box.world.content
    posts = content.published(now, BRAND)
    followers = box.world.profile.followers(now)
    # The mix of the audience drifts slowly.
    drift = (now // DAY % 90) / 900
    signature = f"x-expires={now + DAY}&x-signature=demo"
    return {
        "is_business_account": True,
        "username": BRAND_HANDLE,
        "display_name": brand.SHOP_NAME,
        "bio_description": "Cosmétiques marins, faits en Bretagne",
        "profile_image": f"https://{brand.HOST}/avatar.jpg?{signature}",
        "profile_deep_link": f"https://www.tiktok.com/@{BRAND_HANDLE}",
        "is_verified": True,
        "followers_count": followers,
        "following_count": 112,
        "total_likes": 184_000 + sum(content.counters(post, now).likes for post in posts),
        "videos_count": len(posts),
        "audience_ages": shares(("18-24", "25-34", "35-44", "45-54", "55+"), "age",
                                (0.31 + drift, 0.38, 0.18, 0.09, 0.04)),
        "audience_genders": shares(("Female", "Male", "Other"), "gender", (0.81, 0.17, 0.02)),
        "audience_countries": shares(brand.COUNTRIES, "country",
                                     [float(w) for w in brand.COUNTRY_WEIGHTS]),
        "audience_cities": shares(("Paris", "Lyon", "Nantes", "Brussels", "Geneva", "Saint-Denis"),
                                  "city_name", (0.22, 0.09, 0.08, 0.04, 0.03, 0.05)),
    }  # fmt: skip


def _days(box: Sandbox, asked: list[str], first: int, last: int) -> list[dict[str, Any]]:
    """Days that are computed; a later one is missing, which does not mean zero."""
    begin = box.world.profile.first_day
    found = []
    for number in range(max(first, begin), min(last, computed_to(box)) + 1):
        day = datetime.fromtimestamp(number * DAY, UTC).date()
        values = _metrics(box, number)
        found.append({"date": day.isoformat(), **{name: values[name] for name in asked}})
    return found


def _metrics(box: Sandbox, number: int) -> dict[str, Any]:
    day = box.world.profile.day(number)
    return {
        "video_views": day.views,
        "unique_video_views": day.viewers,
        "profile_views": day.profile_views,
        "likes": day.likes,
        "comments": day.comments,
        "shares": day.shares,
        # Net, and so is followers_count inside a day: the level is outside, for now only.
        "daily_total_followers": day.new_followers - day.lost_followers,
        "daily_new_followers": day.new_followers,
        "daily_lost_followers": day.lost_followers,
        "followers_count": day.new_followers - day.lost_followers,
        "engaged_audience": int(day.viewers * 0.07),
        "phone_number_clicks": 0,
        "lead_submissions": day.leads,
        "app_download_clicks": 0,
        "bio_link_clicks": day.bio_clicks,
        "email_clicks": day.email_clicks,
        "address_clicks": 0,
        "audience_activity": [
            {"hour": str(hour), "count": count}
            for hour, count in enumerate(box.world.profile.active_hours(number))
        ],
    }


def newest_instant(box: Sandbox) -> int:
    """Counters of posts are those at the end of the newest computed day."""
    return (computed_to(box) + 1) * DAY
