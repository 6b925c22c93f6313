"""Service-account token exchange (contract: web.md 1.10)."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from sandbox.credentials import AUDIENCE
from sandbox.state import Sandbox

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE = "https://www.googleapis.com/auth/"
ANALYTICS = {f"{_SCOPE}analytics.readonly", f"{_SCOPE}analytics"}
BIGQUERY = {
    f"{_SCOPE}{name}"
    for name in ("bigquery", "bigquery.readonly", "cloud-platform", "cloud-platform.read-only")
}


class TokenRefused(Exception):
    """HTTP 400 with an OAuth error body."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


def _part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Tokens:
    """Access tokens handed out, with their wall-clock expiry."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        private = serialization.load_pem_private_key(
            box.service_account["private_key"].encode(), password=None
        )
        if not isinstance(private, RSAPrivateKey):
            raise TypeError("the service account key is an RSA key")
        self._public: RSAPublicKey = private.public_key()
        self._expiry: dict[str, float] = {}
        self._scopes: dict[str, set[str]] = {}

    def valid(self, token: str) -> bool:
        """Whether a bearer token is current."""
        return self._expiry.get(token, 0.0) > time.time()

    def opens(self, token: str, scopes: set[str]) -> bool:
        """Whether a token was asked for with one of these scopes."""
        return bool(self._scopes.get(token, set()) & scopes)

    def expire_all(self) -> None:
        """As if an hour had passed."""
        self._expiry.clear()

    def exchange(self, form: dict[str, str]) -> dict[str, Any]:
        """An assertion for an access token."""
        if form.get("grant_type") != GRANT:
            raise TokenRefused("unsupported_grant_type", "Invalid grant_type: "
                               f"{form.get('grant_type', '')}")  # fmt: skip
        claims = self._verified(form.get("assertion", ""))
        now = time.time()
        if claims.get("iss") != self._box.service_account["client_email"]:
            raise TokenRefused("invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") not in (AUDIENCE, self._box.service_account["token_uri"]):
            raise TokenRefused("invalid_grant", "Invalid JWT: Failed audience check.")
        issued, expires = claims.get("iat", 0), claims.get("exp", 0)
        if (
            not issued
            or not expires
            or expires - issued > 3_600
            or not (issued - 300 <= now < expires)
        ):
            raise TokenRefused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                "timeframe. Check your iat and exp values in the JWT claim.",
            )
        scopes = set(str(claims.get("scope", "")).split())
        if not scopes:
            text = "Invalid OAuth scope or ID token audience provided."
            raise TokenRefused("invalid_scope", text)
        if not scopes & (ANALYTICS | BIGQUERY):
            # The trap: success without an access token.
            return {"id_token": "e30.e30.sandbox"}
        seed = hashlib.blake2b(form["assertion"].encode(), digest_size=12).hexdigest()
        token = f"ya29.c.sandbox-{seed}-{len(self._expiry)}"
        seconds = self._box.settings.ga4_token_seconds
        self._expiry[token], self._scopes[token] = now + seconds, scopes
        return {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}

    def _verified(self, assertion: str) -> dict[str, Any]:
        parts = assertion.split(".")
        try:
            header, claims = json.loads(_part(parts[0])), json.loads(_part(parts[1]))
            signature = _part(parts[2])
        except (ValueError, IndexError):
            raise TokenRefused("invalid_request", "Invalid JWT: malformed assertion.") from None
        try:
            if header.get("alg") != "RS256":
                raise InvalidSignature
            self._public.verify(
                signature, ".".join(parts[:2]).encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            raise TokenRefused("invalid_grant", "Invalid JWT Signature.") from None
        return dict(claims)
