"""The 24 h access token of a TikTok account, renewed with a refresh token that may rotate.

Source: POST /tt_user/oauth2/refresh_token/ of the Accounts API.

The tokens live in one file per consent under `<home>/tokens`, shared by all tasks. A
renewal happens under its lock, so of several processes one renews and the others read
what it stored. The answer may hold a new refresh token and end the old one; both are
kept. If a process dies between the answer and the file, the new one is lost: the next
renewal then tries the old ones, which TikTok often still takes, and if it does not, only
a new consent helps. A mark written before each renewal lets that error say so.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.http import HttpSession
from rivage.connectors.redaction import remember
from rivage.connectors.tiktok_account_codes import AccessEnded, RenewalRefused, classify_account
from rivage.connectors.token_file import TokenFile, token_path
from rivage.errors import SchemaBroke, SettingMissing, TokenExpired
from rivage.settings import Settings

log = logging.getLogger("rivage.connectors")
RENEW_BEFORE = timedelta(minutes=5)
_MARK = "renewal_began"


class AccountToken:
    """Raises SettingMissing when client id, client secret or the first refresh token is not
    set.

    Args:
        now: aware UTC time.
    """

    def __init__(
        self, settings: Settings, session: HttpSession, now: Callable[[], datetime]
    ) -> None:
        own = settings.tiktok_organic
        if not (own.client_id and own.client_secret and own.refresh_token):
            missing = [
                f"RIVAGE_TIKTOK_ORGANIC_{name.upper()}"
                for name in ("client_id", "client_secret", "refresh_token")
                if not getattr(own, name)
            ]
            raise SettingMissing(
                f"{', '.join(missing)} is not set.",
                do="Take the app's id and secret from the developer portal, and the refresh "
                "token from the account's consent.",
            )
        self._client_id = own.client_id
        self._secret = own.client_secret.get_secret_value()
        self._first = own.refresh_token.get_secret_value()
        remember(self._secret)
        remember(self._first)
        # A new consent gets a new file, so that it never meets the tokens of an older one.
        consent = hashlib.sha256(self._first.encode()).hexdigest()[:12]
        self._file = TokenFile(token_path(settings.tokens, "tiktok_organic", consent))
        self._url = f"{own.base_url.rstrip('/')}/tt_user/oauth2/refresh_token/"
        self._session = session
        self._now = now
        self._held: dict[str, Any] = {}

    @property
    def open_id(self) -> str:
        """The account's id: `business_id` of every call."""
        self.value()
        return str(self._held["about"]["open_id"])

    def value(self) -> str:
        """An access token that is good for five minutes more.

        Raises:
            TokenExpired: TikTok takes none of the refresh tokens.
            FileLocked: another process has been renewing for too long.
        """
        if not self._good(self._held):
            self._held = self._file.read()
        if not self._good(self._held):
            self._renew(refused="")
        return str(self._held["access_token"])

    def renewed(self, refused: str) -> str:
        """Another access token than the one TikTok has just refused."""
        self._renew(refused)
        return str(self._held["access_token"])

    def _good(self, held: dict[str, Any]) -> bool:
        about = _about(held)
        if not held.get("access_token") or not about.get("open_id"):
            return False
        try:
            expires = datetime.fromisoformat(str(about.get("access_expires_at")))
            return self._now() + RENEW_BEFORE < expires
        except (ValueError, TypeError):
            return False

    def _renew(self, refused: str) -> None:
        with self._file.lock():
            stored = self._file.read()
            if self._good(stored) and stored["access_token"] != refused:
                self._held = stored  # somebody else renewed while this process waited
                return
            about = _about(stored)
            lost = str(about.get(_MARK) or "")
            mark = {_MARK: lost or self._now().isoformat()}
            # Also proves, before the old token is spent, that the answer can be stored.
            self._file.write({**stored, "about": {**about, **mark}})
            self._held = self._renewal(stored, lost)
            self._file.write(self._held)

    def _renewal(self, stored: dict[str, Any], lost: str) -> dict[str, Any]:
        """Ask with the newest refresh token, then with the ones before it."""
        known = (stored.get("refresh_token"), stored.get("previous_refresh_token"), self._first)
        refusal: TokenExpired | None = None
        for nth, token in enumerate(dict.fromkeys(str(each) for each in known if each)):
            try:
                answer = self._ask(token)
            except (RenewalRefused, AccessEnded) as error:
                refusal = error
                continue
            if nth:
                log.warning("account_token_renewed with=an_older_refresh_token position=%d", nth)
            return self._kept(answer, token)
        why = (
            f" A renewal that began at {lost} was never stored: TikTok may have replaced the "
            "token then, and its answer was lost."
            if lost
            else ""
        )
        raise TokenExpired(
            f"TikTok takes none of the account's refresh tokens. "
            f"{refusal.what if refusal else ''}{why}",
            do=RenewalRefused.advice,
        )

    def _ask(self, refresh_token: str) -> Answer:
        return self._session.send(
            "POST",
            self._url,
            json={
                "client_id": self._client_id,
                "client_secret": self._secret,
                "grant_type": "refresh_token",
                "refresh_token": refresh_token,
            },
            classify=classify_account,
        )

    def _kept(self, answer: Answer, used: str) -> dict[str, Any]:
        """What is stored of an answer; its tokens are secrets from here on."""
        data = answer.json.get("data")
        data = data if isinstance(data, dict) else {}
        access, renewer = data.get("access_token"), data.get("refresh_token") or used
        remember(access if isinstance(access, str) else None)
        remember(renewer if isinstance(renewer, str) else None)
        seconds, open_id = data.get("expires_in"), data.get("open_id")
        if not isinstance(access, str) or not access or not isinstance(open_id, str) or not open_id:
            # The refresh token may be new all the same: keep it before giving up.
            self._file.write({"refresh_token": str(renewer), "previous_refresh_token": used})
            raise SchemaBroke("TikTok's token answer has no access_token or no open_id.")
        lifetime = float(seconds) if isinstance(seconds, int | float) else 0.0
        expires = self._now() + timedelta(seconds=lifetime)
        return {
            "access_token": access,
            "refresh_token": str(renewer),
            "previous_refresh_token": used,
            # Apart, because every text beside the tokens would be masked in logs like them.
            "about": {
                "open_id": open_id,
                "access_expires_at": expires.astimezone(UTC).isoformat(),
            },
        }


def _about(stored: dict[str, Any]) -> dict[str, Any]:
    about = stored.get("about")
    return about if isinstance(about, dict) else {}
