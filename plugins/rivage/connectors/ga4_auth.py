"""Access tokens of a Google service account, fetched through our own HTTP session.

The session brings its timeouts, typed retries and redaction; google-auth only signs.
The token endpoint is the `token_uri` of the key file.

Source: RFC 7523 (JWT bearer grant).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from google.auth import transport
from google.auth.exceptions import GoogleAuthError
from google.oauth2.service_account import Credentials

from rivage.connectors.answers import Answer
from rivage.connectors.ga4_errors import classify_token
from rivage.connectors.http import HttpSession
from rivage.connectors.redaction import remember
from rivage.errors import SettingMissing, TokenExpired

SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
REFRESH_BEFORE = timedelta(minutes=5)
_DO = "Set it to the path of a service-account key file, or to the JSON itself."


class _Response(transport.Response):
    """The three attributes google-auth reads."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    @property
    def data(self) -> bytes:
        return self._answer.body


class _Transport(transport.Request):
    """Hands google-auth's one request to the session.

    The session raises named errors, so google-auth never sees a failed answer and its
    own retries, which sleep on the real clock, never start.
    """

    def __init__(self, session: HttpSession, scope: str) -> None:
        self._session, self._scope = session, scope.rpartition("/")[2]

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        timeout: Any = None,  # noqa: ARG002  the session has its own
        **_more: Any,
    ) -> _Response:
        answer = self._session.send(
            method, url, data=body, headers=headers,
            classify=lambda answer: classify_token(answer, self._scope),
        )  # fmt: skip
        return _Response(answer)


class ServiceAccount:
    """A cached token, renewed five minutes before it expires.

    Args:
        scope: what the token may do.

    Raises:
        SettingMissing: RIVAGE_GA4_CREDENTIALS is absent or no service-account key.
    """

    def __init__(
        self,
        credentials: str | None,
        session: HttpSession,
        now: Callable[[], datetime],
        scope: str = SCOPE,
    ) -> None:
        info = _read_key(credentials)
        self.email = str(info.get("client_email", ""))
        self._transport = _Transport(session, scope)
        self._now = now
        self._expires = datetime.min.replace(tzinfo=UTC)
        malformed = False
        try:
            self._signer = Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                info, scopes=[scope]
            )
        except (GoogleAuthError, ValueError, KeyError, TypeError):
            malformed = True
        if malformed:
            # Raised here so that an error quoting the key is not chained.
            raise SettingMissing("RIVAGE_GA4_CREDENTIALS is not a service-account key.", do=_DO)

    def token(self, *, renew: bool = False) -> str:
        """A token that is valid for five minutes more.

        Raises:
            TokenExpired, ScopeMissing, ServerFailed: the token endpoint refused or failed.
        """
        if renew or self._now() + REFRESH_BEFORE >= self._expires:
            self._refresh()
        return str(self._signer.token)

    def _refresh(self) -> None:
        refused = False
        try:
            self._signer.refresh(self._transport)
        except (GoogleAuthError, ValueError):
            refused = True
        if refused or not self._signer.token:
            raise TokenExpired("The token endpoint sent no usable access token.", do=_DO)
        remember(str(self._signer.token))
        expiry = self._signer.expiry
        # google-auth keeps a naive UTC time; an answer without lifetime counts as short.
        self._expires = expiry.replace(tzinfo=UTC) if expiry else self._now()


def _read_key(credentials: str | None) -> dict[str, Any]:
    if not credentials:
        raise SettingMissing("RIVAGE_GA4_CREDENTIALS is not set.", do=_DO)
    text = credentials.strip()
    if not text.startswith("{"):
        path = Path(text).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text:
            raise SettingMissing(
                f"RIVAGE_GA4_CREDENTIALS names {path}, which can't be read.", do=_DO
            )
    try:
        info = json.loads(text)
    except ValueError:
        info = None
    if not isinstance(info, dict) or info.get("type") != "service_account":
        raise SettingMissing("RIVAGE_GA4_CREDENTIALS is not a service-account key.", do=_DO)
    remember(str(info.get("private_key") or ""))
    return info
