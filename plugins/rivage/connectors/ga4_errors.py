"""What the GA4 Data API and Google's token endpoint mean by their error bodies.

Quota messages change their wording, so only the leading "Exhausted" and one keyword
are relied upon.

Source: google.rpc.Status bodies of analyticsdata v1beta; RFC 6749 section 5.2.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rivage.connectors.answers import Answer
from rivage.connectors.redaction import redact
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    QuotaExhausted,
    RateLimited,
    RivageError,
    ScopeMissing,
    ServerFailed,
    TokenExpired,
    TokenMissing,
)

CONCURRENT_SECONDS = 30.0
# Keyword of the quota -> seconds until trying again makes sense. Order matters: the
# server-error and thresholding messages also name the hour.
_QUOTAS = (
    ("server errors", 3600.0),
    ("thresholded", 1800.0),
    ("client errors", 900.0),
    ("per hour", 1800.0),
    ("hour", 1800.0),
)
_QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
"""The daily quota refills at midnight there."""
_ADD_VIEWER = "Add the service account's e-mail as Viewer of the property."


def classify(answer: Answer, now: datetime) -> RivageError | None:
    """The named error of a Data API answer; None for a good one."""
    error = answer.json.get("error")
    if not isinstance(error, dict):
        return None
    status = str(error.get("status") or "")
    text = redact(str(error.get("message") or "no message")).strip()
    what = f"The GA4 Data API answered {answer.status} {status}: {text}"
    if answer.status == 429 or status == "RESOURCE_EXHAUSTED":
        return _quota(text, what, now)
    if answer.status == 401:
        if "CREDENTIALS_MISSING" in _reasons(error):
            return TokenMissing(what, do="Set RIVAGE_GA4_CREDENTIALS.")
        return TokenExpired(what, do="Check the service account's key in RIVAGE_GA4_CREDENTIALS.")
    if answer.status == 403:
        return _forbidden(text, what, _reasons(error))
    if answer.status >= 500:
        return ServerFailed(what)
    return BadRequest(what, do="Compare the stream's dimensions and metrics with the API schema.")


def classify_token(answer: Answer, scope: str) -> RivageError | None:
    """The named error of an answer of the token endpoint; None for a token of this scope."""
    code = answer.json.get("error")
    if code is None:
        if answer.status < 300 and "access_token" not in answer.json:
            # Google answers an unknown scope with an identity token alone.
            return ScopeMissing(
                "The token endpoint sent no access token.",
                do=f"Allow the scope {scope} for the service account.",
            )
        return None
    text = redact(str(answer.json.get("error_description") or "no description"))
    what = f"The token endpoint refused the service account: {redact(str(code))}: {text}"
    if answer.status == 429:
        return RateLimited(what)
    if answer.status >= 500 or code in ("internal_failure", "server_error"):
        return ServerFailed(what)
    if code == "invalid_scope":
        return ScopeMissing(what, do=f"Allow the scope {scope}.")
    return TokenExpired(
        what, do="Check that the key still exists and that this machine's clock is right."
    )


def _quota(text: str, what: str, now: datetime) -> RivageError:
    lowered = text.lower()
    if "concurrent" in lowered:
        return RateLimited(what, retry_after=CONCURRENT_SECONDS)
    if "per day" in lowered:
        return QuotaExhausted(what, retry_after=_until_refill(now))
    for keyword, seconds in _QUOTAS:
        if keyword in lowered:
            return QuotaExhausted(what, retry_after=seconds)
    return RateLimited(what, retry_after=CONCURRENT_SECONDS)


def _until_refill(now: datetime) -> float:
    local = now.astimezone(_QUOTA_ZONE)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    # Aware datetimes of one zone subtract as wall time; a DST night has 23 or 25 hours.
    return midnight.timestamp() - now.timestamp()


def _forbidden(text: str, what: str, reasons: set[str]) -> RivageError:
    if "SERVICE_DISABLED" in reasons:
        return ScopeMissing(what, do="Enable the Google Analytics Data API in the Cloud project.")
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons or "scope" in text.lower():
        return ScopeMissing(what, do="Allow the scope analytics.readonly.")
    if "Invalid property ID" in text:
        return AccountUnknown(what, do="Set RIVAGE_GA4_PROPERTY_ID to the property's number.")
    return AccountUnknown(what, do=_ADD_VIEWER)


def _reasons(error: dict[str, object]) -> set[str]:
    details = error.get("details")
    rows = details if isinstance(details, list) else []
    return {str(row.get("reason")) for row in rows if isinstance(row, dict)}
