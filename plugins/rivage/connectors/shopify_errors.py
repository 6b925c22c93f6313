"""What the Admin API means by `errors`, which arrive with HTTP 200 more often than not.

Any entry is a failure: a partial answer would land orders with holes.

Source: GraphQL Admin API, status and error codes, rate limits.
"""

from __future__ import annotations

import re
from typing import Any

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
    ScopeMissing,
    ServerFailed,
    TokenExpired,
)

_SCOPE = re.compile(r"`((?:read|write)_\w+)`")
_RENEW = "Check RIVAGE_SHOPIFY_ACCESS_TOKEN or the app's client credentials."
GRANT = (
    "Give the app the scopes read_orders, read_all_orders, read_customers, read_products and "
    "read_inventory, and approve the protected customer fields."
)


def classify(answer: Answer) -> RivageError | None:
    """The named error of an answer; None for data without any error."""
    errors = answer.json.get("errors")
    text = redact(_text(errors)) if errors else ""
    what = f"The shop answered HTTP {answer.status}: {text or 'no reason given'}"
    if answer.status == 401:
        return TokenExpired(what, do=_RENEW)
    if answer.status == 403:
        return ScopeMissing(what, do=GRANT)
    if answer.status in (402, 404, 423):
        return AccountUnknown(
            what, do="Check RIVAGE_SHOPIFY_BASE_URL and that the shop is neither frozen nor locked."
        )
    if answer.status == 429:
        return RateLimited(what)
    if answer.status >= 500:
        return ServerFailed(what)
    if errors:
        return _graphql(errors, what, answer)
    if answer.status < 300 and not isinstance(answer.json.get("data"), dict):
        return ResponseTruncated("The shop answered without `data`.")
    return None


def _graphql(errors: Any, what: str, answer: Answer) -> RivageError:
    codes = {_code(error) for error in errors} if isinstance(errors, list) else set()
    if "THROTTLED" in codes:
        return _throttled(what, answer)
    if "MAX_COST_EXCEEDED" in codes:
        return QueryTooLarge(what, do="Lower RIVAGE_SHOPIFY_PAGE_SIZE.")
    if "ACCESS_DENIED" in codes:
        denied = [error for error in errors if _code(error) == "ACCESS_DENIED"]
        paths, scopes = {_path(error) for error in denied}, {_scope(error) for error in denied}
        return NotGranted(
            f"{what} (at {', '.join(sorted(paths))})",
            do=GRANT,
            scope=", ".join(sorted(scopes - {""})),
        )
    if "SHOP_INACTIVE" in codes:
        return AccountUnknown(what, do="Reactivate the shop, or remove it.")
    if "TIMEOUT" in codes:
        return RequestTimedOut(what)
    if "INTERNAL_SERVER_ERROR" in codes:
        return ServerFailed(what)
    return BadRequest(what, do="Compare the query with the schema of RIVAGE_SHOPIFY_API_VERSION.")


def _throttled(what: str, answer: Answer) -> RivageError:
    """Wait until the bucket holds the query's cost; on some plans the bucket is not shown."""
    cost = (answer.json.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    try:
        asked = float(cost["requestedQueryCost"])
        available = float(status["currentlyAvailable"])
        rate = float(status["restoreRate"])
        size = float(status["maximumAvailable"])
    except (KeyError, TypeError, ValueError):
        return RateLimited(what)
    if asked > size:
        return QueryTooLarge(what, do="Lower RIVAGE_SHOPIFY_PAGE_SIZE.")
    return RateLimited(what, retry_after=max(0.0, asked - available) / rate if rate > 0 else None)


def budget(answer: Answer) -> str:
    """What is left of the app's query points in this shop; some plans do not show it."""
    cost = (answer.json.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus")
    if not status:
        return "The shop does not show its query budget."
    return (
        f"{status.get('currentlyAvailable')} of {status.get('maximumAvailable'):g} points "
        f"left, {status.get('restoreRate'):g} more each second."
    )


def _text(errors: Any) -> str:
    if isinstance(errors, list):
        messages = (e.get("message") if isinstance(e, dict) else e for e in errors)
        return "; ".join(str(message) for message in messages)
    return str(errors)


def _code(error: Any) -> str:
    extensions = error.get("extensions") if isinstance(error, dict) else None
    return str((extensions or {}).get("code") or "")


def _scope(error: dict[str, Any]) -> str:
    """The scope that the answer asks for, as in "`read_products` access scope."."""
    said = (error.get("extensions") or {}).get("requiredAccess") or error.get("message")
    return " or ".join(dict.fromkeys(_SCOPE.findall(str(said))))


def _path(error: dict[str, Any]) -> str:
    return ".".join(str(part) for part in error.get("path") or ()) or "unknown path"
