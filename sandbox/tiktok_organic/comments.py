"""GET /business/comment/list/ and its replies. Without a sort field the order is random."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from sandbox.state import Sandbox
from sandbox.tiktok_ads.access import array, required
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.tiktok_organic.paging import check_business, offset_page, word_of
from sandbox.tiktok_organic.videos import brand_post
from sandbox.world import brand
from sandbox.world.comments import Comment, commenter
from sandbox.world.content import BRAND_HANDLE, BRAND_OPEN_ID
from sandbox.world.draws import word

_SORT_FIELDS = ("likes", "replies", "create_time", "")
_SORT_TYPES = ("asc", "desc", "smart")
_DAY = 86_400


def comment_list(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """The data of one call; deleted comments leave short pages behind."""
    check_business(request)
    post = brand_post(box, required(request, "video_id"))
    wanted = array(request, "comment_ids") or []
    if len(wanted) > 30:
        raise Refusal(40011, "comment_ids: Longer than maximum length 30.")
    status = word_of(request, "status", ("PUBLIC", "ALL"), "ALL")
    field = word_of(request, "sort_field", _SORT_FIELDS, "")
    order = word_of(request, "sort_type", _SORT_TYPES, "smart")
    found = list(box.world.comments.written(post, box.clock.epoch))
    if wanted:
        found = [one for one in found if one.comment_id in wanted]
    page, info = offset_page(_sorted(box, found, field, order), request, 20, 30)
    shown = [
        _record(box, one, post.published)
        for one in page
        if not _deleted(one) and not (status == "PUBLIC" and one.hidden)
    ]
    if request.query_params.get("include_replies") == "true":
        for record, one in zip(shown, [one for one in page if not _deleted(one)], strict=False):
            record["reply_list"] = [_reply(box, one, nth) for nth in range(min(one.replies, 3))]
    return {"comments": shown, **info}, {}


def reply_list(box: Sandbox, request: Request) -> tuple[dict[str, Any], dict[str, str]]:
    """Replies to one comment."""
    check_business(request)
    post = brand_post(box, required(request, "video_id"))
    identity = required(request, "comment_id")
    for one in box.world.comments.written(post, box.clock.epoch):
        if one.comment_id == identity:
            numbers, info = offset_page(range(one.replies), request, 20, 30)
            return {"comments": [_reply(box, one, nth) for nth in numbers], **info}, {}
    raise Refusal(40007, f"The comment {identity} does not exist.")


def _sorted(box: Sandbox, found: list[Comment], field: str, order: str) -> list[Comment]:
    if not field or order == "smart":
        # The platform's own idea of relevance; it changes from hour to hour.
        hour = box.clock.complete_hour
        return sorted(found, key=lambda one: int(word("order", one.comment_id, hour)))
    keys = {"likes": lambda one: _likes(box, one), "replies": lambda one: one.replies,
            "create_time": lambda one: one.at}  # fmt: skip
    return sorted(found, key=keys[field], reverse=order == "desc")


def _deleted(one: Comment) -> bool:
    return int(one.comment_id) % 23 == 0


def _likes(box: Sandbox, one: Comment) -> int:
    """Likes come within three days."""
    return int(one.likes * min((box.clock.epoch - one.at) / (3 * _DAY), 1.0))


def _record(box: Sandbox, one: Comment, published: int) -> dict[str, Any]:
    return {
        "comment_id": one.comment_id,
        "video_id": one.item_id,
        "unique_identifier": BRAND_OPEN_ID if one.owner else one.author.identifier,
        "create_time": str(one.at),
        "text": one.text,
        "likes": _likes(box, one),
        "replies": one.replies if one.at < box.clock.epoch - 3_600 else 0,
        "owner": one.owner,
        "liked": one.owner,
        "pinned": one.owner and one.at - published < _DAY,
        "status": "HIDDEN" if one.hidden else "PUBLIC",
        "username": BRAND_HANDLE if one.owner else one.author.handle,
        "display_name": brand.SHOP_NAME if one.owner else one.author.name,
        "profile_image": f"https://{brand.HOST}/avatars/{one.author.identifier}.jpg",
        "parent_comment_id": None,
        "image_url": None,
    }


def _reply(box: Sandbox, one: Comment, nth: int) -> dict[str, Any]:
    author = commenter(int(one.comment_id) // 7 % 397 + nth)
    brand_speaks = nth == 0
    return {
        "comment_id": str(int(one.comment_id) + 10 + nth),
        "video_id": one.item_id,
        "unique_identifier": BRAND_OPEN_ID if brand_speaks else author.identifier,
        "create_time": str(min(one.at + 3_600 * (nth + 1), box.clock.epoch)),
        "text": "Merci pour ton message 🌊" if brand_speaks else f"@{one.author.handle} pareil !",
        "likes": nth,
        "replies": 0,
        "owner": brand_speaks,
        "liked": False,
        "pinned": False,
        "status": "PUBLIC",
        "username": BRAND_HANDLE if brand_speaks else author.handle,
        "display_name": brand.SHOP_NAME if brand_speaks else author.name,
        "profile_image": f"https://{brand.HOST}/avatars/{author.identifier}.jpg",
        "parent_comment_id": one.comment_id,
        "image_url": None,
    }
