"""The shop's access token: a static one, or client credentials renewed within 24 hours.

Source: POST /admin/oauth/access_token.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rivage.connectors.answers import Answer
from rivage.connectors.http import HttpSession
from rivage.connectors.redaction import redact, remember
from rivage.errors import (
    RateLimited,
    RivageError,
    SchemaBroke,
    ServerFailed,
    SettingMissing,
    TokenExpired,
)
from rivage.settings import Settings

REFRESH_BEFORE = timedelta(minutes=5)


class ShopToken:
    """Raises SettingMissing when neither a token nor client credentials are set."""

    def __init__(
        self, settings: Settings, base: str, session: HttpSession, now: Callable[[], datetime]
    ) -> None:
        own = settings.shopify
        self._static = own.access_token.get_secret_value() if own.access_token else ""
        self._client_id = own.client_id or ""
        self._secret = own.client_secret.get_secret_value() if own.client_secret else ""
        if not self._static and not (self._client_id and self._secret):
            raise SettingMissing(
                "No access to the shop is configured.",
                do="Set RIVAGE_SHOPIFY_ACCESS_TOKEN, or RIVAGE_SHOPIFY_CLIENT_ID and "
                "RIVAGE_SHOPIFY_CLIENT_SECRET.",
            )
        remember(self._static)
        remember(self._secret)
        self._url = f"{base}/admin/oauth/access_token"
        self._session = session
        self._now = now
        self._token = ""
        self._expires = datetime.min.replace(tzinfo=UTC)

    @property
    def renewable(self) -> bool:
        """False for a static token: a refusal is final."""
        return not self._static

    def value(self, *, renew: bool = False) -> str:
        """A token that is valid for five minutes more.

        Raises:
            TokenExpired: the shop refused the client credentials.
        """
        if self._static:
            return self._static
        if renew or self._now() + REFRESH_BEFORE >= self._expires:
            self._fetch()
        return self._token

    def _fetch(self) -> None:
        answer = self._session.send(
            "POST",
            self._url,
            data={
                "client_id": self._client_id,
                "client_secret": self._secret,
                "grant_type": "client_credentials",
            },
            headers={"Accept": "application/json"},
            classify=_classify,
        )
        token = answer.json.get("access_token")
        lifetime = answer.json.get("expires_in")
        if not isinstance(token, str) or not token:
            raise SchemaBroke("The shop's token answer has no access_token.")
        remember(token)
        self._token = token
        seconds = float(lifetime) if isinstance(lifetime, int | float) else 0.0
        self._expires = self._now() + timedelta(seconds=seconds)


def _classify(answer: Answer) -> RivageError | None:
    if answer.status < 300:
        return None
    fields = (answer.json.get("error"), answer.json.get("error_description"))
    reason = ": ".join(str(each) for each in fields if each) or f"HTTP {answer.status}"
    what = f"The shop gave no token: {redact(reason)}"
    if answer.status == 429:
        return RateLimited(what)
    if answer.status >= 500:
        return ServerFailed(what)
    return TokenExpired(
        what,
        do="Check RIVAGE_SHOPIFY_CLIENT_ID and RIVAGE_SHOPIFY_CLIENT_SECRET, and that the "
        "app is installed in this shop.",
    )
