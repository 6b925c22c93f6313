"""Who may pass: path, app key, timestamp, signature, token, scope, shop, in this order."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sandbox.state import Sandbox
from sandbox.tiktok_shop.envelope import TOO_MANY, Refusal, invalid
from sandbox.tiktok_shop.tokens import Tokens
from sandbox.world import shop_plan

OLDEST, NEWEST = -300, 30  # seconds a timestamp may differ from the server's real clock
_WITHOUT_SHOP = ("authorization", "seller")


@dataclass(frozen=True)
class Call:
    """One request as received; query values are decoded, the body is not."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def area(self) -> str:
        """First part of the path."""
        return self.path.split("/", 2)[1]

    @cached_property
    def filters(self) -> dict[str, Any]:
        """The JSON body; filters are read from nowhere else."""
        if not self.body.strip():
            return {}
        try:
            found = json.loads(self.body)
        except ValueError:
            raise invalid("Invalid request. The request body is not valid JSON.") from None
        if not isinstance(found, dict):
            raise invalid("Invalid request. The request body must be a JSON object.")
        return found


def signature(secret: str, call: Call) -> str:
    """Lower-case hex HMAC-SHA256 over path, sorted query and raw body, between two secrets."""
    signed = sorted(
        (name, value) for name, value in call.query.items() if name not in ("sign", "access_token")
    )
    text = call.path.encode() + "".join(name + value for name, value in signed).encode()
    if not call.headers.get("content-type", "").startswith("multipart/form-data"):
        text += call.body
    edge = secret.encode()
    return hmac.new(edge, edge + text + edge, hashlib.sha256).hexdigest()


def admit(box: Sandbox, tokens: Tokens, call: Call) -> None:
    """Raise Refusal for a call that may not pass; its path is known to exist."""
    known, query = box.credentials, call.query
    if query.get("app_key") != known.tiktok_shop_app_key:
        raise invalid("Invalid credentials. Invalid 'app_key' query parameter.")
    _check_time(query.get("timestamp", ""))
    if not query.get("sign"):
        raise invalid("Invalid credentials. Missing 'sign' query parameter.")
    expected = signature(known.tiktok_shop_app_secret, call)
    if not hmac.compare_digest(query["sign"].encode(), expected.encode()):
        raise Refusal(
            401, 106001, "Invalid credentials. The 'sign' query parameter is invalid."
        )  # fmt: skip
    if box.rates.hit("tiktok_shop", box.settings.tiktok_shop_qps):
        raise Refusal(*TOO_MANY)
    tokens.check(call.headers.get("x-tts-access-token"), call.area)
    _check_shop(call)


def _check_time(text: str) -> None:
    if not (text.isascii() and text.isdigit() and len(text) == 10):
        raise invalid("Invalid credentials. Invalid 'timestamp' query parameter.")
    if not OLDEST <= int(text) - time.time() <= NEWEST:
        raise invalid(
            "Invalid credentials. The 'timestamp' query parameter is outside the accepted window."
        )


def _check_shop(call: Call) -> None:
    cipher = call.query.get("shop_cipher")
    if call.area in _WITHOUT_SHOP:
        if cipher is not None:
            raise invalid("Invalid request. Unexpected 'shop_cipher' query parameter.")
    elif cipher is None:
        raise invalid("Invalid request. Missing 'shop_cipher' query parameter.")
    elif cipher != shop_plan.SHOP_CIPHER:
        raise Refusal(400, 12000000, "The shop_cipher is invalid.")
