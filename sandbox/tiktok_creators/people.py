"""Public profiles of creators and their posts, as the marketplace shows them to a brand."""

from __future__ import annotations

from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.tiktok_organic.account import newest_instant
from sandbox.tiktok_organic.paging import shares
from sandbox.world import brand
from sandbox.world.content import CREATOR, Person, Post
from sandbox.world.zones import midnight, utc_text

_PRICES = (900, 350, 2_400, 220, 1_100)


def find_creator(box: Sandbox, handle: str) -> Person:
    """The creator of a handle.

    Raises:
        Refusal: 40121, nobody has it.
    """
    for person in box.world.content.creators:
        if person.handle == handle.lstrip("@"):
            return person
    raise Refusal(40121, f"The creator {handle} is not on TikTok One.")


def creator_record(box: Sandbox, person: Person) -> dict[str, Any]:
    """A creator as /tto/tcm/creator/public/ sends them; counts are text."""
    now = newest_instant(box)
    posts = [post for post in _posts(box, person) if post.published <= now]
    views = sorted(box.world.content.counters(post, now).views for post in posts) or [0]
    counters = [box.world.content.counters(post, now) for post in posts]
    reactions = sum(one.likes + one.comments + one.shares for one in counters)
    days = (now - midnight(box.world.config.day(0))) // 86_400
    return {
        "creator_id": person.creator_id,
        "handle_name": person.handle,
        "display_name": person.name,
        "profile_image": f"https://{brand.HOST}/avatars/{person.code}.jpg",
        "bio": f"Beauté & soin, contact : {person.handle}@agence.example",
        "followers_count": str(person.followers + days * (person.followers // 4_000)),
        "following_count": 300 + person.code * 37,
        "likes_count": str(person.followers * 21),
        "videos_count": 240 + len(posts),
        "median_views": str(views[len(views) // 2]),
        "engagement_rate": round(reactions / max(sum(views), 1), 4),
        "creator_price": _PRICES[person.code],
        "currency": "EUR",
        "country_code": person.country,
        "industry_labels": [{"label_id": "1801", "label_name": "Beauty & Personal Care"}],
        "content_labels": [{"label_id": "2207", "label_name": "Skincare"}],
        "audience_countries": shares(brand.COUNTRIES, "country", (0.86, 0.06, 0.04, 0.04)),
        "audience_genders": shares(("FEMALE", "MALE"), "gender", (0.8, 0.2)),
        "audience_ages": shares(("18-24", "25-34", "35+"), "age", (0.45, 0.36, 0.19)),
        "audience_devices": shares(("ios", "android"), "device", (0.58, 0.42)),
    }


def post_record(box: Sandbox, post: Post) -> dict[str, Any]:
    """A post as /tto/tcm/creator/public/video/list/ sends it."""
    now = box.world.content.counters(post, newest_instant(box))
    return {
        "video_id": post.item_id,
        "display_name": box.world.content.creators[post.author].name,
        "embed_url": f"https://www.tiktok.com/player/v1/{post.item_id}",
        "caption": post.caption,
        "likes": now.likes,
        "comments": now.comments,
        "shares": now.shares,
        "favorites": now.favorites,
        "video_views": str(now.views),
        "create_time": utc_text(post.published),
        "caption_hashtags": list(post.hashtags),
        "mentioned_accounts": [],
    }


def _posts(box: Sandbox, person: Person) -> list[Post]:
    return [post for post in reversed(box.world.content.published(box.clock.epoch, CREATOR))
            if post.author == person.code]  # fmt: skip


def posts_of_creator(box: Sandbox, handle: str) -> list[Post]:
    """Posts of a creator, newest first."""
    return _posts(box, find_creator(box, handle))
