"""Account tokens: 24 h access tokens, and the refresh tokens that renew them.

A renewal always returns a new refresh token. The old ones stay good unless the switch
`tiktok_strict_rotation` is on: the real service says only that it may replace them.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from typing import Any

from sandbox.scopes import ACCOUNT
from sandbox.state import Sandbox
from sandbox.tiktok_ads.envelope import TOKEN_WRONG, Refusal
from sandbox.world.content import BRAND_OPEN_ID

REFRESH_SECONDS = 31_536_000
TOKEN_EXPIRED = (40102, "Access token is expired, please refresh it.")
REFRESH_REFUSED = (40107, "Refresh token is invalid or has been revoked.")


@dataclass
class AccountTokens:
    """Tokens handed out so far. Times are simulated epoch seconds."""

    box: Sandbox
    issued: dict[str, int] = field(default_factory=dict)  # access token -> when
    renewers: dict[str, int] = field(default_factory=dict)  # refresh token -> when
    spent: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    code_used: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def renew(self, body: dict[str, Any]) -> dict[str, Any]:
        """A refresh token for new tokens."""
        self._check_app(body, "client_id", "client_secret")
        if body.get("grant_type") != "refresh_token":
            raise Refusal(40108, "grant_type: Must be refresh_token.")
        token = str(body.get("refresh_token", ""))
        with self._lock:
            since = self.renewers.get(token, self.box.clock.epoch)
            first = self.box.credentials.tiktok_refresh_token
            strict = self.box.settings.tiktok_strict_rotation
            if (token != first and token not in self.renewers) or (strict and token in self.spent):
                raise Refusal(*REFRESH_REFUSED)
            if self.box.clock.epoch - since >= REFRESH_SECONDS:
                raise Refusal(40103, "Refresh token is expired.")
            self.spent.add(token)
            return self._new_tokens()

    def consent(self, body: dict[str, Any]) -> dict[str, Any]:
        """An authorisation code, good once, for the first tokens."""
        self._check_app(body, "client_id", "client_secret")
        if body.get("grant_type") != "authorization_code":
            raise Refusal(40108, "grant_type: Must be authorization_code.")
        with self._lock:
            if self.code_used or body.get("auth_code") != self.box.credentials.tiktok_auth_code:
                raise Refusal(40110, "Auth code is used, expired or cancelled.")
            self.code_used = True
            return self._new_tokens()

    def revoke(self, body: dict[str, Any]) -> dict[str, Any]:
        """End an access token."""
        self._check_app(body, "client_id", "client_secret")
        self.revoked.add(str(body.get("access_token", "")))
        return {}

    def info(self, body: dict[str, Any]) -> dict[str, Any]:
        """What an access token may do."""
        self._check_app(body, "app_id")
        self.check(str(body.get("access_token", "")))
        return {"app_id": self.box.credentials.tiktok_app_id, "scope": self.scope,
                "creator_id": BRAND_OPEN_ID}  # fmt: skip

    @property
    def scope(self) -> str:
        """Granted scopes, comma separated."""
        missing = self.box.settings.without_scopes
        return ",".join(scope for scope in ACCOUNT if scope not in missing)

    def check(self, token: str) -> None:
        """Refuse a token that is unknown or older than a day."""
        if token not in self.issued or token in self.revoked:
            raise Refusal(*TOKEN_WRONG)
        age = self.box.clock.epoch - self.issued[token]
        if age >= self.box.settings.tiktok_account_token_seconds:
            raise Refusal(*TOKEN_EXPIRED)

    def _new_tokens(self) -> dict[str, Any]:
        seed = f"{len(self.issued)} {self.box.clock.epoch} {id(self)}"
        noise = hashlib.blake2b(seed.encode(), digest_size=12).hexdigest()
        access, renewer = f"sandbox-account-access-{noise}", f"sandbox-account-refresh-{noise}"
        self.issued[access] = self.renewers[renewer] = self.box.clock.epoch
        return {
            "access_token": access,
            "token_type": "Bearer",
            "scope": self.scope,
            "expires_in": self.box.settings.tiktok_account_token_seconds,
            "refresh_token": renewer,
            "refresh_token_expires_in": REFRESH_SECONDS,
            "open_id": BRAND_OPEN_ID,
        }

    def _check_app(self, body: dict[str, Any], name: str, secret: str | None = None) -> None:
        known = self.box.credentials
        good = body.get(name) == known.tiktok_app_id
        if secret is not None:
            good = good and body.get(secret) == known.tiktok_app_secret
        if not good:
            raise Refusal(40101, f"The {name} or secret is incorrect.")
