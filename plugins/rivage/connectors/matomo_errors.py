"""What Matomo means by its answers: an API error may come with HTTP 200.

Success is HTTP 200 with a JSON value that is not `{"result": "error"}`. Texts are
translated by some installations, so only a few stable words decide.

Source: ResponseBuilder and NoAccessException of Matomo 5.
"""

from __future__ import annotations

import json
from typing import Any

from rivage.connectors.answers import Answer
from rivage.connectors.redaction import redact
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    RequestTimedOut,
    ResponseTruncated,
    RivageError,
    TokenExpired,
)

_TOO_LONG = ("execution time", "too long", "aborted", "timed out")
_SWITCHED_OFF = ("visits log is deactivated", "visitor log", "visits log")


def value_of(answer: Answer) -> Any:
    """The JSON value of the body, None when it is none (or null)."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def classify(answer: Answer) -> RivageError | None:
    """The named error of an API answer; None for a good one, or one only its status names."""
    value = value_of(answer)
    if isinstance(value, dict) and value.get("result") == "error":
        return _api_error(answer.status, redact(str(value.get("message") or "no message")))
    if answer.status == 401:
        return TokenExpired(
            "Matomo answered 401.", do="Issue a new token and set RIVAGE_MATOMO_TOKEN_AUTH."
        )
    if answer.status < 300 and value is None:
        start = redact(answer.body[:120].decode("utf-8", "replace").strip())
        return ResponseTruncated(f"Matomo answered {answer.status} without JSON: {start!r}.")
    return None


def _api_error(status: int, text: str) -> RivageError:
    what = f"Matomo answered {status}: {text}"
    lowered = text.lower()
    if "token" in lowered and "authenticate" in lowered:
        return TokenExpired(what, do="Issue a new token and set RIVAGE_MATOMO_TOKEN_AUTH.")
    if status in (401, 403) or "access" in lowered:
        return AccountUnknown(
            what,
            do="Check RIVAGE_MATOMO_TOKEN_AUTH, and that its user has view access to the site; "
            "a wrong token reads as no access.",
        )
    if any(words in lowered for words in _TOO_LONG):
        return RequestTimedOut(what, do="Lower RIVAGE_MATOMO_PAGE_SIZE.")
    if any(words in lowered for words in _SWITCHED_OFF):
        return NotGranted(what, do="Switch the visits log on in the site's privacy settings.")
    return BadRequest(what, do="Check RIVAGE_MATOMO_BASE_URL and Matomo's version.")
