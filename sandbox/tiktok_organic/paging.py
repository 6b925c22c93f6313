"""Parameters and pages of the Accounts API: a cursor, `has_more`, and fields that must exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Request

from sandbox.tiktok_ads.access import array, required
from sandbox.tiktok_ads.envelope import Refusal
from sandbox.world.content import BRAND_OPEN_ID


def check_business(request: Request) -> None:
    """A token reads its own account only."""
    if required(request, "business_id") != BRAND_OPEN_ID:
        raise Refusal(40002, "business_id: The account is not the one that authorised this token.")


def whole(request: Request, name: str, fallback: int, least: int, most: int | None = None) -> int:
    """An integer parameter within its bounds."""
    text = request.query_params.get(name, str(fallback))
    if not text.lstrip("-").isdigit():
        raise Refusal(40002, f"{name}: Not a valid integer.")
    number = int(text)
    if number < least or (most is not None and number > most):
        raise Refusal(40002, f"{name}: Must be between {least} and {most}.")
    return number


def word_of(request: Request, name: str, allowed: Sequence[str], fallback: str) -> str:
    """A parameter that takes one of a few words."""
    text = request.query_params.get(name, fallback)
    if text not in allowed:
        raise Refusal(40002, f"{name}: Must be one of {', '.join(allowed)}.")
    return text


def fields_of(request: Request, known: Iterable[str], fallback: list[str]) -> list[str]:
    """The asked fields; one the API does not know fails the whole call."""
    asked = array(request, "fields")
    if asked is None:
        return fallback
    strangers = [str(name) for name in asked if name not in set(known)]
    if strangers:
        raise Refusal(40002, f"fields: Invalid field names: {strangers}.")
    return [str(name) for name in asked]


def offset_page(rows: Sequence[Any], request: Request, default: int, most: int,
                ) -> tuple[Sequence[Any], dict[str, Any]]:  # fmt: skip
    """Rows from a cursor that counts from 0, and the cursor of the next page."""
    cursor = whole(request, "cursor", 0, 0)
    count = whole(request, "max_count", default, 1, most)
    shown = rows[cursor : cursor + count]
    end = cursor + len(shown)
    return shown, {"cursor": end, "has_more": end < len(rows)}


def shares(names: Sequence[str], key: str, weights: Sequence[float]) -> list[dict[str, Any]]:
    """`[{key: name, percentage: share}]`, shares adding up to one."""
    total = sum(weights)
    return [
        {key: name, "percentage": round(weight / total, 4)}
        for name, weight in zip(names, weights, strict=True)
    ]
