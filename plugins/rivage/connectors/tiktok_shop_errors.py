"""What the Shop Open API means by `code` and, where many faults share one, by its text.

Source: Partner Center, common error codes.
"""

from __future__ import annotations

import re

from rivage.connectors.answers import Answer
from rivage.connectors.redaction import redact
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    QuotaExhausted,
    RateLimited,
    RequestTimedOut,
    RivageError,
    SchemaBroke,
    ScopeMissing,
    ServerFailed,
    SettingMissing,
    TokenExpired,
)

_AGAIN = frozenset({36009003, 10002014, 10002015, 10037002, 10037003, 10037004, 10006402})
_NO_SHOP = frozenset({36009043, 36009044, 101000, 106013, 12000000})
_UNKNOWN_PATH = frozenset({36009009, 36009010, 36009014})
_SHARED = 36009004
_CONSENT = "Let the seller authorise the app again and set RIVAGE_TIKTOK_SHOP_REFRESH_TOKEN."
_SHOPS = "The token and the shop do not belong together, or the shop ended; authorise it again."
_SIGN = re.compile(r"\bsign\b")


def classify(answer: Answer) -> RivageError | None:
    """The named error behind an envelope; None for code 0."""
    code = answer.json.get("code")
    if not isinstance(code, int) or isinstance(code, bool):
        if answer.status >= 300:
            return None  # not the envelope: the status says it
        return SchemaBroke("The answer has no `code`, which every answer of this API has.")
    if code == 0:
        return None
    text = redact(str(answer.json.get("message") or "no message")).strip()
    what = f"The Shop API answered code {code} (HTTP {answer.status}): {text}"
    if answer.request_id:
        what += f" (request {answer.request_id})"
    return _shared(text, what) if code == _SHARED else _named(code, what, answer.status)


def _named(code: int, what: str, status: int) -> RivageError:
    if code == 36009037:
        return QuotaExhausted(what, do="Wait for the next hour: development shops have a cap.")
    if code == 36009007:
        return RequestTimedOut(what)
    if code in _AGAIN:
        return ServerFailed(what)
    if code == 105002 or 36004000 <= code < 36005000:
        return TokenExpired(what, do=_CONSENT)
    if code == 105005:
        # A refreshed token has the scopes of its consent and no others.
        return NotGranted(
            what, do="Enable the permission for the app, then let the seller authorise it again."
        )
    if code == 106001:
        return SettingMissing(what, do="Check RIVAGE_TIKTOK_SHOP_APP_SECRET.")
    if code in _NO_SHOP:
        return AccountUnknown(what, do=_SHOPS)
    if code == 66009315:
        return ScopeMissing(what, do="This LIVE room belongs to somebody else; leave it out.")
    if code == 36009033:
        return ScopeMissing(what, do="Put this machine's address on the app's allow list.")
    if code in _UNKNOWN_PATH:
        return BadRequest(
            what, do="The resource's version was retired; correct it in tiktok_shop_reads.VERSIONS."
        )
    if code == 36009002 or status == 429:
        return RateLimited(what)
    return ServerFailed(what) if status >= 500 else BadRequest(what)


def _shared(text: str, what: str) -> RivageError:
    """36009004 covers many faults; a word in the text tells which."""
    if "x-tts-access-token" in text:
        return TokenExpired(what, do=_CONSENT)
    if "shop_cipher" in text:
        return AccountUnknown(what, do=_SHOPS)
    if "app_key" in text:
        return SettingMissing(what, do="Check RIVAGE_TIKTOK_SHOP_APP_KEY.")
    if "timestamp" in text:
        return BadRequest(what, do="Synchronise this machine's clock (NTP), then try again.")
    if _SIGN.search(text):
        return SettingMissing(what, do="Check RIVAGE_TIKTOK_SHOP_APP_SECRET.")
    return BadRequest(what)
