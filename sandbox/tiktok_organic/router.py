"""Routes of the Accounts API: its own tokens, and a scope for every path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Body, Request, Response

from sandbox.state import Sandbox
from sandbox.tiktok_ads.envelope import TOKEN_MISSING, TOKEN_WRONG, Refusal, answer, scope_error
from sandbox.tiktok_ads.routes import Check, Routes
from sandbox.tiktok_organic import mentions
from sandbox.tiktok_organic.account import business
from sandbox.tiktok_organic.comments import comment_list, reply_list
from sandbox.tiktok_organic.tokens import AccountTokens
from sandbox.tiktok_organic.videos import video_list

_Data = tuple[dict[str, Any], dict[str, str]]
_PATHS: dict[str, tuple[str, Callable[[Sandbox, Request], _Data]]] = {
    "/business/get/": ("user.info.basic", business),
    "/business/video/list/": ("video.list", video_list),
    "/business/comment/list/": ("comment.list", comment_list),
    "/business/comment/reply/list/": ("comment.list", reply_list),
    "/business/mention/video/list/": ("biz.brand.insights", mentions.mention_list),
    "/business/mention/hashtag/video/list/": ("biz.brand.insights", mentions.hashtag_list),
    "/business/mention/top_hashtag/list/": ("biz.brand.insights", mentions.top_hashtags),
    "/business/mention/top_word/list/": ("biz.brand.insights", mentions.top_words),
    "/business/hashtag/manage/list/": ("biz.brand.insights", mentions.verified),
}


def tiktok_organic_router(box: Sandbox) -> APIRouter:
    """All routes."""
    tokens = AccountTokens(box)
    routes = Routes(box)

    def granted(scope: str) -> Check:
        def check(request: Request) -> None:
            token = request.headers.get("access-token")
            if not token:
                raise Refusal(
                    *(TOKEN_WRONG if "authorization" in request.headers else TOKEN_MISSING)
                )
            tokens.check(token)
            if scope in box.settings.without_scopes:
                raise scope_error(request)

        return check

    def bound(call: Callable[[Sandbox, Request], _Data]) -> Callable[[Request], _Data]:
        return lambda request: call(box, request)

    for path, (scope, call) in _PATHS.items():
        routes.get(path, bound(call), check=granted(scope))

    def post(path: str, act: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        def endpoint(body: dict[str, Any] = Body(default_factory=dict)) -> Response:  # noqa: B008
            try:
                return answer(box, act(body))
            except Refusal as refusal:
                return answer(box, code=refusal.code, message=refusal.message)

        routes.router.add_api_route(
            path, endpoint, methods=["POST"], name=path, response_model=None
        )

    post("/tt_user/oauth2/token/", tokens.consent)
    post("/tt_user/oauth2/refresh_token/", tokens.renew)
    post("/tt_user/oauth2/revoke/", tokens.revoke)
    post("/tt_user/token_info/get/", tokens.info)
    return routes.router
