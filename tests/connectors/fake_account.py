"""Just enough of the Accounts API to test the connector's side of its habits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

from rivage.connectors.base import Account
from rivage.connectors.tiktok_organic import TikTokOrganic
from rivage.windows import Window
from tests.connectors.fake_tiktok import envelope, failure
from tests.connectors.loopback import Call, Reply

BRAND = Account("open-id-of-the-brand", "brand", "UTC", "")
WEEK = Window(date(2026, 11, 12), date(2026, 11, 18))
Connect = Callable[..., TikTokOrganic]
SCOPES = (
    "user.info.basic,user.info.stats,user.insights,video.list,video.insights,comment.list,"
    "biz.brand.insights"
)
BASE = "/open_api/v1.3/"


@dataclass
class FakeAccount:
    """Call it with a Call. `answers` gives `data` by endpoint; `strict` ends used refresh
    tokens. Access tokens are `access-<n>`, refresh tokens `refresh-<n>`, the first is 0."""

    answers: dict[str, Callable[[Call], Any]] = field(default_factory=dict)
    strict: bool = True
    scope: str = SCOPES
    rotates: bool = True
    renewals: int = 0
    valid: set[str] = field(default_factory=lambda: {"refresh-0-of-the-consent"})
    current: set[str] = field(default_factory=set)
    before: Callable[[Call], Reply | None] = lambda call: None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, call: Call) -> Reply:
        first = self.before(call)
        if first is not None:
            return first
        endpoint = call.path.removeprefix(BASE)
        if endpoint == "tt_user/oauth2/refresh_token/":
            return self._renew(call.json)
        if endpoint == "tt_user/token_info/get/":
            return Reply(envelope({"scope": self.scope, "creator_id": BRAND.id}))
        token = call.headers.get("Access-Token", "")
        if token not in self.current:
            return failure(40102, "Access token is expired.")
        if endpoint not in self.answers:
            return Reply(b"404 page not found", 404)
        found = self.answers[endpoint](call)
        return found if isinstance(found, Reply) else Reply(envelope(found))

    def _renew(self, body: dict[str, Any]) -> Reply:
        with self._lock:
            if (body["client_id"], body["client_secret"]) != ("app-7", "secret-of-the-app"):
                return failure(40101, "bad app")
            if body["refresh_token"] not in self.valid:
                return failure(40107, "Refresh token is invalid.")
            self.renewals += 1
            access = f"access-number-{self.renewals}"
            renewer = f"refresh-{self.renewals}-in-turn" if self.rotates else body["refresh_token"]
            if self.strict and self.rotates:
                self.valid.discard(body["refresh_token"])
            self.valid.add(renewer)
            self.current = {access}
        return Reply(
            envelope(
                {
                    "access_token": access,
                    "token_type": "Bearer",
                    "scope": self.scope,
                    "expires_in": 86_400,
                    "refresh_token": renewer,
                    "refresh_token_expires_in": 31_536_000,
                    "open_id": BRAND.id,
                }
            )
        )


def day(text: str, **more: Any) -> dict[str, Any]:
    return {"date": text, "video_views": 1, **more}


def paged(pages: list[tuple[list[dict[str, Any]], int]], key: str) -> Callable[[Call], Any]:
    """Answers page after page; each with its records and the cursor after it."""

    def answer(call: Call) -> dict[str, Any]:
        cursors = [str(cursor) for _, cursor in pages]
        asked = call.query.get("cursor")
        nth = cursors.index(asked) + 1 if asked else 0
        records, cursor = pages[nth]
        return {key: records, "cursor": cursor, "has_more": nth < len(pages) - 1}

    return answer


def asked(call: Call, name: str) -> Any:
    return json.loads(call.query[name])
