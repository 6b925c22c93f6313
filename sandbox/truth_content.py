"""Who is behind the posts and comments, and what they meant, for tests that compare."""

from __future__ import annotations

from typing import Any

from sandbox.state import Sandbox
from sandbox.world.content import BRAND, FAN


def comments_truth(box: Sandbox) -> list[dict[str, Any]]:
    """Every comment under the brand's posts as of now, with its language and intent."""
    now = box.clock.epoch
    return [
        {
            "comment_id": one.comment_id,
            "item_id": one.item_id,
            "text": one.text,
            "language": one.language,
            "intent": one.intent,
        }
        for post in box.world.content.published(now, BRAND)
        for one in box.world.comments.written(post, now)
    ]


def people_truth(box: Sandbox) -> list[dict[str, str]]:
    """Everybody but the brand whose handle, name or id some TikTok answer holds as of now.

    None of these values may ever be found in a pipeline's files, except the creators' ids.
    """
    now, content = box.clock.epoch, box.world.content
    found = [
        {"role": "creator", "handle": one.handle, "name": one.name, "id": one.creator_id}
        for one in content.creators
    ]
    found += [
        {"role": "fan", "handle": handle, "name": "", "id": ""}
        for handle in sorted({post.handle for post in content.published(now, FAN)})
    ]
    authors = {
        one.author
        for post in content.published(now, BRAND)
        for one in box.world.comments.written(post, now)
    }
    return found + [
        {"role": "commenter", "handle": one.handle, "name": one.name, "id": one.identifier}
        for one in sorted(authors, key=lambda one: one.identifier)
    ]
