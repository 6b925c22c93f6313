"""What the return codes mean where an account token, not the Marketing token, was sent.

The codes are the Marketing API's; only the two tokens' own failures differ, because
an account's access token ends every day and can be renewed without anybody's consent.
"""

from __future__ import annotations

from typing import ClassVar

from rivage.connectors.answers import Answer
from rivage.connectors.tiktok_codes import classify
from rivage.errors import BadRequest, RivageError, ScopeMissing, TokenExpired, TokenMissing

# 40102 is documented for expiry on the Marketing plane only, so 40105 gets its chance too.
_ACCESS_ENDED = frozenset({40102, 40105})
_RENEWAL_REFUSED = frozenset({40103, 40107})
_GONE = 40007
_CONSENT = (
    "Let the account's owner consent again and set RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN to the "
    "new refresh token."
)


class AccessEnded(TokenExpired):
    """The daily access token ended; it is renewed once and the call repeated."""

    advice: ClassVar[str] = _CONSENT


class RenewalRefused(TokenExpired):
    """This refresh token is used up, expired or revoked."""

    advice: ClassVar[str] = _CONSENT


class ObjectGone(BadRequest):
    """The post or comment was deleted since it was listed."""


def classify_account(answer: Answer) -> RivageError | None:
    """The named error behind an envelope; None for code 0."""
    error = classify(answer)
    if error is None:
        return None
    code = answer.json.get("code")
    what = error.what.replace("The Marketing API", "TikTok's Accounts API", 1)
    if code in _ACCESS_ENDED:
        return AccessEnded(what)
    if code in _RENEWAL_REFUSED:
        return RenewalRefused(what)
    if code == _GONE:
        return ObjectGone(what)
    error.what = what
    error.args = (what,)
    if code == 40101:
        error.do = "Check RIVAGE_TIKTOK_ORGANIC_CLIENT_ID and RIVAGE_TIKTOK_ORGANIC_CLIENT_SECRET."
    elif isinstance(error, TokenExpired | TokenMissing):
        error.do = _CONSENT
    elif isinstance(error, ScopeMissing):
        error.do = (
            "Ask for this scope in the app's settings, then let the account's owner consent "
            "again and set RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN."
        )
    return error
