"""The seller's access token: seven days, renewed with the refresh token, kept for all processes.

`access_token_expire_in` is an absolute epoch, whatever its name says.

Source: GET /api/v2/token/refresh. App secret and tokens travel in its query, so nothing
here ever shows a URL.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rivage.connectors.http import HttpSession
from rivage.connectors.redaction import remember
from rivage.connectors.tiktok_shop_errors import classify
from rivage.connectors.token_file import TokenFile, token_path
from rivage.errors import SchemaBroke, SettingMissing, TokenExpired
from rivage.settings import Settings

log = logging.getLogger("rivage.connectors")
RENEW_BEFORE = timedelta(minutes=10)
_PATIENCE = 240.0
"""Seconds to wait for another process: its renewal may itself be retried for minutes."""


class ShopAccess:
    """Gives a valid access token.

    Raises:
        SettingMissing: app key, app secret, or any token to begin with is not set.
    """

    def __init__(
        self, settings: Settings, session: HttpSession, now: Callable[[], datetime]
    ) -> None:
        own = settings.tiktok_shop
        if not own.app_key or not own.app_secret:
            raise SettingMissing(
                "The Shop API's app is not configured.",
                do="Set RIVAGE_TIKTOK_SHOP_APP_KEY and RIVAGE_TIKTOK_SHOP_APP_SECRET.",
            )
        self.app_key = own.app_key
        self.app_secret = own.app_secret.get_secret_value()
        self._given = own.access_token.get_secret_value() if own.access_token else ""
        self._consent = own.refresh_token.get_secret_value() if own.refresh_token else ""
        if not self._given and not self._consent:
            raise SettingMissing(
                "No access to the shop is configured.",
                do="Set RIVAGE_TIKTOK_SHOP_REFRESH_TOKEN to the one of the seller's consent.",
            )
        for secret in (self.app_secret, self._given, self._consent):
            remember(secret)
        self._url = f"{own.auth_url.rstrip('/')}/api/v2/token/refresh"
        self._file = TokenFile(
            token_path(settings.tokens, "tiktok_shop", self.app_key), patience=_PATIENCE
        )
        # Tells the tokens of an older consent from those of the configured one.
        self._origin = hashlib.sha256(self._consent.encode()).hexdigest()[:16]
        self._session = session
        self._now = now
        self._token = ""
        self._expires = 0.0

    def value(self, *, refused: str = "") -> str:
        """A token that is valid for some minutes more.

        Args:
            refused: the one the API has just called expired; it is renewed, once, by
                whichever process comes first.

        Raises:
            TokenExpired: there is nothing to renew it with, or that was refused too.
        """
        if not self._consent:
            if refused:
                raise TokenExpired(
                    "The access token has expired and there is no refresh token.",
                    do="Set RIVAGE_TIKTOK_SHOP_REFRESH_TOKEN.",
                )
            return self._given
        if not self._usable(self._token, self._expires, refused):
            with self._file.lock():
                self._take_stored_or_renew(refused)
        return self._token

    def _usable(self, token: str, expires: float, refused: str) -> bool:
        soon = (self._now() + RENEW_BEFORE).timestamp()
        return bool(token) and token != refused and expires > soon

    def _take_stored_or_renew(self, refused: str) -> None:
        stored = self._file.read()
        if stored.get("consent") != self._origin:
            stored = {}
        token, expires = stored.get("access_token"), stored.get("access_token_expire_in")
        if isinstance(token, str) and isinstance(expires, int | float):
            if self._usable(token, expires, refused):
                self._token, self._expires = token, float(expires)
                return
        elif self._given and self._given != refused:
            self._token, self._expires = self._given, float("inf")
            return
        newest = str(stored.get("refresh_token") or self._consent)
        try:
            self._renew(newest)
        except TokenExpired:
            if newest == self._consent:
                raise
            # The stored one was withdrawn; the consent's own may still be good.
            self._renew(self._consent)

    def _renew(self, refresh_token: str) -> None:
        answer = self._session.send(
            "GET",
            self._url,
            params={
                "app_key": self.app_key,
                "app_secret": self.app_secret,
                "refresh_token": refresh_token,
                "grant_type": "refresh_token",
            },
            classify=classify,
        )
        data = answer.json.get("data")
        token, expires, following = _read(data if isinstance(data, dict) else {})
        remember(token)
        remember(following)
        self._file.write(
            {
                "consent": self._origin,
                "access_token": token,
                "access_token_expire_in": expires,
                "refresh_token": following or refresh_token,
            }
        )
        self._token, self._expires = token, float(expires)
        until = datetime.fromtimestamp(min(expires, 2**33), UTC).isoformat(timespec="seconds")
        log.info("token_renewed api=tiktok_shop until=%s", until)


def _read(data: Mapping[str, Any]) -> tuple[str, int, str]:
    """Access token, its absolute expiry, and the refresh token, "" when none came."""
    token, expires = data.get("access_token"), data.get("access_token_expire_in")
    following = data.get("refresh_token")
    if not isinstance(token, str) or not token or not isinstance(expires, int):
        raise SchemaBroke("The token answer has no access_token with its expiry.")
    return token, expires, following if isinstance(following, str) else ""
