"""The answer envelope: HTTP 200 even on failure, the truth is in `code`."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from sandbox.state import Sandbox

_calls = itertools.count(1)

TOKEN_MISSING = (
    40104, "Access token is null, you should set it in http header with key Access-Token.",
)  # fmt: skip
TOKEN_WRONG = (40105, "Access token is incorrect or has been revoked.")
CONFLICT = "Conflict occurs. The input params including metrics and dimensions have no relation."
TOO_LARGE = (
    "Your query is too large, please reduce the query size (e.g. fewer metrics or time range) and "
    "retry after a while."
)


class Refusal(Exception):
    """The call ends with this code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def request_id(now: datetime) -> str:
    """34 characters: time, then hex."""
    noise = hashlib.blake2b(str(next(_calls)).encode(), digest_size=10).hexdigest().upper()
    return now.strftime("%Y%m%d%H%M%S") + noise


def answer(box: Sandbox, data: dict[str, Any] | None = None, code: int = 0, message: str = "OK",
           headers: dict[str, str] | None = None) -> JSONResponse:  # fmt: skip
    """One enveloped answer."""
    identity = request_id(box.clock.now)
    return JSONResponse(
        {"code": code, "message": message, "request_id": identity, "data": data or {}},
        headers={"X-Tt-Logid": identity, "x-tt-trace-id": f"00-{identity.lower()}-01",
                 **(headers or {})},
    )  # fmt: skip


def page_info(page: int, page_size: int, total: int) -> dict[str, int]:
    """Pages are counted from 1; no rows means 0 pages."""
    return {
        "page": page,
        "page_size": page_size,
        "total_number": total,
        "total_page": -(-total // page_size),
    }


def scope_error(request: Request) -> Refusal:
    """Text of code 40001 when the token lacks the scope of an endpoint."""
    endpoint = request.url.path.removeprefix("/open_api/v1.3")
    return Refusal(
        40001,
        "Permission error: The access token lacks the required scope for endpoint "
        f"'{endpoint}(method={request.method})'. Please first check if the request method is "
        "correct then ask the user to generate a new access token and reauthorize your API App "
        "with the necessary API scopes.",
    )
