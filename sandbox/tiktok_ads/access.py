"""Who may call, how often, and how parameters are read."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request

from sandbox.scopes import marketing_refuses
from sandbox.state import Sandbox
from sandbox.tiktok_ads.envelope import TOKEN_MISSING, TOKEN_WRONG, Refusal, scope_error


def check_token(box: Sandbox, request: Request, needs_reports: bool = False) -> None:
    """The raw token travels in the header Access-Token, without any prefix."""
    token = request.headers.get("access-token")
    if not token:
        raise Refusal(*(TOKEN_WRONG if "authorization" in request.headers else TOKEN_MISSING))
    known = box.credentials
    if token not in (known.tiktok_access_token, known.tiktok_token_without_reports):
        raise Refusal(*TOKEN_WRONG)
    path = request.url.path.removeprefix("/open_api/v1.3")
    lacks = marketing_refuses(box.settings.without_scopes, path, request.url.query)
    if lacks or (needs_reports and token == known.tiktok_token_without_reports):
        raise scope_error(request)


def check_rate(box: Sandbox, request: Request) -> None:
    """Over the limit: HTTP 200 with a code, and no Retry-After. The budget is the app's."""
    window = box.rates
    app = box.credentials.tiktok_app_id
    if window.hit("app", box.settings.tiktok_qps):
        raise Refusal(
            40100,
            f"Due to too many requests, requests from App {app} are temporarily restricted.",
        )
    advertiser = request.query_params.get("advertiser_id")
    limit = box.settings.tiktok_advertiser_qps
    if advertiser and limit:
        count = window.hit(f"{advertiser} {request.url.path}", limit)
        if count:
            raise Refusal(
                40133,
                f"Advertiser ({advertiser})'s QPS ({count}) reaches QPS limit {limit} for current "
                "path, request is temporarily restricted.",
            )


def advertiser_position(box: Sandbox, advertiser_id: str) -> int:
    """Position of a granted advertiser."""
    revoked = advertiser_id in box.settings.tiktok_revoked_advertisers
    for position, advertiser in enumerate(box.world.accounts.advertisers):
        if advertiser.advertiser_id == advertiser_id and not revoked:
            return position
    if box.settings.tiktok_missing_advertiser_code == 40106:
        raise Refusal(40106, f"The user of the token is not valid for advertiser {advertiser_id}.")
    raise Refusal(40001, f"The advertiser {advertiser_id} doesn't exist or has been deleted.")


def required(request: Request, name: str) -> str:
    """A scalar that has to be there."""
    value = request.query_params.get(name)
    if not value:
        raise Refusal(40002, f"{name}: Missing data for required field.")
    return value


def array(request: Request, name: str) -> list[Any] | None:
    """An array travels as one JSON string."""
    found: list[Any] | None = parsed(request.query_params.get(name), name, list)
    return found


def parsed(text: str | None, name: str, shape: type) -> Any:
    """A JSON value of the given shape, None when absent."""
    if text is None:
        return None
    word = "array" if shape is list else "object"
    try:
        value = json.loads(text)
    except ValueError:
        raise Refusal(40002, f"{name}: Field must be set to {word}") from None
    if not isinstance(value, shape):
        raise Refusal(40002, f"{name}: Field must be set to {word}")
    return value


def paging(box: Sandbox, request: Request, default: int = 10,
           most: int | None = None) -> tuple[int, int]:  # fmt: skip
    """`page` from 1 and `page_size`, 10 when omitted; `most` is the endpoint's own cap."""
    cap = min(most or box.settings.tiktok_max_page_size, box.settings.tiktok_max_page_size)
    values = []
    for name, fallback, largest in (("page", 1, 10**9), ("page_size", default, cap)):
        text = request.query_params.get(name, str(fallback))
        if not text.lstrip("-").isdigit():
            raise Refusal(40002, f"{name}: Not a valid integer.")
        if not 1 <= int(text) <= largest:
            raise Refusal(40002, f"{name}: Must be between 1 and {largest}.")
        values.append(int(text))
    return values[0], values[1]
