"""GET /business/mention/…: posts of others that name the brand or carry its hashtags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import array
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.tiktok_ads.routes import only
from sandbox.tiktok_organic.account import newest_instant
from sandbox.tiktok_organic.paging import check_business, fields_of, offset_page, whole, word_of
from sandbox.world import brand
from sandbox.world.content import BRAND, CHALLENGE, CREATOR, FAN, Post

MOST_POSTS = 1_000
_FIELDS = ("item_id", "create_time", "video_link", "caption", "likes", "comments", "shares",
           "thumbnail_url", "views", "reach", "creator_handle_name")  # fmt: skip
_SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "CREATE_TIME": lambda one: one["create_time"],
    "LIKES": lambda one: one["likes"],
    "COMMENTS": lambda one: one["comments"],
    "SHARES": lambda one: one["shares"],
}


def mentions(box: Sandbox) -> list[Post]:
    """Posts of creators, and of every third fan, that name the account."""
    return [
        post
        for post in box.world.content.published(box.clock.epoch, CREATOR, FAN)
        if post.kind == CREATOR or int(post.item_id) % 3 == 0
    ]


def mention_list(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """Posts that mention the brand."""
    check_business(request)
    return _page(box, request, mentions(box), _FIELDS, None)


def hashtag_list(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """Posts that carry one of the given hashtags, the brand's own included."""
    check_business(request)
    wanted = array(request, "hashtags")
    if not wanted:
        raise Refusal(40002, "hashtags: Missing data for required field.")
    tags = {str(tag).lower().lstrip("#") for tag in wanted}
    posts = [
        post
        for post in box.world.content.published(box.clock.epoch, CREATOR, FAN, BRAND)
        if tags & {tag.lower() for tag in post.hashtags}
    ]
    return _page(box, request, posts, (*_FIELDS, "matched_hashtags"), tags)


def top_hashtags(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """Hashtags of the posts that mention the brand."""
    check_business(request)
    counted = Counter(tag for post in mentions(box) for tag in post.hashtags)
    return {"results": [{"hashtag": t, "count": n} for t, n in counted.most_common(50)]}, {}


def top_words(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """Words of those posts' captions."""
    check_business(request)
    words = (word.strip("!?.,:#@").lower() for post in mentions(box)
             for word in post.caption.split())  # fmt: skip
    counted = Counter(word for word in words if len(word) > 3)
    return {"results": [{"word": w, "count": n} for w, n in counted.most_common(50)]}, {}


def verified(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """Hashtags the brand may follow, with the day it began to."""
    check_business(request)
    start = box.world.config.day(0).isoformat()
    return {"hashtag_list": [{"hashtag": CHALLENGE, "create_date": start}]}, {}


def _page(box: Sandbox, request: Request, posts: Sequence[Post], known: tuple[str, ...],
          tags: set[str] | None) -> tuple[dict[str, Any], dict[str, str]]:  # fmt: skip
    fields = fields_of(request, known, list(known))
    days = whole(request, "number_of_days", 30, 1)
    oldest = box.clock.epoch - days * 86_400
    rows = [_record(box, post, tags) for post in posts if post.published >= oldest]
    field = word_of(request, "sort_field", tuple(_SORTS), "CREATE_TIME")
    order = word_of(request, "sort_type", ("asc", "desc"), "desc")
    rows.sort(key=_SORTS[field], reverse=order == "desc")
    page, info = offset_page(rows[:MOST_POSTS], request, 20, 100)
    return {"videos": [only(row, fields) for row in page], **info}, {}


def _record(box: Sandbox, post: Post, tags: set[str] | None) -> dict[str, Any]:
    now = box.world.content.counters(post, newest_instant(box))
    # Two creators and all fans never authorised the brand's app.
    authorised = post.kind == BRAND or (post.kind == CREATOR and post.author < 3)
    tagged = "" if post.kind == BRAND else " ".join(f"#{tag}" for tag in post.hashtags)
    record = {
        "item_id": post.item_id,
        "create_time": str(post.published),
        "video_link": f"https://www.tiktok.com/@{post.handle}/video/{post.item_id}",
        "caption": f"{post.caption} {tagged}".strip(),
        "likes": now.likes,
        "comments": now.comments,
        "shares": now.shares,
        "thumbnail_url": f"https://{brand.HOST}/thumbs/{post.item_id}.jpg?x-signature=demo",
        "views": now.views if authorised else None,
        "reach": now.reach if authorised else None,
        "creator_handle_name": post.handle,
    }
    if tags is not None:
        record["matched_hashtags"] = [tag for tag in post.hashtags if tag.lower() in tags]
    return record
