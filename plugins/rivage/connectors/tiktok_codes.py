"""What the Marketing API means by the `code` in its envelope.

The API answers HTTP 200 to almost everything; only this code tells success from
failure, and for 40000 and 40001 only the text tells which failure.

Source: the return-code appendix of the API for Business portal.
"""

from __future__ import annotations

import re

from rivage.connectors.answers import Answer
from rivage.connectors.redaction import redact
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    QueryTooLarge,
    RateLimited,
    RequestTimedOut,
    ResponseTruncated,
    RivageError,
    SchemaBroke,
    ScopeMissing,
    ServerFailed,
    SettingMissing,
    TokenExpired,
    TokenMissing,
)

_TOO_MANY = frozenset({40016, 40100, 40132, 40133})
_REFUSED_TOKEN = frozenset({40102, 40103, 40105, 40107, 40108, 40110})
_NOT_ALLOWED = frozenset({40003, 40113, 40115, 40116, 40117, 40119, 40124, 40125, 41000})
_UNKNOWN_ACCOUNT = frozenset({40106, 40300, 40301})
_TRY_AGAIN = frozenset({40200, 40201, 40202, 40700, 60001})
_TIMED_OUT = 51001
_NOT_LISTED = 40118
_GONE = re.compile(r"doesn't exist|does not exist|has been deleted", re.I)
_NOT_GRANTED = re.compile(r"does not grant you\s+\S*/", re.I)


def classify(answer: Answer) -> RivageError | None:
    """The named error behind an envelope; None for code 0."""
    code = answer.json.get("code")
    if not isinstance(code, int):
        if answer.status >= 300:
            return None  # not the envelope: the status says it
        return SchemaBroke("The answer has no `code`, which every answer of this API has.")
    if code == 0:
        return None
    text = redact(str(answer.json.get("message") or "no message")).strip()
    what = f"The Marketing API answered code {code}: {text}"
    if answer.request_id:
        what += f" (request {answer.request_id})"
    return _named(code, text, what)


def _named(code: int, text: str, what: str) -> RivageError:
    if code in _TOO_MANY:
        return RateLimited(what)
    if code == 40067:
        return QueryTooLarge(what)
    if code == 40104:
        return TokenMissing(what, do="Set RIVAGE_TIKTOK_ADS_ACCESS_TOKEN.")
    if code == 40101:
        return TokenExpired(
            what, do="Check RIVAGE_TIKTOK_ADS_APP_ID and RIVAGE_TIKTOK_ADS_APP_SECRET."
        )
    if code in _REFUSED_TOKEN:
        return TokenExpired(
            what, do="Authorise the app again and set RIVAGE_TIKTOK_ADS_ACCESS_TOKEN."
        )
    if code == 40001:
        return _no_permission(text, what)
    if code in _UNKNOWN_ACCOUNT:
        return AccountUnknown(what, do="Share the ad account with the token's user.")
    if code == _NOT_LISTED:
        return NotGranted(what, do="Ask TikTok to put the app on this endpoint's allow list.")
    if code in _NOT_ALLOWED:
        return ScopeMissing(what, do="Check the app's state and permissions in the portal.")
    if code == 40000 and "inconsistent" in text:
        return SettingMissing(
            what, do="Set RIVAGE_TIKTOK_ADS_APP_ID to the app that issued the token."
        )
    if code == 20001:
        return ResponseTruncated(what)
    if code == _TIMED_OUT:
        return RequestTimedOut(what)
    if code in _TRY_AGAIN or 50_000 <= code < 60_000:
        return ServerFailed(what)
    return BadRequest(what)


def _no_permission(text: str, what: str) -> RivageError:
    """40001 has many meanings: an endpoint that the app or the ad account does not grant, an
    account that is gone, and texts that nobody has seen yet."""
    if _GONE.search(text):
        return AccountUnknown(what, do="Remove the account, or restore it in Ads Manager.")
    scope_hint = "Give the app this permission in the portal, then authorise it again."
    if _NOT_GRANTED.search(text) or "scope" in text.lower():
        return NotGranted(what, do=scope_hint)
    if "advertiser" in text.lower():
        return AccountUnknown(what, do="Share the ad account with the token's user.")
    return ScopeMissing(what, do=scope_hint)
