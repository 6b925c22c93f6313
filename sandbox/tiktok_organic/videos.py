"""GET /business/video/list/: the account's posts, newest first, with lifetime counters.

Posts that moderation removed are dropped only after a page was cut, so pages come short or empty
while `has_more` is true. Fields of a post that nobody watched for a week are missing.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import parsed
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.tiktok_ads.routes import only
from sandbox.tiktok_organic.account import newest_instant
from sandbox.tiktok_organic.paging import check_business, fields_of, shares, whole
from sandbox.world import brand
from sandbox.world.content import BRAND, BRAND_HANDLE, FIRST_POST_DAY, Post
from sandbox.world.zones import midnight

_WEEK = 7 * 86_400
_ALWAYS = ("item_id", "media_type", "is_ad", "caption", "create_time", "thumbnail_url",
           "share_url", "embed_url", "video_duration", "likes", "comments", "shares", "favorites",
           "reach", "video_views")  # fmt: skip
_INSIGHTS = ("total_time_watched", "average_time_watched", "full_video_watched_rate",
             "new_followers", "profile_views", "website_clicks", "phone_number_clicks",
             "lead_submissions", "app_download_clicks", "email_clicks", "address_clicks",
             "video_view_retention", "engagement_likes", "impression_sources", "audience_genders",
             "audience_countries", "audience_cities", "audience_types")  # fmt: skip
PERISHABLE = ("reach", "full_video_watched_rate", "total_time_watched", "average_time_watched",
              "impression_sources", "audience_countries")  # fmt: skip
_SOURCES = ("For You", "Follow", "Personal Profile", "Search", "Hashtag", "Sound")


def removed_at(box: Sandbox) -> list[int]:
    """When the posts that moderation removed had been published: one now and then, and a series
    of 45 on one day, which fills two pages."""
    config = box.world.config
    series_start = midnight(config.day(-20)) + 3_600
    series = [series_start + nth * 60 for nth in range(45)]
    return [*(midnight(config.day(day)) + 1_800 for day in range(FIRST_POST_DAY, config.days, 6)),
            *series]  # fmt: skip


def video_list(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """The data of one call."""
    check_business(request)
    fields = fields_of(request, (*_ALWAYS, *_INSIGHTS), ["item_id"])
    filters = parsed(request.query_params.get("filters"), "filters", dict) or {}
    now = box.clock.epoch
    cursor = whole(request, "cursor", now * 1_000, 0)
    count = whole(request, "max_count", 10, 1, 20)
    posts = box.world.content.published(now, BRAND)
    if "video_ids" in filters:
        posts = tuple(post for post in posts if post.item_id in filters["video_ids"])
    if filters.get("ad_post_only"):
        posts = tuple(post for post in posts if post.spark)
    listed: list[tuple[int, Post | None]] = [(post.published, post) for post in posts]
    if not filters:
        listed += [(at, None) for at in removed_at(box) if at <= now]
    listed = sorted((one for one in listed if one[0] * 1_000 < cursor), key=lambda one: -one[0])
    page = listed[:count]
    data = {
        "videos": [only(_video(box, post), fields) for _, post in page if post is not None],
        "cursor": page[-1][0] * 1_000 if page else cursor,
        "has_more": len(listed) > count,
    }
    return data, {}


def brand_post(box: Sandbox, item_id: str) -> Post:
    """One of the account's posts that can be seen now."""
    for post in box.world.content.published(box.clock.epoch, BRAND):
        if post.item_id == item_id:
            return post
    raise Refusal(40007, f"The video {item_id} does not exist.")


def _video(box: Sandbox, post: Post) -> dict[str, Any]:
    content, instant = box.world.content, newest_instant(box)
    now, before = content.counters(post, instant), content.counters(post, instant - _WEEK)
    taste = int(post.item_id) % 97 / 97
    views = max(now.views, 1)
    link = f"https://www.tiktok.com/@{BRAND_HANDLE}/video/{post.item_id}"
    record: dict[str, Any] = {
        "item_id": post.item_id,
        "media_type": "VIDEO",
        "is_ad": post.spark,
        "caption": " ".join([post.caption, *(f"#{tag}" for tag in post.hashtags)]),
        "create_time": str(post.published),
        "thumbnail_url": f"https://{brand.HOST}/thumbs/{post.item_id}.jpg?x-signature=demo",
        "share_url": link,
        "embed_url": f"https://www.tiktok.com/player/v1/{post.item_id}",
        "video_duration": post.seconds,
        "likes": now.likes,
        "comments": now.comments,
        "shares": now.shares,
        "favorites": now.favorites,
        "reach": now.reach,
        "video_views": now.views,
        "total_time_watched": now.watched_seconds,
        "average_time_watched": round(now.watched_seconds / views, 3),
        "full_video_watched_rate": now.finished,
        "new_followers": now.new_followers,
        "profile_views": int(now.views * 0.018),
        "website_clicks": int(now.views * 0.002),
        "phone_number_clicks": 0,
        "lead_submissions": 0,
        "app_download_clicks": 0,
        "email_clicks": int(now.views * 0.0001),
        "address_clicks": 0,
        "video_view_retention": [
            {"second": str(second), "percentage": round(0.95 * (0.9 - 0.1 * taste) ** second, 4)}
            for second in range(0, int(post.seconds), 5)
        ],
        "engagement_likes": [
            {"second": str(second), "percentage": round(1 / (2 + second), 4)}
            for second in range(0, int(post.seconds), 5)
        ],
        "impression_sources": shares(_SOURCES, "impression_source",
                                     (0.62 + taste / 10, 0.14, 0.1, 0.06, 0.05, 0.03)),
        "audience_genders": shares(("Female", "Male", "Other"), "gender", (0.8, 0.18, 0.02)),
        "audience_countries": shares(brand.COUNTRIES, "country", (0.8, 0.08, 0.05, 0.07)),
        "audience_cities": shares(("Paris", "Lyon", "Nantes"), "city_name", (0.5, 0.3, 0.2)),
        "audience_types": shares(("New viewers", "Returning viewers"), "type", (0.72, 0.28)),
    }  # fmt: skip
    gone: set[str] = set()
    if "video.insights" in box.settings.without_scopes:
        gone |= set(_INSIGHTS)
    if post.published < instant - _WEEK and now.views == before.views:
        gone |= set(PERISHABLE)
    return {name: value for name, value in record.items() if name not in gone}
