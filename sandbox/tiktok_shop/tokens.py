"""Seller tokens. They prove themselves, so that a restarted sandbox still knows its own.

Life is measured by the server's real clock, as clients do: `expire_in` is an absolute epoch.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import time
from typing import Any

from sandbox.scopes import SHOP
from sandbox.state import Sandbox
from sandbox.tiktok_shop.envelope import EXPIRED, Refusal, invalid
from sandbox.world import brand, shop_plan

_REFRESH_YEARS = 99
_NO_RECORD = (36004005, "No authorization record was found for this token.")
_CODE_USED = (36004004, "The auth code is invalid or has been used.")


class Tokens:
    """Gives tokens out and recognises them."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._serial = itertools.count(time.monotonic_ns())
        self._codes_used: set[str] = set()

    def exchange(self, query: dict[str, str]) -> tuple[dict[str, Any] | None, int, str]:
        """`/api/v2/token/get`: data, code and message. The consent's code works once."""
        refused = self._app(query, "authorized_code")
        if refused:
            return refused
        code = query.get("auth_code", "")
        if code != self._box.credentials.tiktok_shop_auth_code or code in self._codes_used:
            return None, *_CODE_USED
        self._codes_used.add(code)
        return self._issued(), 0, "success"

    def refresh(self, query: dict[str, str]) -> tuple[dict[str, Any] | None, int, str]:
        """`/api/v2/token/refresh`; refresh tokens given out before stay good."""
        refused = self._app(query, "refresh_token")
        if refused:
            return refused
        token = query.get("refresh_token", "")
        first = self._box.credentials.tiktok_shop_refresh_token
        if not hmac.compare_digest(token.encode(), first.encode()) and not self._own(token, "r"):
            return None, *_NO_RECORD
        return self._issued(), 0, "success"

    def check(self, token: str | None, area: str) -> None:
        """Refuse a token that is missing, foreign, expired or without the area's scope."""
        issued = self._own(token or "", "a")
        if issued is None:
            raise invalid("Invalid credentials. The 'x-tts-access-token' header is invalid.")
        began, expires = issued
        if expires <= time.time() or began < self._box.settings.tiktok_shop_tokens_valid_from:
            raise Refusal(*EXPIRED)
        if SHOP[area] in self._box.settings.without_scopes:
            raise Refusal(
                401, 105005,
                "Access denied. The access token does not have the required scope "
                f"{SHOP[area]}.",
            )  # fmt: skip

    def _app(self, query: dict[str, str], grant: str) -> tuple[None, int, str] | None:
        known = self._box.credentials
        if query.get("grant_type") != grant:
            return None, 36004002, "The grant_type is invalid."
        given = (query.get("app_key"), query.get("app_secret"))
        if given != (known.tiktok_shop_app_key, known.tiktok_shop_app_secret):
            return None, 36004003, "The app_key or app_secret is invalid."
        return None

    def _issued(self) -> dict[str, Any]:
        now = int(time.time())
        expires = now + self._box.settings.tiktok_shop_token_seconds
        never = now + _REFRESH_YEARS * 365 * 86_400
        missing = self._box.settings.without_scopes
        return {
            "access_token": self._made("a", now, expires),
            "access_token_expire_in": expires,
            "refresh_token": self._made("r", now, never),
            "refresh_token_expire_in": never,
            "open_id": shop_plan.SELLER_OPEN_ID,
            "seller_name": brand.SHOP_NAME,
            "seller_base_region": shop_plan.SHOP_REGION,
            "user_type": 0,
            "granted_scopes": [scope for scope in SHOP.values() if scope not in missing],
        }

    def _made(self, kind: str, began: int, expires: int) -> str:
        claim = f"TTP_{kind}.{began}.{expires}.{next(self._serial)}"
        return f"{claim}.{self._mac(claim)}"

    def _own(self, token: str, kind: str) -> tuple[int, int] | None:
        """When one of our tokens was issued and ends; None for a foreign one."""
        claim, _, mac = token.rpartition(".")
        if not claim.startswith(f"TTP_{kind}.") or not hmac.compare_digest(mac, self._mac(claim)):
            return None
        _, began, expires, _ = claim.split(".")
        return int(began), int(expires)

    def _mac(self, claim: str) -> str:
        secret = self._box.credentials.tiktok_shop_app_secret.encode()
        return hmac.new(secret, claim.encode(), hashlib.sha256).hexdigest()[:32]
