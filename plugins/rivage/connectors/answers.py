"""One HTTP answer, read defensively, and what its bare status code means.

Nothing here trusts a body: proxies answer with HTML, connections break in the middle,
and a gateway may send 200 with half a document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from rivage.connectors.redaction import redact
from rivage.errors import (
    BadRequest,
    RateLimited,
    RequestTimedOut,
    ResponseTruncated,
    RivageError,
    ScopeMissing,
    ServerFailed,
    TokenExpired,
)

Body = bytes
_REQUEST_IDS = ("X-Tt-Logid", "X-Request-Id")
_EXCERPT = 120
"""Characters of an unexpected body that an error quotes."""


@dataclass(frozen=True)
class Answer:
    """What came back for one request.

    `json` is the parsed object, or {} when the body is not a JSON object; then `fault`
    says what is wrong with it. `bytes` counts the decoded body, `seconds` is the time
    from sending to the last byte. Body and headers stay out of the repr.
    """

    status: int
    body: Body = field(repr=False)
    json: dict[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    request_id: str
    bytes: int
    seconds: float
    fault: str = ""


Classify = Callable[[Answer], RivageError | None]
"""An API's own reading of an answer: the named error, or None when all is well."""


def read_answer(
    status: int, body: Body, headers: Mapping[str, str], seconds: float, *, raw: bool = False
) -> Answer:
    """Parse the body and find the request id, in the body first, then in the headers.

    Args:
        raw: the body of a good answer is left to the connector: it is too much to parse here.
    """
    parsed, fault = ({}, "") if raw and status < 300 else _json_object(body)
    named = parsed.get("request_id")
    request_id = named if isinstance(named, str) else ""
    for name in _REQUEST_IDS:
        request_id = request_id or headers.get(name, "")
    return Answer(status, body, parsed, headers, request_id, len(body), seconds, fault)


def find_error(
    answer: Answer, place: str, classify: Classify | None, *, plain: bool = False
) -> RivageError | None:
    """The named situation of an answer; None for a good one.

    Args:
        place: `GET /path`, for the error text.
        classify: asked first whenever there is a JSON object to look at.
        plain: a good answer is no JSON (CSV, JSON lines); classify sees every answer.
    """
    if answer.fault and answer.status < 300 and not plain:
        return ResponseTruncated(f"{place} answered {answer.status} with {answer.fault}.")
    if classify is not None and (plain or not answer.fault):
        error = classify(answer)
        if error is not None:
            return error
    return _by_status(answer, place) if answer.status >= 300 else None


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime]) -> float | None:
    """Seconds that a Retry-After header asks to wait: a number or an HTTP date."""
    asked = headers.get("Retry-After")
    if not asked:
        return None
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(asked) - now()).total_seconds())
    except (ValueError, TypeError):
        return None


def _json_object(body: Body) -> tuple[dict[str, Any], str]:
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        start = body[:_EXCERPT].decode("utf-8", "replace").strip()
        return {}, f"a body that is not JSON: {redact(start)!r}" if start else "an empty body"
    if not isinstance(value, dict):
        return {}, f"a JSON {type(value).__name__} where an object was expected"
    return value, ""


def _refuse_constant(name: str) -> None:
    # Python accepts NaN and Infinity; JSON does not have them.
    raise ValueError(name)


def _by_status(answer: Answer, place: str) -> RivageError:
    status = answer.status
    what = f"{place} answered HTTP {status}" + (f" with {answer.fault}." if answer.fault else ".")
    if status == 429:
        return RateLimited(what)
    if status in (408, 504):
        # Somebody gave up waiting for the result: the request may be too heavy.
        return RequestTimedOut(what)
    if status >= 500:
        return ServerFailed(what)
    if status == 401:
        return TokenExpired(what, do="Issue a new token.")
    if status == 403:
        return ScopeMissing(what, do="Check what the token may read.")
    if status < 400:
        return BadRequest(
            f"{what[:-1]}, a redirect; requests with credentials do not follow it.",
            do="Set the base URL to the address that answers directly.",
        )
    return BadRequest(what, do="Check the base URL and the API version.")
