"""Who may ask the shop, for how much, and which version answers (contract: web.md 4.1, 4.2)."""

from __future__ import annotations

import re
import time
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from sandbox.scopes import NEEDS_PRODUCTS, SHOPIFY
from sandbox.state import Sandbox

BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105
_VERSION = re.compile(r"\d{4}-(01|04|07|10)")


class Bucket:
    """Cost points of the app and shop, restored by the second."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._level, self._at = box.settings.shopify_bucket, time.monotonic()

    def level(self) -> float:
        """Points available now."""
        now, limits = time.monotonic(), self._box.settings
        self._level = min(
            limits.shopify_bucket,
            self._level + (now - self._at) * limits.shopify_restore_rate,
        )
        self._at = now
        return self._level

    def take(self, points: float) -> None:
        """Spend points."""
        self._level = self.level() - points

    def shown(self, asked: int, actual: int | None) -> dict[str, Any]:
        """The `cost` extension."""
        return {
            "requestedQueryCost": asked,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self._box.settings.shopify_bucket,
                "currentlyAvailable": int(self.level()),
                "restoreRate": self._box.settings.shopify_restore_rate,
            },
        }


class Access:
    """Tokens, scopes and versions of one app in the shop."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._tokens: dict[str, float] = {}

    @property
    def scopes(self) -> list[str]:
        """Granted scopes."""
        return [one for one in SHOPIFY if one not in self._box.settings.without_scopes]

    def token(self, form: dict[str, str]) -> Response:
        """Client credentials for a token of a day."""
        known = self._box.credentials
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        if (form.get("client_id"), form.get("client_secret")) != (
            known.shopify_client_id, known.shopify_client_secret,
        ):  # fmt: skip
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        token = f"shpat_sandbox-daily-token-{len(self._tokens) + 1}"
        seconds = self._box.settings.shopify_token_seconds
        self._tokens[token] = time.time() + seconds
        return JSONResponse(
            {"access_token": token, "scope": ",".join(self.scopes), "expires_in": seconds}
        )

    def allowed(self, token: str | None) -> bool:
        """Whether a token is current."""
        static = token == self._box.credentials.shopify_access_token
        return static or self._tokens.get(token or "", 0.0) > time.time()

    def served_version(self, asked: str) -> str:
        """A retired version falls forward to the oldest supported one."""
        limits = self._box.settings
        if not _VERSION.fullmatch(asked):
            return limits.shopify_newest_version
        return min(max(asked, limits.shopify_oldest_version), limits.shopify_newest_version)


def denied_fields(box: Sandbox) -> dict[str, str]:
    """Fields that this app may not read, and the scope that would open them, "" if none."""
    found = dict.fromkeys(box.settings.shopify_denied_fields, "")
    if "read_products" in box.settings.without_scopes:
        found |= dict.fromkeys(NEEDS_PRODUCTS, "read_products")
    return found


def denied(data: Any, fields: dict[str, str], path: list[str | int]) -> list[dict[str, Any]]:
    """Empties the fields this app may not read, in place; the errors that say so."""
    errors: list[dict[str, Any]] = []
    if isinstance(data, list):
        for position, one in enumerate(data):
            errors += denied(one, fields, [*path, position])
    elif isinstance(data, dict):
        for name, value in data.items():
            if name not in fields:
                errors += denied(value, fields, [*path, name])
                continue
            data[name] = None
            text, extensions = f"Access denied for {name} field.", {"code": "ACCESS_DENIED"}
            if fields[name]:
                extensions["requiredAccess"] = f"`{fields[name]}` access scope."
                text += f" Required access: {extensions['requiredAccess']}"
            errors.append({"message": text, "extensions": extensions, "path": [*path, name]})
    return errors
